from __future__ import annotations

import importlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from variorum.annotations import Annotations, group_codes
from variorum.decomposition import find_perspectives
from variorum.studies.errors import TRAINED, TrainingResult, cleaned_training, plant, split_votes
from variorum.studies.errors.cleaned_training import _result, _run, _trained_on

from .small_corpora import opening, plain

MODULE = importlib.import_module("variorum.studies.errors.cleaned_training")
METHODS = ["raw", "majority", "Dawid-Skene", "ours", "ours, votes alone", "ours, distributions", "oracle-cleaned"]


@pytest.fixture(autouse=True)
def _few_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Perspectives are looked for with less care: they are not what is tested here."""
    monkeypatch.setattr(
        importlib.import_module("variorum.studies.errors.ours"),
        "find_perspectives",
        partial(find_perspectives, most=2, starts=1),
    )


def planted(share: float = 0.3) -> tuple[Annotations, NDArray[np.bool_]]:
    """Votes on the first 45 of 60 items, with noise; the others are for testing."""
    votes = split_votes(plain(), 4, np.random.default_rng(0)).annotations
    return plant(votes.take(np.flatnonzero(votes.item < 45)), "random", share, np.random.default_rng(1))


def test_every_cleaning_keeps_to_the_items_that_were_bought() -> None:
    votes, replaced = planted()
    inputs = np.random.default_rng(0).normal(size=(60, 3))
    found = _trained_on(votes, replaced, inputs, np.random.default_rng(0))
    assert list(found) == METHODS
    total = votes.counts().sum(axis=1)
    for name, counts in found.items():
        assert counts.shape == (60, 3)
        assert (counts >= 0).all()
        assert (counts[45:] == 0).all()
        if name in ("majority", "Dawid-Skene", "ours, distributions"):
            np.testing.assert_allclose(counts.sum(axis=1), total)
        else:
            assert (counts.sum(axis=1) <= total + 1e-12).all()
    np.testing.assert_array_equal(found["raw"], votes.counts())


def test_the_oracle_trains_on_the_votes_that_were_not_replaced() -> None:
    votes, replaced = planted()
    found = _trained_on(votes, replaced, np.zeros((60, 1)), np.random.default_rng(0))
    np.testing.assert_array_equal(found["oracle-cleaned"], votes.take(np.flatnonzero(~replaced)).counts())


def test_which_votes_were_replaced_is_seen_by_the_oracle_alone() -> None:
    votes, replaced = planted()
    one, other = (
        _trained_on(votes, known, np.zeros((60, 1)), np.random.default_rng(0)) for known in (replaced, ~replaced)
    )
    assert [name for name in METHODS if not np.array_equal(one[name], other[name])] == ["oracle-cleaned"]


def test_test_items_share_no_group_with_training_and_their_votes_are_seen_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corpus = plain()
    seen: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    learn = MODULE._learn

    def watched(inputs: Any, counts: Any, scored: Any, rng: Any) -> Any:
        seen.append((counts, scored))
        return learn(inputs, counts, scored, rng)

    monkeypatch.setattr(MODULE, "_learn", watched)
    scores = _run(corpus, np.random.default_rng(0).normal(size=(60, 3)), 4, "one-label", 0.2, 0)
    assert list(scores) == METHODS
    assert len(seen) == len(METHODS)
    groups = group_codes(corpus.items)
    for counts, scored in seen:
        bought = counts.sum(axis=1) > 0
        assert 10 <= scored.sum() <= 20
        assert not set(groups[bought]) & set(groups[scored])
        np.testing.assert_array_equal(scored, seen[0][1])


def test_without_noise_the_oracle_is_raw() -> None:
    scores = _run(plain(), np.arange(60.0)[:, None], 4, "random", 0.0, 0)
    assert scores["oracle-cleaned"] == pytest.approx(scores["raw"])
    assert _run(plain(), np.arange(60.0)[:, None], 4, "random", 0.0, 0) == scores


def made(gains: list[float], share: float = 0.2, oracle: float = 0.06) -> TrainingResult:
    """Raw votes score .1 and a bit more with every seed; ours less by the gain."""
    runs = [
        dict.fromkeys(METHODS, 0.1 + seed / 10) | {"ours": 0.1 + seed / 10 - gain, "oracle-cleaned": oracle + seed / 10}
        for seed, gain in enumerate(gains)
    ]
    return _result("made", 4, "random", share, runs)


def test_seeds_are_paired_and_the_gap_is_that_of_the_means() -> None:
    result = made([0.01] * 6)
    assert result.n_seeds == 6
    assert result.against_raw.mean_difference == pytest.approx(-0.01)
    # Six pairs of one sign: 2 of 64 assignments.
    assert result.against_raw.p_value == result.against_raw.smallest_p == 1 / 32
    # Of the .04 that the oracle gains, ours gains .01.
    assert result.recovered == pytest.approx(0.25)
    assert result.equivalence.margin == 0.002
    assert result.equivalence.p_value > 0.9
    assert made([0.001, -0.001] * 5).equivalence.p_value < 0.05


def test_without_noise_or_gap_nothing_is_recovered() -> None:
    assert np.isnan(made([0.01] * 3, share=0.0).recovered)
    assert np.isnan(made([0.01] * 3, oracle=0.2).recovered)


def test_the_study_has_a_result_for_each_noise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path))
    opening(monkeypatch, "cleaned_training", lambda name: {"small": plain()}[name])
    seen: list[str] = []
    results = cleaned_training({"small": 3}, shares=(0.0, 0.2), seeds=1, progress=seen.append)
    assert seen == ["small, random 0, seed 0", "small, random 0.2, seed 0", "small, one-label 0.2, seed 0"]
    assert [(r.corpus, r.votes, r.noise, r.share) for r in results] == [
        ("small", 3, "random", 0.0),
        ("small", 3, "random", 0.2),
        ("small", 3, "one-label", 0.2),
    ]
    assert all(list(result.js) == METHODS for result in results)
    assert all(0 < js < np.log(2) for result in results for js in result.js.values())
    assert set(TRAINED.values()) <= set(range(3, 11))
