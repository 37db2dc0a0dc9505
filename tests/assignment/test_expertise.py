from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from variorum.assignment import interval_estimation, upper_reliability
from variorum.errors import ArgumentError
from views import picks_of, voted_view


def test_upper_end_is_that_of_a_t_interval_of_zeros_and_ones() -> None:
    # 40 of 50 right, of which ten are believed: the interval of the mean of those fifty numbers.
    found = upper_reliability(np.array([0.2]), np.array([40]))
    right = np.repeat([1.0, 0.0], [40, 10])
    expected = stats.t.interval(0.95, 49, loc=right.mean(), scale=stats.sem(right))[1]
    np.testing.assert_allclose(found, expected)


@given(rate=st.floats(0.0, 0.5), asked=st.integers(0, 500))
def test_more_requests_narrow_it_and_more_slips_at_the_same_width_lower_it(rate: float, asked: int) -> None:
    first, second = upper_reliability(np.array([rate, rate]), np.array([asked, asked + 1]))
    assert 1.0 - rate <= second <= first


def test_the_unknown_are_tried_then_the_reliable_are_asked_on() -> None:
    # After 60 votes each, 0 slips rarely and 1 often; 2 is as good as unknown.
    votes = [(0, who, 0) for who in (0, 1) for _ in range(60)] + [(0, 2, 0)]
    view = voted_view(votes, [[], [0, 1, 2], [0, 1]], 3, error_rates=np.array([0.02, 0.3, 0.1]))
    made = interval_estimation(picks_of([1, 1, 1, 2]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [2, 0, 1, 0]
    # In the end 2 is better than all who can be asked about item 2.
    assert made.forced.tolist() == [False, False, True, True]


def test_a_round_does_not_go_to_one_annotator_alone() -> None:
    view = voted_view([(0, who, 0) for who in range(4)], [[], *[[0, 1, 2, 3]] * 40], 4, error_rates=np.full(4, 0.1))
    made = interval_estimation(picks_of(list(range(1, 41))), view, np.random.default_rng(0))
    assert np.bincount(made.annotator).tolist() == [10, 10, 10, 10]


def test_without_error_rates_the_remedy_is_named() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0)], [[], [0, 1]], 2)
    with pytest.raises(ArgumentError, match=r"interval-estimation reads error_rates, .* names no annotators"):
        interval_estimation(picks_of([1]), view, np.random.default_rng(0))
