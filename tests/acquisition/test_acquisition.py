"""The contract of an acquisition, for every method; then what each one is for."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition import METHODS, READS, REVISITS
from variorum.annotations import PoolView
from views import make_view, turned_classes, views

every_method = pytest.mark.parametrize("name", METHODS)


@every_method
@given(view=views, n=st.integers(0, 25))
def test_picks_are_open_distinct_and_as_many_as_wished_or_possible(name: str, view: PoolView, n: int) -> None:
    picks = METHODS[name](view, n, np.random.default_rng(0))
    assert len(picks) == min(n, int((view.left > 0).sum()))
    if picks.annotator is not None:
        assert all(who in view.annotators_of(int(item)) for item, who in zip(picks.item, picks.annotator, strict=True))
    assert len(set(picks.item.tolist())) == len(picks)
    assert (view.left[picks.item] > 0).all()
    assert picks.score.shape == picks.item.shape
    assert not np.isinf(picks.score).any()


@pytest.mark.parametrize("name", [name for name in METHODS if name not in REVISITS])
@given(view=views)
def test_no_item_is_asked_again_while_another_was_asked_less(name: str, view: PoolView) -> None:
    picks = METHODS[name](view, 5, np.random.default_rng(0))
    open_ = np.flatnonzero(view.left > 0)
    passed_over = np.setdiff1d(open_, picks.item)
    if passed_over.size and len(picks):
        assert view.asked[picks.item].max() <= view.asked[passed_over].min()


def test_what_a_method_reads_is_on_its_list_and_in_a_view() -> None:
    assert READS.keys() == METHODS.keys()
    assert set(METHODS) >= REVISITS
    assert set().union(*READS.values()) <= {field.name for field in fields(PoolView)}


@every_method
def test_same_seed_same_picks_and_the_view_stays_as_it_is(name: str) -> None:
    view = make_view(4)
    before = view.members.copy()
    one = METHODS[name](view, 6, np.random.default_rng(9))
    two = METHODS[name](view, 6, np.random.default_rng(9))
    assert one.item.tolist() == two.item.tolist()
    np.testing.assert_array_equal(view.members, before)


@every_method
def test_class_order_does_not_matter(name: str) -> None:
    view = make_view(7)
    turned = turned_classes(view)
    one = METHODS[name](view, 5, np.random.default_rng(2))
    two = METHODS[name](turned, 5, np.random.default_rng(2))
    assert one.item.tolist() == two.item.tolist()


def _two_items(members: list[list[list[float]]]) -> PoolView:
    n = len(members[0])
    return PoolView(
        members=np.array(members),
        counts=np.zeros((n, 2)),
        asked=np.zeros(n, np.int64),
        pair_start=np.arange(n + 1, dtype=np.int64),
        pair_annotator=np.full(n, -1, np.int32),
        pair_left=np.ones(n, np.int64),
        asked_item=np.zeros(0, np.int64),
        asked_annotator=np.zeros(0, np.int32),
        prices=np.array([1], np.int64),
    )


def test_entropy_cannot_tell_disagreement_from_ignorance_and_bald_can() -> None:
    # Item 0: every member predicts an even split among people. Item 1: the members contradict each other.
    view = _two_items([[[0.5, 0.5], [0.9, 0.1]], [[0.5, 0.5], [0.1, 0.9]]])
    entropy = METHODS["entropy"](view, 2, np.random.default_rng(0))
    bald = METHODS["bald"](view, 2, np.random.default_rng(0))
    np.testing.assert_allclose(entropy.score, np.log(2))
    assert bald.item.tolist() == [1, 0]
    # ln 2 - H(.9, .1) = .693147 - .325083
    np.testing.assert_allclose(bald.score, [0.368064, 0.0], atol=1e-6)


def test_revisiting_entropy_asks_a_contested_item_again_before_another_is_asked_at_all() -> None:
    view = replace(_two_items([[[0.5, 0.5], [0.9, 0.1]]]), asked=np.array([3, 0]))
    assert METHODS["entropy-revisiting"](view, 1, np.random.default_rng(0)).item.tolist() == [0]
    assert METHODS["entropy"](view, 1, np.random.default_rng(0)).item.tolist() == [1]


def test_random_reaches_every_item_equally_often() -> None:
    view = _two_items([[[0.5, 0.5]] * 4])
    rng = np.random.default_rng(1)
    first = np.bincount([METHODS["random"](view, 1, rng).item[0] for _ in range(4000)], minlength=4)
    # Binomial(4000, 1/4): standard deviation 27; six of them.
    assert np.abs(first - 1000).max() < 165
