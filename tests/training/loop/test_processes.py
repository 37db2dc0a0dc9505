from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.loop.small_runs import data_of, state
from variorum.training import Training, linear, mlp
from variorum.training.loop.processes import crew_of
from variorum.training.network_predictor import NetworkPredictor

PROGRAM = """
import sys
from pathlib import Path

import numpy as np
from accelerate import Accelerator
from training.loop.small_runs import state
from training.loop.test_processes import train

world = Accelerator().num_processes
print("together", flush=True)
predictor = train(Path(sys.argv[1]))
points = [(point.loss, point.scores["js"]) for point in predictor.curves[0].points]
np.savez(sys.argv[2], points=points, world=world, **state(predictor))
"""


def train(checkpoint: Path) -> NetworkPredictor:
    """17 items in batches of 8: the last batch has one item, and a second process nothing of it."""
    learner = mlp(
        epochs=3, batch_size=8, optimizer="sgd", learning_rate=0.1, accumulate=2, evaluate_every=2, delivery="sls"
    )
    return learner.train(data_of(17), np.random.default_rng(0), checkpoint=checkpoint)


def test_one_process_on_the_device_that_is_asked_for() -> None:
    crew = crew_of(Training(device="cpu"))
    assert (crew.device.type, crew.rank, crew.world) == ("cpu", 0, 1)
    network = linear(epochs=1, device="cpu").fit(data_of(), np.random.default_rng(0)).networks[0]
    assert crew.wrap(network) is network


def free_port() -> int:
    with socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        port: int = at.getsockname()[1]
        return port


def test_two_processes_share_the_work_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "two.py"
    program.write_text(PROGRAM)
    # What launchers set; the tests' own modules are found as pytest finds them.
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    shared |= {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1", "PYTHONPATH": paths}
    runs = [
        subprocess.Popen(
            [sys.executable, str(program), str(tmp_path / "two.pt"), str(tmp_path / f"{rank}.npz")],
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        said = [run.communicate(timeout=200) for run in runs]
    finally:
        for run in runs:
            run.kill()
    if not all("together" in out for out, _ in said):
        reason = next(error for out, error in said if "together" not in out).strip().splitlines()
        pytest.skip(f"two processes do not find each other here: {reason[-1] if reason else 'no reason given'}")
    assert [run.returncode for run in runs] == [0, 0], said
    monkeypatch.setenv("ACCELERATE_USE_CPU", "true")
    one = train(tmp_path / "one.pt")
    points = [(point.loss, point.scores["js"]) for point in one.curves[0].points]
    for rank in range(2):
        two = np.load(tmp_path / f"{rank}.npz")
        assert two["world"] == 2
        np.testing.assert_allclose(two["points"], points, rtol=1e-4)
        for name, value in state(one).items():
            np.testing.assert_allclose(two[name], value, atol=1e-5)
    assert (tmp_path / "two.pt").exists()
