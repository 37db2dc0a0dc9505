"""The contract of an assignment policy, for every method; then what each one is for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Picks, PoolView
from variorum.assignment import METHODS
from views import make_view, views

every_method = pytest.mark.parametrize("name", METHODS)


def _picks(rows: list[int]) -> Picks:
    return Picks(np.array(rows, np.int64), np.zeros(len(rows)))


@every_method
@given(view=views, seed=st.integers(0, 99))
def test_assignments_are_pairs_that_can_be_asked_and_none_twice(name: str, view: PoolView, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, view.n_pool, 15)
    made = METHODS[name](_picks(rows.tolist()), view, np.random.default_rng(seed))
    assert len(made.annotator) == len(made.forced) == len(made)
    for item in set(rows.tolist()):
        mine = made.annotator[made.item == item].tolist()
        assert len(mine) == min(int((rows == item).sum()), int(view.left[item]))
        named = [annotator for annotator in mine if annotator >= 0]
        assert len(named) == len(set(named))
        assert set(mine) <= set(view.annotators_of(item).tolist())


@every_method
def test_same_seed_same_assignments_in_the_order_of_the_picks(name: str) -> None:
    view = make_view(3)
    rows = [int(r) for r in np.flatnonzero(view.left > 1)[:4]]
    one = METHODS[name](_picks(rows), view, np.random.default_rng(5))
    two = METHODS[name](_picks(rows), view, np.random.default_rng(5))
    assert one.item.tolist() == rows
    assert one.annotator.tolist() == two.annotator.tolist()


@every_method
@given(view=views)
def test_forced_holds_wherever_one_annotator_alone_was_left(name: str, view: PoolView) -> None:
    rows = np.flatnonzero(view.left > 0)
    made = METHODS[name](_picks(rows.tolist()), view, np.random.default_rng(0))
    assert made.forced[np.diff(view.pair_start)[rows] == 1].all()


def test_random_wants_nobody_in_particular_so_it_is_forced_only_without_a_choice() -> None:
    view = make_view(11, n_pool=30)
    rows = np.flatnonzero(view.left > 0)
    made = METHODS["random"](_picks(rows.tolist()), view, np.random.default_rng(0))
    np.testing.assert_array_equal(made.forced, view.left[rows] == 1)


def _sold_to(people: list[list[int]], n_annotators: int) -> PoolView:
    """Nothing asked so far; each item can be asked of these people."""
    view = _everyone([], n_items=len(people), n_annotators=n_annotators)
    sizes = [len(some) for some in people]
    return replace(
        view,
        pair_start=np.cumsum([0, *sizes]).astype(np.int64),
        pair_annotator=np.array([who for some in people for who in some], np.int32),
        pair_left=np.ones(sum(sizes), np.int64),
    )


def test_round_robin_is_forced_wherever_the_next_in_turn_is_not_for_sale() -> None:
    # The turn is at 0, 1, then 2, who is not there, so 3 is asked although there is a choice; then at 0 again.
    view = _sold_to([[0, 1, 3], [1, 2], [0, 1, 3], [0, 3]], n_annotators=4)
    made = METHODS["round-robin"](_picks([0, 1, 2, 3]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [0, 1, 3, 0]
    assert made.forced.tolist() == [False, False, True, False]


def test_round_robin_asks_the_unknown_annotator_when_nobody_else_is_left() -> None:
    view = _sold_to([[-1, 1], [-1], [-1, 0, 2]], n_annotators=3)
    made = METHODS["round-robin"](_picks([0, 0, 1, 2]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [1, -1, -1, 2]
    assert made.forced.tolist() == [True, True, True, False]


def _everyone(asked: list[int], n_items: int = 4, n_annotators: int = 3) -> PoolView:
    return PoolView(
        members=np.full((1, n_items, 2), 0.5),
        counts=np.zeros((n_items, 2)),
        asked=np.zeros(n_items, np.int64),
        pair_start=np.arange(n_items + 1, dtype=np.int64) * n_annotators,
        pair_annotator=np.tile(np.arange(n_annotators), n_items).astype(np.int32),
        pair_left=np.ones(n_items * n_annotators, np.int64),
        asked_item=np.zeros(len(asked), np.int64),
        asked_annotator=np.array(asked, np.int32),
        prices=np.full(n_annotators + 1, 1, np.int64),
    )


def test_round_robin_goes_on_after_the_last_request_and_takes_everybody_in_turn() -> None:
    rng = np.random.default_rng(0)
    assert METHODS["round-robin"](_picks([0, 1, 2, 3]), _everyone([]), rng).annotator.tolist() == [0, 1, 2, 0]
    assert METHODS["round-robin"](_picks([0, 1, 2, 3]), _everyone([2, 1]), rng).annotator.tolist() == [2, 0, 1, 2]


def test_round_robin_passes_over_who_was_asked_about_the_item() -> None:
    made = METHODS["round-robin"](_picks([0, 0, 0]), _everyone([1]), np.random.default_rng(0))
    assert made.annotator.tolist() == [2, 0, 1]
    assert made.forced.tolist() == [False, False, True]


def test_random_asks_everybody_equally_often() -> None:
    rng = np.random.default_rng(0)
    view = _everyone([], n_items=3000)
    asked = np.bincount(METHODS["random"](_picks(list(range(3000))), view, rng).annotator)
    # Binomial(3000, 1/3): standard deviation 26; six of them.
    assert np.abs(asked - 1000).max() < 156
