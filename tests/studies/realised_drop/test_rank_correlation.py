from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from variorum.errors import ShapeError
from variorum.studies.realised_drop.rank_correlation import rank_correlation, weighted_ranks


@pytest.mark.parametrize("decimals", [1, 12], ids=["ties", "no ties"])
def test_as_scipy_with_and_without_ties(decimals):
    rng = np.random.default_rng(1)
    left = rng.normal(size=40).round(decimals)
    right = (left + rng.normal(size=40)).round(decimals)
    assert rank_correlation(left, right)[0] == pytest.approx(spearmanr(left, right).statistic, abs=1e-12)


def test_weights_are_repetitions():
    rng = np.random.default_rng(2)
    left, right = rng.integers(0, 9, 25).astype(float), rng.normal(size=25)
    weights = rng.multinomial(25, np.full(25, 1 / 25), 6).astype(float)
    for row, found in zip(weights.astype(int), rank_correlation(left, right, weights), strict=True):
        assert found == pytest.approx(spearmanr(np.repeat(left, row), np.repeat(right, row)).statistic, abs=1e-12)
    # Ranks from 0 less a half, at the items that are there.
    ranks = weighted_ranks(right, weights[:1])[0]
    there = weights[0].astype(int)
    assert np.repeat(ranks, there) == pytest.approx(rankdata(np.repeat(right, there)) - 0.5)


def test_what_is_constant_or_undefined_has_no_correlation():
    some = np.arange(4.0)
    assert np.isnan(rank_correlation(np.ones(4), some)).all()
    assert np.isnan(rank_correlation(np.array([0.0, np.nan, 1.0, 2.0]), some, np.ones((3, 4)))).tolist() == [True] * 3
    # A resample of one item alone has none either.
    assert np.isnan(rank_correlation(some, some, np.array([[4.0, 0.0, 0.0, 0.0]])))


def test_both_sides_must_fit():
    with pytest.raises(ShapeError, match="left has shape"):
        rank_correlation(np.zeros(3), np.zeros(4))
