from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from studies.small_study import ENTRY
from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.running import run_study
from variorum.studies.store import RUNS


def run(folder=None, **options):
    return run_study("small", folder=folder, studies=ENTRY, **options)


def test_runs_come_in_the_studys_order_with_findings_and_setup():
    outcome = run()
    assert [tuple(each.key.values()) for each in outcome.runs] == [
        (method, seed) for seed in range(3) for method in ("soft", "hard")
    ]
    assert outcome.findings.verdict == ("Hard is open.",)
    assert outcome.runs[0].values["undefined"] is None
    setup = dict(outcome.setup())
    assert (setup["preset"], setup["seeds"], setup["failing"], setup["trace"]) == ("quick", "3", "none", "none")
    assert setup["runs"].startswith("6, ")
    assert setup["code"].startswith("0.1.0")


def test_finished_runs_are_not_run_again(tmp_path):
    trace = tmp_path / "trace"
    folder = tmp_path / "out"
    changes = {"trace": str(trace)}
    first = run(folder, changes=changes)
    lines = (folder / RUNS).read_bytes().splitlines(keepends=True)
    # A crash after four runs, in the middle of a line.
    (folder / RUNS).write_bytes(b"".join(lines[:4]) + lines[4][:30])
    seen = []
    again = run(folder, changes=changes, progress=seen.append)
    executed = Counter(line.rpartition(" ")[0] for line in trace.read_text().splitlines())
    assert (executed["soft 0"], executed["soft 2"], executed.total()) == (1, 2, 6 + 2)
    assert [(each.done, each.total) for each in seen] == [(4, 6), (5, 6), (6, 6)]
    assert [each.values for each in again.runs] == [each.values for each in first.runs]
    assert again.findings == first.findings


def test_more_seeds_add_runs(tmp_path):
    run(tmp_path)
    seen = []
    outcome = run(tmp_path, changes={"seeds": 4}, progress=seen.append)
    assert (seen[0].done, len(outcome.runs)) == (6, 8)


def test_one_failing_run_keeps_no_other_from_running(tmp_path):
    seen = []
    outcome = run(tmp_path, changes={"failing": ("hard",)}, progress=seen.append)
    [failure] = outcome.failures
    assert failure.key == {"method": "hard", "seed": 1}
    assert failure.reason == "ZeroDivisionError: nothing to divide by"
    assert "small_study.py" in failure.details
    assert outcome.findings is None
    assert len(outcome.runs) == len((tmp_path / RUNS).read_bytes().splitlines()) == 5
    assert [each.reason for each in seen if each.reason] == [failure.reason]


def test_neither_results_nor_failures_depend_on_the_number_of_processes(tmp_path):
    environment, changes = dict(os.environ), {"failing": ("hard",)}
    alone = run(tmp_path / "a", changes=changes)
    several = run(tmp_path / "b", changes=changes, processes=2)
    assert dict(os.environ) == environment
    assert [each.key for each in alone.runs] == [each.key for each in several.runs]
    assert [each.values["score"] for each in alone.runs] == [each.values["score"] for each in several.runs]
    assert [(each.key, each.reason) for each in alone.failures] == [
        (each.key, each.reason) for each in several.failures
    ]
    assert {each.values["threads"] for each in several.runs} == {"1"}


def test_a_process_that_dies_is_a_failure_and_what_was_finished_is_kept(tmp_path):
    outcome = run(tmp_path, changes={"deadly": 2}, processes=2)
    assert outcome.findings is None
    assert {each.key["seed"] for each in outcome.failures} >= {2}
    assert all("its process died" in each.reason for each in outcome.failures)
    kept = [json.loads(line)["key"] for line in (tmp_path / RUNS).read_text().splitlines()]
    assert len(kept) + len(outcome.failures) == 6


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"preset": "fast"}, UnknownNameError, "preset 'fast' is not known.*quick, cpu, paper"),
        ({"changes": {"seed": 3}}, UnknownNameError, "has no setting 'seed'; its settings are seeds, shift"),
        ({"changes": {"seeds": 0}}, ArgumentError, "has no run with these settings"),
        ({"processes": 0}, ArgumentError, "processes must be at least 1, not 0"),
    ],
)
def test_mistakes_are_seen_before_anything_runs(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        run(tmp_path / "out", **({"preset": "quick"} | options))
    assert not (tmp_path / "out").exists()


def test_an_unknown_study():
    with pytest.raises(UnknownNameError, match=r"study 'metric' is not known\. Did you mean 'metrics'"):
        run_study("metric")
