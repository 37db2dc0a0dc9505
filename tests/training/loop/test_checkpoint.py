from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.loop.small_runs import data_of
from variorum.errors import ArgumentError, ReadError
from variorum.training import TrainingData, linear


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a folder" / "run.pt"
    linear(epochs=2, device="cpu").train(data_of(), np.random.default_rng(0), checkpoint=path)
    assert [at.name for at in path.parent.iterdir()] == ["run.pt"]
    return path


def changed(**changes: object) -> TrainingData:
    data = data_of()
    parts = {name: getattr(data, name) for name in ("inputs", "counts", "weights", "validation", "by_annotator")}
    return TrainingData(**{**parts, **changes})  # type: ignore[arg-type]


def test_another_run_does_not_go_on_from_it(file: Path) -> None:
    for learner, data, seed in (
        (linear(epochs=3, device="cpu"), data_of(), 0),
        (linear(epochs=2, device="cpu"), data_of(), 1),
        (linear(epochs=2, device="cpu"), changed(counts=data_of().counts[::-1]), 0),
        (linear(epochs=2, device="cpu"), changed(inputs=data_of().features + 1), 0),
        (linear(epochs=2, device="cpu"), changed(weights=np.full(60, 0.5)), 0),
        (linear(epochs=2, device="cpu"), changed(validation=None), 0),
        (linear(epochs=2, device="cpu"), changed(validation=data_of(seed=3)), 0),
    ):
        with pytest.raises(ArgumentError, match=r"run\.pt is of another run: settings, data or seed differ"):
            learner.train(data, np.random.default_rng(seed), checkpoint=file)


@pytest.mark.parametrize("damage", ["torn", "empty", "text", "pickle"])
def test_a_damaged_file_is_refused(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    file.write_bytes(
        {"torn": whole[: len(whole) // 2], "empty": b"", "text": b"hello, hello\n", "pickle": b"\x80\x04N."}[damage]
    )
    with pytest.raises(ReadError, match=r"run\.pt is not a checkpoint .* Delete it to start again"):
        linear(epochs=2, device="cpu").train(data_of(), np.random.default_rng(0), checkpoint=file)
