from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from variorum.campaign.alarms.chance import empty_tail, share_tail, sum_tail


def test_votes_on_one_item_count_as_one_draw() -> None:
    values, foreseen = np.ones((8, 1)), np.zeros((8, 1))
    # Eight votes on eight items: 8 / sqrt(8) standard deviations; on two items 8 / sqrt(32).
    apart = sum_tail(values, np.arange(8), foreseen)
    together = sum_tail(values, np.repeat([0, 1], 4), foreseen)
    assert apart[0] == pytest.approx(0.0023389, rel=1e-4)
    assert together[0] == pytest.approx(0.0786496, rel=1e-4)


def test_what_was_not_seen_yet_does_not_make_its_absence_certain() -> None:
    # Ten votes without a class of chance .1: the binomial gives .9^10 = .35; from what was seen alone, z = sqrt(10).
    tail = sum_tail(np.full((10, 1), 0.1), np.arange(10), np.full((10, 1), 0.09))
    assert 0.1 < tail[0] < 0.35
    assert sum_tail(np.full((10, 1), 0.1), np.arange(10), np.zeros((10, 1)))[0] < 0.001


def test_nothing_that_varies_is_no_evidence() -> None:
    assert sum_tail(np.zeros((4, 2)), np.arange(4), np.zeros((4, 2))).tolist() == [1.0, 1.0]


def test_share_tail_is_the_binomial_and_bounds_differing_chances() -> None:
    assert share_tail(9, 3.0, 10) == pytest.approx(binom.sf(8, 10, 0.3))
    assert share_tail(4, 3.0, 10) == 1.0
    chances = np.array([0.9, 0.9, 0.1, 0.1, 0.1, 0.1])
    drawn = (np.random.default_rng(0).random((200_000, 6)) < chances).sum(axis=1)
    assert (drawn >= 4).mean() <= share_tail(4, 2.2, 6)


def test_empty_tail_follows_simulated_occupancy() -> None:
    rng = np.random.default_rng(1)
    empty = np.array([200 - np.unique(rng.integers(200, size=300)).size for _ in range(4000)])
    for many in (42, 46, 50, 54):
        assert empty_tail(many, 200, 300) == pytest.approx((empty >= many).mean(), abs=0.03)
    assert empty_tail(0, 1, 5) == 1.0
