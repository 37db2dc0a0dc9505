from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from variorum.errors import ArgumentError
from variorum.training import SoftmaxRegression, TrainingData, cross_fitted

Array = NDArray[np.float64]


def problem(n_items: int = 40, n_groups: int = 15) -> tuple[Array, Array, NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_items, 3))
    odds = np.column_stack([2 * inputs[:, 0], inputs[:, 1], np.zeros(n_items)])
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    counts = np.stack([rng.multinomial(5, row) for row in shares]).astype(np.float64)
    return inputs, counts, rng.integers(n_groups, size=n_items)


def test_an_items_prediction_knows_no_vote_on_its_group() -> None:
    inputs, counts, groups = problem()
    straight = cross_fitted(inputs, counts, groups, np.random.default_rng(1))
    for group in np.unique(groups)[:5]:
        mine = groups == group
        other = counts.copy()
        other[mine] = other[mine][:, ::-1] * 3 + 1
        turned = cross_fitted(inputs, other, groups, np.random.default_rng(1))
        np.testing.assert_array_equal(turned[mine], straight[mine])
        assert np.abs(turned[~mine] - straight[~mine]).max() > 1e-3


def test_as_many_folds_as_groups_is_leaving_one_group_out() -> None:
    inputs, counts, groups = problem(24, 4)
    found = cross_fitted(inputs, counts, groups, np.random.default_rng(0), folds=99)
    for group in range(4):
        train, test = groups != group, groups == group
        fit = SoftmaxRegression(n_members=1).fit(TrainingData(inputs[train], counts[train]), np.random.default_rng(5))
        np.testing.assert_allclose(found[test], fit.mode.probabilities(inputs[test]), atol=1e-6)


def test_rows_are_distributions_that_learned_something() -> None:
    inputs, counts, groups = problem(200, 150)
    found = cross_fitted(inputs, counts, groups, np.random.default_rng(0))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    constant = counts.sum(axis=0) / counts.sum()
    assert (counts * np.log(found)).sum() > (counts * np.log(constant)).sum()


def test_items_without_votes_get_a_prediction_and_give_none() -> None:
    inputs, counts, groups = problem()
    counts[::4] = 0
    found = cross_fitted(inputs, counts, groups, np.random.default_rng(2))
    inputs[::4] = inputs[0]
    assert np.isfinite(found).all()
    other = cross_fitted(inputs, counts, groups, np.random.default_rng(2))
    keep = np.arange(40) % 4 > 0
    np.testing.assert_allclose(other[keep], found[keep], atol=1e-6)


def test_without_votes_elsewhere_predictions_are_uniform() -> None:
    inputs, groups = np.arange(6.0)[:, None], np.array([0, 0, 1, 1, 2, 2])
    assert cross_fitted(inputs, np.zeros((6, 4)), groups, np.random.default_rng(0)) == pytest.approx(0.25)
    # All votes are on one group: nobody else's votes speak of it.
    counts = np.zeros((6, 2))
    counts[:2, 1] = 3
    found = cross_fitted(inputs, counts, groups, np.random.default_rng(0))
    assert found[:2] == pytest.approx(0.5)
    assert (found[2:, 1] > 0.5).all()


def test_the_same_generator_gives_the_same_folds() -> None:
    inputs, counts, groups = problem()
    one, two, other = (cross_fitted(inputs, counts, groups, np.random.default_rng(s), folds=3) for s in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one - other).max() > 1e-3


def test_one_group_cannot_be_predicted_from_others() -> None:
    inputs, counts, _ = problem(5)
    with pytest.raises(ArgumentError, match=r"cross-fitting needs two groups of items at least; there are 1\."):
        cross_fitted(inputs, counts, np.zeros(5, np.int64), np.random.default_rng(0))
