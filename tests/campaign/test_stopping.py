from __future__ import annotations

import numpy as np
import pytest

from variorum.campaign.stopping import STOPPING, ValidationView, cross_entropy, floor, plateau

RNG = np.random.default_rng(0)
TRUTH = RNG.dirichlet([2.0, 1.0, 1.0], 200)
VOTES = np.array([RNG.multinomial(2, row) for row in TRUTH]).astype(float)


def _mixed(share: float) -> np.ndarray:
    return (1 - share) * TRUTH + share / 3


def _view(shares: list[float], patience: int = 3, n: int = 200) -> ValidationView:
    # Each round has predictions for ten further items, the last one for all.
    sizes = [n - 10 * (len(shares) - 1 - k) for k in range(len(shares))]
    rounds = [_mixed(share)[:size] for share, size in zip(shares, sizes, strict=True)]
    return ValidationView(VOTES[:n], rounds, VOTES, patience)


def test_the_budget_is_never_a_reason_before_its_end() -> None:
    assert STOPPING["budget"](_view([0.5] * 9), RNG) is None


def test_plateau_waits_for_its_rounds_and_goes_on_while_models_improve() -> None:
    assert plateau(_view([0.9, 0.8]), RNG) is None
    assert plateau(_view([0.9, 0.8, 0.7, 0.6, 0.5]), RNG) is None
    reason = plateau(_view([0.9, 0.5, 0.6, 0.6, 0.6]), RNG)
    assert reason is not None
    assert "not improved for 3 rounds" in reason


def test_validation_votes_that_come_later_are_no_improvement() -> None:
    # One model throughout, and further items that are easy: the mean falls and the model stays.
    easy = np.tile([0.98, 0.01, 0.01], (200, 1))
    counts = np.vstack([VOTES[:20], np.tile([2.0, 0.0, 0.0], (180, 1))])
    model = np.vstack([_mixed(0.3)[:20], easy[:180]])
    rounds = [model[: 20 + 40 * k] for k in range(5)]
    assert plateau(ValidationView(counts, rounds, counts, 3), RNG) is not None


def test_the_floor_is_reached_by_the_truth_and_not_by_the_uniform() -> None:
    reason = floor(_view([0.0]), np.random.default_rng(0))
    assert reason is not None
    assert "within the noise of its floor" in reason
    assert floor(_view([1.0]), np.random.default_rng(0)) is None


def test_without_second_votes_there_is_no_floor_to_stop_at() -> None:
    once = np.eye(3)[TRUTH.argmax(axis=1)]
    assert floor(ValidationView(once, [TRUTH], once, 3), RNG) is None
    none = np.zeros((0, 3))
    assert floor(ValidationView(none, [none], VOTES, 3), RNG) is None
    assert plateau(ValidationView(none, [none] * 5, VOTES, 3), RNG) is None


def test_cross_entropy_counts_every_vote_once() -> None:
    # (3 ln 2 + ln 4) / 4
    assert cross_entropy(np.array([[3.0, 0], [0, 1]]), np.array([[0.5, 0.5], [0.75, 0.25]])) == pytest.approx(0.866434)
    assert np.isnan(cross_entropy(np.zeros((0, 2)), np.zeros((0, 2))))
