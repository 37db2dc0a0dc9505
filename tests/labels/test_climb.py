from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.labels.climb import STEPS, climb


def bowl(seed, n=6):
    """A quadratic whose directions bend a thousandfold differently: loss, top, curvature."""
    rng = np.random.default_rng(seed)
    top, curvature = rng.normal(size=n), 10.0 ** rng.uniform(-1, 3, n)

    def loss(point):
        away = point - top
        return float(0.5 * (curvature * away) @ away), curvature * away

    return loss, top, curvature


@given(st.integers(0, 2**32 - 1))
def test_ends_at_the_top_and_never_falls(seed):
    loss, top, curvature = bowl(seed)
    end = climb(loss, np.zeros(top.size), curvature**-0.5, 500, 0.0)
    assert end.converged
    np.testing.assert_allclose(end.point, top, atol=1e-6)
    assert (np.diff(end.trace) >= 0).all()
    assert end.trace[0] == -loss(np.zeros(top.size))[0]


def test_in_units_of_curvature_a_bowl_is_round_and_takes_one_or_two_steps():
    loss, top, curvature = bowl(1)
    round_one = climb(loss, np.zeros(top.size), curvature**-0.5, 500, 0.0)
    long_one = climb(loss, np.zeros(top.size), np.ones(top.size), 500, 0.0)
    assert round_one.trace.size <= 3 < long_one.trace.size


def test_stops_where_many_steps_together_gain_little():
    # Each step is a line search along a valley of slope 1 / (1 + x)^2, whose end is at infinity.
    def loss(point):
        return float(1 / (1 + point[0])), np.array([-1 / (1 + point[0]) ** 2])

    end = climb(loss, np.zeros(1), np.full(1, 1e-3), 10_000, 1e-3)
    assert end.converged
    gain = end.trace[STEPS:] - end.trace[:-STEPS]
    assert (gain >= 1e-3).all()


def test_says_that_it_ran_out_of_iterations():
    loss, top, _ = bowl(2)
    end = climb(loss, np.zeros(top.size), np.ones(top.size), 2, 0.0)
    assert not end.converged
    assert end.trace.size == 2
    assert -loss(end.point)[0] > end.trace[-1]


@pytest.mark.parametrize("tolerance", [0.0, 1.0])
def test_a_start_at_the_top_stays_there(tolerance):
    loss, top, curvature = bowl(3)
    end = climb(loss, top, curvature**-0.5, 10, tolerance)
    assert end.converged
    np.testing.assert_array_equal(end.trace, [0.0])
    np.testing.assert_allclose(end.point, top)
