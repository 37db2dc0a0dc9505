from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from decomposition.small_rounds import votes_of
from variorum.decomposition import (
    PairEvidence,
    item_label_pairs,
    metadata_archaeology_knn,
    metadata_archaeology_lr,
)
from variorum.decomposition.base import ErrorScorer

Array = NDArray[np.float64]
BOTH = [metadata_archaeology_knn, metadata_archaeology_lr]


def evidence_of(probability: Array, errors: NDArray[np.bool_], groups: NDArray[np.int64] | None = None) -> PairEvidence:
    """One label an item, which epochs give the probabilities of shape (n_epochs, n_items)."""
    n = errors.size
    votes = votes_of(np.arange(n), np.zeros(n), np.zeros(n), n=(n, 1, 2))
    trajectories = np.stack([probability, 1 - probability], axis=2)
    return PairEvidence(item_label_pairs(votes), trajectories=trajectories, errors=errors, groups=groups)


def simulated(n: int = 120) -> tuple[Array, NDArray[np.bool_]]:
    rng = np.random.default_rng(0)
    errors = rng.random(n) < 0.3
    return np.clip(rng.normal(np.where(errors, 0.35, 0.65), 0.15, size=(3, n)), 0.01, 0.99), errors


def test_neighbours_by_hand() -> None:
    # Each fold has 21 labels of probability about .1, of which the 10 lowest are errors, and 21 of about .9, none an
    # error. The 20 neighbours of a label of .1 in the other fold are the 20 that are nearest among its 21: all but one.
    low, high = 0.1 + 1e-3 * np.arange(21), 0.9 + 1e-3 * np.arange(21)
    one = np.concatenate([low, high])
    probability = np.repeat(one, 2)[None]
    errors = np.repeat(np.arange(42) < 10, 2)
    found = metadata_archaeology_knn(evidence_of(probability, errors))[::2]
    # The lowest lies farthest from the highest, a correct label: 10 errors of 20; the highest from the lowest: 9 of 20.
    assert (found[0], found[20]) == (10 / 20, 9 / 20)
    np.testing.assert_array_equal(found[21:], 0.0)


def test_regression_against_its_penalised_likelihood() -> None:
    probability, errors = simulated()
    losses, fold = -np.log(probability).T, np.arange(errors.size) % 2
    expected = np.empty(errors.size)
    for k in (0, 1):
        train, sign = fold != k, np.where(errors[fold != k], 1, -1)

        def loss(point: Array, train: Array = losses[train], sign: Array = sign) -> float:
            return float(0.5 * point[1:] @ point[1:] - log_expit(sign * (point[0] + train @ point[1:])).sum())

        best = minimize(loss, np.zeros(4), options={"gtol": 1e-7}).x
        expected[fold == k] = expit(best[0] + losses[fold == k] @ best[1:])
    np.testing.assert_allclose(metadata_archaeology_lr(evidence_of(probability, errors)), expected, atol=1e-3)


@pytest.mark.parametrize("scorer", BOTH)
def test_errors_are_found(scorer: ErrorScorer) -> None:
    probability, errors = simulated()
    found = scorer(evidence_of(probability, errors))
    assert found[errors].mean() > found[~errors].mean() + 0.3


@pytest.mark.parametrize("scorer", BOTH)
def test_no_error_is_seen_by_its_own_fold(scorer: ErrorScorer) -> None:
    probability, errors = simulated()
    fold = np.arange(errors.size) % 2
    found = scorer(evidence_of(probability, errors))
    turned = scorer(evidence_of(probability, errors ^ (fold == 0)))
    # Fold 0 is scored from fold 1, which did not change; and the other way round.
    np.testing.assert_array_equal(found[fold == 0], turned[fold == 0])
    assert (found[fold == 1] != turned[fold == 1]).any()


@pytest.mark.parametrize("scorer", BOTH)
def test_groups_are_whole_in_their_fold(scorer: ErrorScorer) -> None:
    probability, errors = simulated()
    group = np.arange(errors.size) // 5
    found = scorer(evidence_of(probability, errors, group))
    turned = scorer(evidence_of(probability, errors ^ (group % 2 == 0), group))
    np.testing.assert_array_equal(found[group % 2 == 0], turned[group % 2 == 0])


@pytest.mark.parametrize("scorer", BOTH)
def test_without_an_example_of_both_kinds_everybody_gets_their_share(scorer: ErrorScorer) -> None:
    probability, _ = simulated(6)
    found = scorer(evidence_of(probability, np.array([True, False, True, False, True, False])))
    # Even items, all errors, score odd ones; odd ones, none an error, score even ones.
    np.testing.assert_array_equal(found, [0, 1, 0, 1, 0, 1])


@pytest.mark.parametrize("scorer", BOTH)
def test_one_item_has_nothing_to_learn_from(scorer: ErrorScorer) -> None:
    np.testing.assert_array_equal(scorer(evidence_of(np.array([[0.5]]), np.array([True]))), [0.0])


@pytest.mark.parametrize("scorer", BOTH)
def test_a_probability_of_nought_has_a_finite_loss(scorer: ErrorScorer) -> None:
    probability, errors = simulated()
    probability[:, :4] = 0.0
    assert np.isfinite(scorer(evidence_of(probability, errors))).all()
