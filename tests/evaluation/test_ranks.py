from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, rankdata

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import friedman, nemenyi_difference


@given(st.integers(0, 999), st.integers(3, 7), st.integers(3, 9), st.booleans())
def test_friedman_against_scipy_with_ties(seed, n_methods, n_blocks, higher):
    # Few distinct values make ties; the first row has none, so that the statistic is defined.
    scores = np.random.default_rng(seed).integers(0, 5, (n_blocks, n_methods)).astype(float)
    scores[0] = np.arange(n_methods)
    found = friedman(scores, higher=higher)
    expected = friedmanchisquare(*scores.T)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    ranks = rankdata(-scores if higher else scores, axis=1)
    assert found.mean_ranks == pytest.approx(ranks.mean(axis=0))
    assert found.n_blocks == n_blocks


def test_rounding_makes_no_ranks():
    assert friedman([[0.3, 0.1 + 0.2]]).mean_ranks.tolist() == [1.5, 1.5]


@pytest.mark.parametrize("scores", [np.ones((5, 4)), np.eye(2, 5), np.eye(5, 2), [[1.0], [2.0], [3.0]]])
def test_undefined_where_all_tie_or_little_is_there(scores):
    found = friedman(scores)
    assert math.isnan(found.statistic)
    assert math.isnan(found.p_value)


# Demšar 2006, table 5 (a): critical values q of the two-tailed Nemenyi test, for 2, 5 and 10 classifiers.
@pytest.mark.parametrize(
    ("n_methods", "level", "q"),
    [(2, 0.05, 1.960), (5, 0.05, 2.728), (10, 0.05, 3.164), (2, 0.10, 1.645), (10, 0.10, 2.920)],
)
def test_nemenyi_against_the_printed_table(n_methods, level, q):
    found = nemenyi_difference(n_methods, 14, level=level)
    assert found == pytest.approx(q * math.sqrt(n_methods * (n_methods + 1) / (6 * 14)), rel=5e-4)


def test_nemenyi_with_thirty_methods():
    # The studentized range of 30 means with infinite degrees of freedom is 5.30 at .05 (printed tables: 5.301).
    expected = 5.301 / math.sqrt(2) * math.sqrt(30 * 31 / (6 * 9))
    assert nemenyi_difference(30, 9) == pytest.approx(expected, rel=1e-3)


def test_what_is_out_of_range():
    with pytest.raises(ShapeError, match="scores must have 2 axes"):
        friedman([1.0, 2.0])
    with pytest.raises(ArgumentError, match="must hold a data set and a method"):
        friedman(np.zeros((0, 3)))
    with pytest.raises(ArgumentError, match=r"scores\[1, 0\] is nan, and ranks need finite scores; 1 of 4 are not"):
        friedman([[1.0, 2.0], [np.nan, 1.0]])
    with pytest.raises(ArgumentError, match="n_methods must be 2 or more"):
        nemenyi_difference(1, 3)
    with pytest.raises(ArgumentError, match="level = 1 must lie between 0 and 1"):
        nemenyi_difference(3, 3, level=1)
