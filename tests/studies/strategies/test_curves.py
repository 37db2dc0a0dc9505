from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import ArgumentError
from variorum.studies.strategies.curves import area_weights, drawn_curve, first_reach, heights_at

rising = st.lists(st.integers(1, 50), min_size=1, max_size=8).map(lambda steps: np.cumsum(steps).astype(float))


@given(rising, st.integers(0, 99))
def test_heights_are_those_of_interpolation(spent, seed):
    rng = np.random.default_rng(seed)
    scores, at = rng.random((spent.size, 2)), np.sort(rng.uniform(0, spent[-1] + 10, 7))
    found = heights_at(spent, scores, at)
    for k in range(2):
        assert found[:, k] == pytest.approx(np.interp(at, spent, scores[:, k]))


@given(rising, st.integers(0, 99), st.floats(0, 100), st.floats(1, 200))
def test_the_area_is_the_integral_over_the_width(spent, seed, low, width):
    scores = np.random.default_rng(seed).random(spent.size)
    weights = area_weights(spent, low, low + width)
    # An independent reference: the midpoint rule on a fine grid.
    at = low + width * (np.arange(20_000) + 0.5) / 20_000
    assert weights @ scores == pytest.approx(np.interp(at, spent, scores).mean(), abs=1e-3)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= -1e-12).all()


def test_an_area_by_hand():
    # From 1 to 4: up to 2 the level of the first round, .6; then a slope to .2 at 4, .4 on average over two thirds.
    assert area_weights(np.array([2.0, 4.0]), 1.0, 4.0) @ [0.6, 0.2] == pytest.approx(0.6 / 3 + 0.4 * 2 / 3)


def test_what_has_no_area():
    with pytest.raises(ArgumentError, match="increase from round to round"):
        area_weights(np.array([1.0, 1.0]), 0.0, 2.0)
    with pytest.raises(ArgumentError, match=r"high = 1.0 must be above low = 1.0"):
        area_weights(np.array([1.0, 2.0]), 1.0, 1.0)


def test_first_reach_takes_the_first_crossing():
    at = np.array([100.0, 200.0, 300.0, 400.0])
    curves = np.array(
        [
            [0.4, 0.2, 0.5, 0.1],  # down, up and down again: a quarter of the first step suffices for .35
            [0.4, 0.4, 0.4, 0.4],  # never
            [0.1, 0.3, 0.2, 0.1],  # there from the beginning
            [0.4, 0.3, 0.2, 0.1],  # at its end
        ]
    )
    found = first_reach(at, curves, np.array([0.35, 0.3, 0.1, 0.1]))
    assert found == pytest.approx([125.0, np.nan, 100.0, 400.0], nan_ok=True)


def test_a_drawn_curve_is_the_mean_between_its_seeds():
    at = np.linspace(0, 240, 241)
    heights = np.array([at / 240, at / 240 + 0.5, at / 240 + 1.0])
    curve = drawn_curve("one", at, heights, 200)
    assert (len(curve.x), curve.x[0], curve.x[-1]) == (15, 0, 240)
    assert curve.y == pytest.approx(np.array(curve.x) / 240 + 0.5)
    low, y, high = (np.array(part) for part in (curve.low, curve.y, curve.high))
    assert ((low < y) & (y < high)).all()
    assert ((y - low < 0.5 + 1e-9) & (high - y < 0.5 + 1e-9)).all()
    # Curves of as many seeds have the same resamples.
    assert drawn_curve("two", at, heights, 200).low == curve.low
