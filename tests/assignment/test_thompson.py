from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from variorum.assignment import thompson, vote_information
from variorum.errors import ArgumentError
from views import picks_of, voted_view


@given(share=st.floats(0.01, 0.99), rate=st.floats(0.0, 1.0))
def test_information_is_the_inverse_variance_of_the_debiased_vote(share: float, rate: float) -> None:
    # Of two classes: a vote is 1 with q = (1 - e) p + e / 2; (vote - e / 2) / (1 - e) is unbiased for p and has the
    # variance q (1 - q) / (1 - e)^2. 1 - q^2 - (1 - q)^2 = 2 q (1 - q) counts both classes.
    q = (1 - rate) * share + rate / 2
    found = vote_information(np.array([share, 1 - share]), np.array([rate]))
    np.testing.assert_allclose(found, (1 - rate) ** 2 / (2 * q * (1 - q)), rtol=1e-9)


def test_the_ratio_of_two_annotators_is_that_of_the_votes_needed() -> None:
    # The mean of n debiased votes of each must have the same variance: simulated, at the ratio that it says.
    rng = np.random.default_rng(0)
    p, (clean, noisy) = np.array([0.7, 0.2, 0.1]), vote_information(np.array([0.7, 0.2, 0.1]), np.array([0.0, 0.4]))
    few = 50
    many = round(few * clean / noisy)
    error = []
    for n, rate in ((few, 0.0), (many, 0.4)):
        votes = rng.multinomial(n, (1 - rate) * p + rate / 3, size=20_000) / n
        error.append(np.square((votes - rate / 3) / (1 - rate) - p).sum(axis=1).mean())
    # Each mean of 20,000 has a standard error of about 1 %.
    assert error[0] == pytest.approx(error[1], rel=0.05)


def test_certain_slips_tell_nothing_and_unanimity_does_not_divide_by_nothing() -> None:
    assert vote_information(np.array([0.2, 0.8]), np.array([1.0]))[0] == 0.0
    assert np.isfinite(vote_information(np.array([0.0, 1.0]), np.array([0.0, 0.1]))).all()


def test_how_often_each_is_asked_is_how_often_they_are_drawn_best() -> None:
    # Two annotators with 10 and 40 votes: the chance that the first draws the lower error rate, by integration.
    votes = [(0, 0, 0)] * 10 + [(0, 1, 0)] * 40
    rates = np.array([0.25, 0.2])
    view = voted_view(votes, [[], *[[0, 1]] * 4000], 2, error_rates=rates)
    made = thompson(picks_of(list(range(1, 4001))), view, np.random.default_rng(0))
    first, second = (stats.beta(n * r, n * (1 - r)) for n, r in zip((20, 50), rates, strict=True))
    grid = np.linspace(0.0, 1.0, 20_001)
    chance = np.trapezoid(first.pdf(grid) * second.sf(grid), grid)
    spread = np.sqrt(chance * (1 - chance) / 4000)
    assert abs((made.annotator == 0).mean() - chance) < 5 * spread
    assert not made.forced.any()


def test_price_decides_between_equals_and_a_careful_vote_may_be_worth_its_price() -> None:
    votes = [(0, who, 0) for who in (0, 1) for _ in range(2000)]
    view = voted_view(votes, [[], *[[0, 1]] * 20], 2, error_rates=np.array([0.1, 0.1]))
    dear = np.array([2_000, 1_000, 1_000])
    made = thompson(picks_of(list(range(1, 21))), replace(view, prices=dear), np.random.default_rng(0))
    assert (made.annotator == 1).all()
    # With 60 % slips a vote tells (1 - .6)^2 = .16 of a clean one at p = 1/2: half the price is too much for it.
    poor = replace(view, prices=dear, error_rates=np.array([0.01, 0.6]))
    assert (thompson(picks_of(list(range(1, 21))), poor, np.random.default_rng(0)).annotator == 0).all()


def test_without_error_rates_the_remedy_is_named() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0)], [[], [0, 1]], 2)
    with pytest.raises(ArgumentError, match=r"thompson reads error_rates, .* names no annotators"):
        thompson(picks_of([1]), view, np.random.default_rng(0))
