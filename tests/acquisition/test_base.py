"""Choosing the best of a pool: level by level, by score, ties at random."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition import pick_best, pick_by_level
from variorum.annotations import PoolView
from views import make_view, view_of, views

scores = st.sampled_from([0.0, 0.5, 0.5, 1.0, float("nan")])


def _key(view: PoolView, score: np.ndarray, row: int, *, revisit: bool) -> tuple[int, bool, float]:
    return (0 if revisit else int(view.asked[row])), bool(np.isnan(score[row])), float(-np.nan_to_num(score[row]))


@given(view=views, n=st.integers(0, 25), revisit=st.booleans(), data=st.data())
def test_what_is_sorted_in_part_is_as_if_all_were_sorted(
    view: PoolView, n: int, revisit: bool, data: st.DataObject
) -> None:
    score = np.array(data.draw(st.lists(scores, min_size=view.n_pool, max_size=view.n_pool)))
    picks = pick_best(view, score, n, np.random.default_rng(3), revisit=revisit)
    every = sorted(_key(view, score, row, revisit=revisit) for row in np.flatnonzero(view.left > 0))
    assert [_key(view, score, row, revisit=revisit) for row in picks.item] == every[:n]
    assert np.unique(picks.item).size == len(picks)
    assert (view.left[picks.item] > 0).all()
    np.testing.assert_array_equal(picks.score, score[picks.item])


@pytest.mark.parametrize("n", [3, 12])
def test_ties_are_broken_at_random(n: int) -> None:
    view = view_of(np.full((1, 12, 2), 0.5))
    rng = np.random.default_rng(0)
    first = np.bincount([pick_best(view, np.zeros(12), n, rng).item[0] for _ in range(2400)], minlength=12)
    # 200 each on average; five standard deviations are 68.
    assert first.min() > 130
    assert first.max() < 270


@pytest.mark.parametrize("n", [0, 3, 8, 40])
def test_levels_come_in_order_and_know_what_was_asked_more_often(n: int) -> None:
    view = make_view(3, 20)
    seen = []

    def first_ones(rows: np.ndarray, covered: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        seen.append((rows.tolist(), covered.tolist(), k))
        return rows[:k], np.zeros(k)

    picks = pick_by_level(view, n, first_ones)
    open_rows = [row for row in range(20) if view.left[row] > 0]
    levels = sorted({int(view.asked[row]) for row in open_rows})
    assert picks.item.tolist() == sorted(open_rows, key=lambda row: (view.asked[row], row))[:n]
    assert sum(k for _, _, k in seen) == len(picks)
    for level, (rows, covered, _) in zip(levels, seen, strict=False):
        assert rows == [row for row in open_rows if view.asked[row] == level]
        assert covered == [row for row in range(20) if view.asked[row] > level]
