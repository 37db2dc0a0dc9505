from __future__ import annotations

import numpy as np

from variorum.assignment import cost_aware, random
from views import picks_of, voted_view


def test_shares_are_half_uniform_and_half_by_inverse_price() -> None:
    # Prices 1, 2, 4 and, for the unknown annotator, 4: inverse 4 : 2 : 1 : 1 of 8; half of it and an eighth each.
    prices = np.array([1_000, 2_000, 4_000, 4_000])
    view = voted_view([], [[-1, 0, 1, 2]] * 4000, 3, prices=prices)
    made = cost_aware(picks_of(list(range(4000))), view, np.random.default_rng(0))
    shares = np.bincount(made.annotator + 1) / 4000
    # Standard deviation at most .008; five of them.
    np.testing.assert_allclose(shares, [0.1875, 0.375, 0.25, 0.1875], atol=0.04)
    assert not made.forced.any()


def test_however_dear_nobody_has_less_than_half_of_a_fair_chance() -> None:
    view = voted_view([], [[0, 1]] * 4000, 2, prices=np.array([1, 10**12, 1]))
    made = cost_aware(picks_of(list(range(4000))), view, np.random.default_rng(0))
    assert abs((made.annotator == 1).mean() - 0.25) < 0.035


def test_with_equal_prices_it_is_random_and_free_votes_do_not_divide_by_nothing() -> None:
    for price in (0, 5):
        view = voted_view([], [[0, 1, 2]] * 3000, 3, prices=np.full(4, price))
        shares = [
            np.bincount(policy(picks_of(list(range(3000))), view, np.random.default_rng(0)).annotator) / 3000
            for policy in (cost_aware, random)
        ]
        np.testing.assert_allclose(shares, 1 / 3, atol=0.05)
