"""kill -9 at any moment, then start again: the same record, and nothing bought twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("small.py")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    process = _start(folder)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()
    return folder


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_and_resumed_run_leaves_the_same_record_and_buys_every_request_once(
    uninterrupted: Path, tmp_path: Path, seed: int
) -> None:
    wanted = (uninterrupted / "record.jsonl").read_bytes()
    dice = random.Random(seed)
    folder = tmp_path / "run"
    record = folder / "record.jsonl"
    kills = 0
    while kills < 3:
        process = _start(folder)
        # Start-up takes most of the time, so wait until this life has written something before drawing the moment.
        before = record.stat().st_size if record.exists() else 0
        goal = before + dice.randrange(1, max(2, len(wanted) // 3))
        while process.poll() is None and (record.stat().st_size if record.exists() else 0) < goal:
            time.sleep(0.001)
        time.sleep(dice.random() * 0.01)
        process.kill()
        process.communicate()
        kills += 1
        assert wanted.startswith(record.read_bytes()[: record.read_bytes().rfind(b"\n") + 1])
        if record.stat().st_size == len(wanted):
            break
    # A half-written line, as a power cut leaves it, is cut off and written again.
    with record.open("ab") as file:
        file.write(b'{"event": "sco')
    process = _start(folder)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()

    assert record.read_bytes() == wanted
    sales = [json.loads(line) for line in (folder / "oracle.jsonl").read_bytes().splitlines()]
    asked = [
        request["id"]
        for line in wanted.splitlines()
        for request in json.loads(line).get("requests", ())
    ]  # fmt: skip
    assert Counter(sale["request"] for sale in sales) == Counter(asked)
    assert (folder / "oracle.jsonl").read_bytes() == (uninterrupted / "oracle.jsonl").read_bytes()
