from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.campaign.power_law import fit_power_law

N = np.array([25.0, 50, 100, 200, 25, 50, 100])
K = np.array([1.0, 1, 1, 1, 2, 2, 2])


@given(st.floats(0.0, 0.3), st.floats(0.1, 2.0), st.integers(1, 10), st.integers(0, 10))
def test_a_law_is_found_again(level: float, scale: float, rate: int, redundancy: int) -> None:
    effective = N * K / (1 + (K - 1) * redundancy / 10)
    law = fit_power_law(N, K, (level + scale * effective ** (-rate / 10))[None])
    assert law.at(800, 3)[0] == pytest.approx(
        level + scale * (2400 / (1 + 2 * redundancy / 10)) ** (-rate / 10), rel=1e-6, abs=1e-6
    )


def test_items_for_a_target_is_the_inverse_and_infinite_below_the_level() -> None:
    law = fit_power_law(N, K, np.stack([0.1 + N**-0.5, 0.1 + 0 * N]))
    for overlap in (1, 4):
        assert law.at(float(law.items_for(0.12, overlap)[0]), overlap)[0] == pytest.approx(0.12)
    assert law.items_for(0.09).tolist() == [np.inf, np.inf]
    assert law.items_for(0.12)[1] == 0.0


def test_a_curve_that_rises_or_dives_keeps_its_coefficients_from_0_up() -> None:
    law = fit_power_law(N, K, np.stack([N / 100, 1 / N**2]))
    assert (law.level >= 0).all()
    assert (law.scale >= 0).all()
    assert law.scale[0] == 0.0
    assert law.at(1e9)[0] == pytest.approx((N / 100).mean())


def test_one_overlap_tells_nothing_of_another() -> None:
    assert fit_power_law(N[:4], K[:4], (N[:4] ** -0.5)[None]).redundancy.tolist() == [0.0]


def test_what_the_points_leave_open_is_drawn_and_what_they_settle_is_not() -> None:
    rng = np.random.default_rng(0)
    exact = np.tile(0.1 + N**-0.5, (200, 1))
    noisy = exact + rng.normal(0, 0.004, N.size)
    assert np.ptp(fit_power_law(N, np.ones(7), exact, rng).at(3200)) < 1e-6
    best = fit_power_law(N, np.ones(7), noisy).at(3200)
    drawn = fit_power_law(N, np.ones(7), noisy, rng).at(3200)
    assert np.ptp(best) == 0.0
    assert drawn.std() > 0.002
