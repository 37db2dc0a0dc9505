from __future__ import annotations

from dataclasses import replace

import pytest

from campaign.small import small_corpus
from variorum.studies.base import as_plain
from variorum.studies.corpus_parts import open_part
from variorum.studies.noisy_campaigns import STUDY
from variorum.studies.noisy_campaigns.replaying import noisy_corpus, noisy_run, shared_replay
from variorum.studies.running import run_study
from variorum.studies.write_up import write_up

CHANGES = {"corpora": ("small", "nameless"), "shares": (0.3,), "seeds": 2, "votes": 100, "cold_start": 40,
           "batch": 30, "members": 16, "draws": 20, "strategies": ("one-vote-random", "fixed-overlap-5")}  # fmt: skip
SETTINGS = replace(STUDY.presets["quick"], **CHANGES)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """Small corpora under names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("variorum.studies.corpus_parts.open_corpus", lambda name: small_corpus(known=name == "small"))
        yield
    for cached in (open_part, shared_replay, noisy_corpus):
        cached.cache_clear()


@pytest.fixture(scope="module")
def outcome():
    return run_study("noisy-campaigns", changes=CHANGES)


def _values(outcome, votes, noise="random", corpus="small", strategy="one-vote-random", seed=0):
    wanted = {"corpus": corpus, "noise": noise, "share": 0.3 if noise else 0.0, "strategy": strategy, "votes": votes}
    return next(run.values for run in outcome.runs if run.key == {**wanted, "seed": seed})


def test_a_study_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    assert len(outcome.runs) == 2 * 2 * 2 * (2 + 3)
    files = {path.name for path in write_up(outcome, tmp_path).files}
    assert files >= {"findings.md", "cells.csv", "curves.csv"}


def test_runs_of_a_seed_pay_for_as_much_and_differ_by_what_they_learn_from(outcome):
    runs = {votes: _values(outcome, votes) for votes in ("raw", "cleaned", "oracle")}
    assert [run["requests"] for run in runs.values()] == [[40, 70, 100]] * 3
    assert len({tuple(run["js"]) for run in runs.values()}) == 3
    for run in runs.values():
        assert run["final"] == pytest.approx(run["js"][-1], abs=1e-5)
        assert run["area"] == pytest.approx((run["js"][0] + 2 * run["js"][1] + run["js"][2]) / 4, abs=1e-5)


def test_noise_costs_and_stays_out_of_the_target(outcome):
    clean, raw = (
        sum(_values(outcome, "raw", noise, seed=seed)["final"] for seed in (0, 1)) for noise in ("", "random")
    )
    assert raw > clean
    noisy, planted = noisy_corpus("small", "random", 0.3, 0, SETTINGS)
    test = shared_replay("small", 0, SETTINGS).scene.layout.test
    assert not planted[[i in set(test.tolist()) for i in noisy.annotations.item.tolist()]].any()


def test_weights_tell_planted_errors(outcome):
    values = _values(outcome, "cleaned")
    assert values["auroc"] > 0.6
    assert values["weight_planted"] < values["weight_others"]
    assert _values(outcome, "raw")["auroc"] is None
    assert _values(outcome, "cleaned", "")["weight_planted"] is None


def test_where_nobody_is_named_cleaning_is_left_out_with_the_reason(outcome):
    reason = "nameless names no annotator, and votes are cleaned by who gave them"
    assert _values(outcome, "cleaned", corpus="nameless") == {"left_out": reason}
    assert f"Left out: {reason}." in outcome.findings.notes
    assert _values(outcome, "oracle", corpus="nameless")["js"] != _values(outcome, "raw", corpus="nameless")["js"]


def test_a_run_does_not_depend_on_those_before(outcome):
    run = next(run for run in outcome.runs if run.key["votes"] == "cleaned" and run.key["noise"])
    for cached in (shared_replay, noisy_corpus):
        cached.cache_clear()
    again = as_plain("values", noisy_run(run.key, SETTINGS))
    assert {**again, "seconds": 0} == {**run.values, "seconds": 0}
