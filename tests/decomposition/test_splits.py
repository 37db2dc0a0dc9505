from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from decomposition.reading_votes import crowd, table
from variorum.annotations import Annotations
from variorum.decomposition import decompose
from variorum.decomposition.splits import _interval

ONE_VOTE_AN_ITEM = table(np.arange(30), np.tile(np.arange(5), 6), np.random.default_rng(0).integers(0, 2, 30))
UNANIMOUS = table(np.repeat(np.arange(100), 5), np.tile(np.arange(5), 100), np.repeat(np.arange(100) % 3, 5))


def test_the_only_vote_of_an_item_is_an_error_or_not() -> None:
    # Seen: (p, p) or (0, 1), as the last digit had it. A vote that is an error with probability p has the quantiles 0
    # and 1 wherever 0.05 < p < 0.95.
    items = decompose(ONE_VOTE_AN_ITEM).items
    assert ((items.error_share > 0.05) & (items.error_share < 0.95)).all()
    np.testing.assert_array_equal(items.error_low, 0.0)
    np.testing.assert_array_equal(items.error_high, 1.0)


@pytest.mark.parametrize("votes", [ONE_VOTE_AN_ITEM, UNANIMOUS, crowd(1), crowd(2, n_classes=2, rate=0.2)])
def test_the_interval_holds_the_share(votes: Annotations) -> None:
    # Seen: a mean of 0.002 above the 95 % quantile, 0.001, of a Beta that is nearly all at 0.
    items = decompose(votes).items
    assert (items.error_low >= 0).all()
    assert (items.error_low <= items.error_share).all()
    assert (items.error_share <= items.error_high).all()
    assert (items.error_high <= 1).all()


def one(mean: float, variance: float) -> tuple[float, float]:
    low, high = _interval(np.array([mean]), np.array([variance]))
    return float(low[0]), float(high[0])


def test_interval_has_the_moments() -> None:
    # Beta(2, 6): mean 1/4, variance (1/4) (3/4) / 9 = 1/48.
    assert one(1 / 4, 1 / 48) == pytest.approx((beta.ppf(0.05, 2, 6), beta.ppf(0.95, 2, 6)))


@pytest.mark.parametrize(
    ("mean", "ends"), [(0.03, (0.0, 0.03)), (0.06, (0.0, 1.0)), (0.5, (0.0, 1.0)), (0.97, (0.97, 1.0))]
)
def test_interval_of_a_single_vote(mean: float, ends: tuple[float, float]) -> None:
    # Of 0 with probability 1 - p and 1 with p: the 5 % quantile is 1 where p > 0.95, the 95 % quantile where p > 0.05.
    for digit in (1 - 1e-12, 1.0, 1 + 1e-12):
        assert one(mean, mean * (1 - mean) * digit) == ends


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.0), (0.0, 0.0), (1.0, 0.0)])
def test_interval_of_what_is_certain(mean: float, variance: float) -> None:
    assert one(mean, variance) == (mean, mean)


def test_nobody_dissents_without_leanings() -> None:
    # Seen: 0.11, since readings by the types alone were compared with a distribution that the item's votes had moved.
    # Leanings are zero for fifteen rounds.
    found = decompose(crowd(10, n_items=60, n_annotators=30, n_classes=10, votes=20), max_iterations=15)
    np.testing.assert_array_equal(found.model.responses.leaning, 0.0)
    np.testing.assert_allclose(found.annotators.dissent, 0.0, atol=1e-12)


def test_more_votes_leave_less_unknown() -> None:
    # Of ten classes, whose types are far apart.
    theta = np.random.default_rng(0).dirichlet(np.ones(10), 40)
    few, many = (
        decompose(crowd(0, n_items=40, n_annotators=100, n_classes=10, theta=theta, votes=n)).items.unknown
        for n in (5, 100)
    )
    assert many.mean() < 0.01 < 0.1 < few.mean()
