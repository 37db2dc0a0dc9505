from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.studies.base import Run, as_plain
from variorum.studies.noisy_campaigns import STUDY
from variorum.studies.noisy_campaigns.findings import noisy_findings
from variorum.studies.noisy_campaigns.results import Place, Results

SETTINGS = replace(STUDY.presets["cpu"], seeds=10, corpora=("one",), shares=(0.2,), draws=50,
                   strategies=("one-vote-random", "fixed-overlap-5"))  # fmt: skip

# Noise costs one vote an item .02, of which cleaning wins back three quarters; it costs five votes an item nothing.
JS = {
    "one-vote-random": {"": 0.10, "raw": 0.12, "cleaned": 0.105, "oracle": 0.10},
    "fixed-overlap-5": {"": 0.13, "raw": 0.13, "cleaned": 0.13, "oracle": 0.13},
}


def _run(key):
    rng = np.random.default_rng(key["seed"])
    items = JS[key["strategy"]][key["votes"] if key["noise"] else ""] + rng.normal(scale=0.01, size=30)
    # A little of the run's own, so that no difference is exactly the same in all seeds.
    own = sum(map(ord, "".join(map(str, key.values()))))
    items = items + np.random.default_rng(own).normal(scale=1e-4, size=30)
    told = {"auroc": 0.9, "weight_planted": 0.1, "weight_others": 0.9, "truth": None, "seconds": 0.1}
    return Run(key, as_plain("values", {
        "requests": [100, 200], "js": [0.2, items.mean()], "area": items.mean(), "final": items.mean(),
        "items": {"area": items, "final": items}, **told,
    }))  # fmt: skip


def _runs(settings):
    return [_run(key) for key in STUDY.runs(settings)]


def test_what_is_won_back_is_a_share_of_what_noise_costs():
    results = Results(SETTINGS, _runs(SETTINGS))
    back = results.won_back(Place("one", "random", 0.2, "one-vote-random", "cleaned"), "final")
    assert back.value == pytest.approx(0.75, abs=0.01)
    assert back.low <= back.value <= back.high
    # Where noise costs nothing for sure there is no share of it.
    assert np.isnan(results.won_back(Place("one", "random", 0.2, "fixed-overlap-5", "cleaned"), "final").value)


def test_with_one_seed_nothing_is_sure():
    settings = replace(SETTINGS, seeds=1)
    results = Results(settings, _runs(settings))
    assert np.isnan(results.won_back(Place("one", "random", 0.2, "one-vote-random", "cleaned"), "area").value)


def test_differences_are_to_raw_votes_and_to_the_first_strategy():
    results = Results(SETTINGS, _runs(SETTINGS))
    cleaned = results.against_raw["final", Place("one", "random", 0.2, "one-vote-random", "cleaned")]
    assert cleaned.claim == "lower"
    assert cleaned.difference.mean == pytest.approx(-0.015, abs=1e-3)
    overlap = results.against_first["final", Place("one", "random", 0.2, "fixed-overlap-5", "raw")]
    assert overlap.claim == "higher"
    assert overlap.difference.mean == pytest.approx(0.01, abs=1e-3)


def test_the_sentences_say_what_the_numbers_say():
    found = noisy_findings(SETTINGS, _runs(SETTINGS))
    harmless, one, five, overlap = found.verdict
    assert harmless.startswith("Without planted errors cleaning changes the final JS by, in nats:")
    assert "told apart" not in harmless
    assert "with one-vote-random, cleaning wins back, with 20 % random: 75 % on one" in one
    assert ": – on one" in five
    assert overlap.endswith("against one-vote-random: worse on one (noise: none, 20 % random).")
    assert len(found.sections) == 1


def test_few_seeds_are_said_to_claim_nothing():
    settings = replace(SETTINGS, seeds=3)
    verdict = noisy_findings(settings, _runs(settings)).verdict
    assert "3 seeds may pass no test after Holm’s correction" in verdict[0]
    assert "nowhere told apart" in verdict[-1]
