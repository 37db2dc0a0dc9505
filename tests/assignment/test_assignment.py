"""The contract of an assignment policy, for every method; then what each one is for."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import PoolView
from variorum.assignment import METHODS, READS
from views import make_view, picks_of, turned_classes, views, voted_view

every_method = pytest.mark.parametrize("name", METHODS)


@every_method
@given(view=views, seed=st.integers(0, 99))
def test_assignments_are_pairs_that_can_be_asked_and_none_twice(name: str, view: PoolView, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, view.n_pool, 15)
    made = METHODS[name](picks_of(rows.tolist()), view, np.random.default_rng(seed))
    assert len(made.annotator) == len(made.forced) == len(made)
    for item in set(rows.tolist()):
        mine = made.annotator[made.item == item].tolist()
        assert len(mine) == min(int((rows == item).sum()), int(view.left[item]))
        named = [annotator for annotator in mine if annotator >= 0]
        assert len(named) == len(set(named))
        assert set(mine) <= set(view.annotators_of(item).tolist())


@every_method
def test_same_seed_same_assignments_in_the_order_of_thepicks_of(name: str) -> None:
    view = make_view(3)
    rows = [int(r) for r in np.flatnonzero(view.left > 1)[:4]]
    one = METHODS[name](picks_of(rows), view, np.random.default_rng(5))
    two = METHODS[name](picks_of(rows), view, np.random.default_rng(5))
    assert one.item.tolist() == rows
    assert one.annotator.tolist() == two.annotator.tolist()


@every_method
@given(view=views)
def test_forced_holds_wherever_one_annotator_alone_was_left(name: str, view: PoolView) -> None:
    rows = np.flatnonzero(view.left > 0)
    made = METHODS[name](picks_of(rows.tolist()), view, np.random.default_rng(0))
    assert made.forced[np.diff(view.pair_start)[rows] == 1].all()


def test_what_a_policy_reads_is_on_its_list_and_in_a_view() -> None:
    assert READS.keys() == METHODS.keys()
    assert set().union(*READS.values()) <= {field.name for field in fields(PoolView)}


@every_method
@given(view=views, quota=st.integers(0, 2), seed=st.integers(0, 99))
def test_nobody_is_asked_beyond_their_quota_and_nobody_is_missed(
    name: str, view: PoolView, quota: int, seed: int
) -> None:
    limited = replace(view, quota_left=np.full(view.n_annotators, quota))
    rows = np.random.default_rng(seed).integers(0, view.n_pool, 15)
    made = METHODS[name](picks_of(rows.tolist()), limited, np.random.default_rng(seed))
    times = np.bincount(made.annotator[made.annotator >= 0], minlength=view.n_annotators)
    assert times.max(initial=0) <= quota
    for item in set(rows.tolist()):
        mine = made.annotator[made.item == item]
        still = np.setdiff1d(np.flatnonzero(times < quota), mine)
        if len(mine) < (rows == item).sum():
            assert not np.isin(still, view.annotators_of(item)).any()


@every_method
def test_class_order_does_not_matter(name: str) -> None:
    view = make_view(7)
    rows = picks_of(np.flatnonzero(view.left > 1).tolist())
    one = METHODS[name](rows, view, np.random.default_rng(2))
    two = METHODS[name](rows, turned_classes(view), np.random.default_rng(2))
    assert one.annotator.tolist() == two.annotator.tolist()
    assert one.forced.tolist() == two.forced.tolist()


@every_method
def test_a_view_stays_as_it_is(name: str) -> None:
    view = make_view(3)
    before = {field.name: np.copy(getattr(view, field.name)) for field in fields(view)}
    METHODS[name](picks_of([0, 1, 2, 3]), view, np.random.default_rng(0))
    for field, array in before.items():
        np.testing.assert_array_equal(getattr(view, field), array)


BY_HISTORY = ["label-minority", "semantic-diversity", "representation-diversity", "interval-estimation", "thompson"]


@pytest.mark.parametrize("name", BY_HISTORY)
@pytest.mark.parametrize("votes", [[], [(0, 1, 0), (1, 1, 1)], [(0, -1, 0), (1, -1, 1), (1, -1, 0)]])
def test_with_fewer_than_two_histories_chance_decides_and_says_so(name: str, votes: list[tuple[int, int, int]]) -> None:
    view = voted_view(votes, [[0, 1, 2]] * 3000, n_annotators=3)
    made = METHODS[name](picks_of(list(range(3000))), view, np.random.default_rng(0))
    assert made.forced.all()
    # Binomial(3000, 1/3): standard deviation 26; six of them.
    assert np.abs(np.bincount(made.annotator) - 1000).max() < 156


@every_method
def test_votes_without_names_are_bought_and_always_forced(name: str) -> None:
    view = replace(make_view(5, known=False), error_rates=None, groups=None, features=None, prices=np.array([10]))
    made = METHODS[name](picks_of([0, 1, 1]), view, np.random.default_rng(0))
    assert (made.annotator == -1).all()
    assert len(made) >= 2
    assert made.forced.all()


@pytest.mark.parametrize("name", [name for name in METHODS if name not in ("random", "cost-aware")])
def test_the_unknown_annotator_is_asked_when_nobody_else_is_left(name: str) -> None:
    view = voted_view(
        [(0, 0, 0), (0, 1, 1)], [[-1, 0, 1], [-1]], 2, features=np.eye(2), error_rates=np.array([0.1, 0.2])
    )
    made = METHODS[name](picks_of([0, 0, 0, 1]), view, np.random.default_rng(0))
    assert sorted(made.annotator[:2].tolist()) == [0, 1]
    assert made.annotator[2:].tolist() == [-1, -1]
    assert made.forced[2:].all()


def test_random_wants_nobody_in_particular_so_it_is_forced_only_without_a_choice() -> None:
    view = make_view(11, n_pool=30)
    rows = np.flatnonzero(view.left > 0)
    made = METHODS["random"](picks_of(rows.tolist()), view, np.random.default_rng(0))
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
    made = METHODS["round-robin"](picks_of([0, 1, 2, 3]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [0, 1, 3, 0]
    assert made.forced.tolist() == [False, False, True, False]


def test_round_robin_asks_the_unknown_annotator_when_nobody_else_is_left() -> None:
    view = _sold_to([[-1, 1], [-1], [-1, 0, 2]], n_annotators=3)
    made = METHODS["round-robin"](picks_of([0, 0, 1, 2]), view, np.random.default_rng(0))
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
    assert METHODS["round-robin"](picks_of([0, 1, 2, 3]), _everyone([]), rng).annotator.tolist() == [0, 1, 2, 0]
    assert METHODS["round-robin"](picks_of([0, 1, 2, 3]), _everyone([2, 1]), rng).annotator.tolist() == [2, 0, 1, 2]


def test_round_robin_passes_over_who_was_asked_about_the_item() -> None:
    made = METHODS["round-robin"](picks_of([0, 0, 0]), _everyone([1]), np.random.default_rng(0))
    assert made.annotator.tolist() == [2, 0, 1]
    assert made.forced.tolist() == [False, False, True]


def test_random_asks_everybody_equally_often() -> None:
    rng = np.random.default_rng(0)
    view = _everyone([], n_items=3000)
    asked = np.bincount(METHODS["random"](picks_of(list(range(3000))), view, rng).annotator)
    # Binomial(3000, 1/3): standard deviation 26; six of them.
    assert np.abs(asked - 1000).max() < 156
