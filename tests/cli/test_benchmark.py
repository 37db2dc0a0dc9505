"""``benchmark``: a file of votes, the same again, one more strategy, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.commands import Command
from variorum.cli import benchmark
from variorum.studies.strategies import StrategiesSettings
from variorum.studies.strategies.settings import PARTS

SMALL = "variorum benchmark --corpus votes.csv --strategy bald --seeds 2 --out out"


@pytest.mark.usefixtures("votes")
def test_a_file_of_ones_own_and_one_more_strategy(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))
    done = command(SMALL)
    assert done.code == 0, done.err
    assert "With tfidf features, on votes.csv alone," in done.out
    assert "8 runs: " in done.out
    assert (tmp_path / "out" / "findings.md").is_file()
    again = command(SMALL)
    assert (again.out, again.err) == (done.out, "8 of 8 runs finished before\n")
    more = command(f"{SMALL} --strategy entropy --json")
    assert more.code == 0, more.err
    said = json.loads(more.out)
    assert (said["study"], said["runs"]) == ("strategies", 10)
    assert said["settings"]["strategies"] == ["bald", "entropy"]
    refused = command(f"{SMALL} --part confirmation")
    assert refused.code == 2
    assert 'holds runs with part = "development" where this call has "confirmation"' in refused.err


def test_what_does_not_exist_is_named(command: Command) -> None:
    refused = command("variorum benchmark --strategy badl")
    assert refused.code == 2
    assert "strategy 'badl'" in refused.err
    assert "one-vote-random" in refused.err


def test_a_part_brings_its_corpora(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}
    monkeypatch.setattr(benchmark, "experiment", lambda *words, **more: seen.update(words=words, more=more))
    assert command("variorum benchmark --part confirmation --features tfidf --processes 2").code == 0
    name, preset, folder, changes = seen["words"]
    assert (name, preset, folder) == ("strategies", "quick", Path("benchmark-quick"))
    assert changes == {"part": "confirmation", "corpora": (), "features": ("tfidf",)}
    assert seen["more"] == {"processes": 2, "as_json": False}
    assert StrategiesSettings(1, **changes).places == PARTS["confirmation"][0]
    assert tuple(PARTS) == benchmark._PARTS
