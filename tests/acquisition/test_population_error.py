from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from variorum.acquisition import bald, batch_gain, population_error, population_error_items
from variorum.annotations import PoolView
from views import make_view


def _view(members, *, annotators=1, prices=None, asked=None, **more):
    n = members.shape[1]
    return PoolView(
        members=members,
        counts=np.zeros(members.shape[1:]),
        asked=np.zeros(n, np.int64) if asked is None else asked,
        pair_start=np.arange(n + 1) * annotators,
        pair_annotator=np.tile(np.arange(annotators), n).astype(np.int32),
        pair_left=np.ones(n * annotators, np.int64),
        asked_item=np.zeros(0, np.int64),
        asked_annotator=np.zeros(0, np.int32),
        prices=np.full(annotators + 1, 1_000_000) if prices is None else prices,
        **more,
    )


def _pick(view, n=1, seed=0):
    return population_error(view, n, np.random.default_rng(seed))


def _two_regions(n_members=200):
    """Items 0-7 move together; item 8 moves alone, twice as far; item 9 is contested and known."""
    rng = np.random.default_rng(0)
    common, own = rng.uniform(-0.25, 0.25, n_members), rng.uniform(-0.4, 0.4, n_members)
    first = np.column_stack([0.5 + np.repeat(common[:, None], 8, axis=1), 0.5 + own, np.full(n_members, 0.5)])
    return np.stack([first, 1 - first], axis=2)


def test_a_vote_that_tells_about_many_is_worth_more_than_one_that_tells_about_itself():
    view = _view(_two_regions())
    picks = _pick(view, 10)
    assert picks.item[0] < 8
    # BALD looks at each item alone, and takes the odd one.
    assert bald(view, 1, np.random.default_rng(0)).item.tolist() == [8]
    # What everybody agrees on is worth nothing, contested as it is.
    assert picks.item[-1] == 9
    assert picks.score[-1] == pytest.approx(0.0, abs=1e-9)


def test_what_the_batch_knows_already_counts():
    # Many votes on the common direction leave the odd item the better buy.
    picks = _pick(_view(_two_regions()), 9)
    assert 8 in picks.item[1:8].tolist()
    assert (np.diff(picks.score) <= 1e-9).all()


def test_targets_elsewhere_decide():
    members = _two_regions()
    assert _pick(_view(members, target_members=members[:, 8:9])).item.tolist() == [8]


def test_a_first_vote_on_a_new_item_beats_a_further_one_on_its_twin():
    members = _two_regions()
    picks = _pick(_view(members, asked=np.array([1] * 7 + [0] * 3)))
    assert picks.item.tolist() == [7]


def test_who_costs_less_is_asked_first_and_the_score_is_for_the_money():
    alike = _pick(_view(_two_regions(), annotators=2))
    dear = _pick(_view(_two_regions(), annotators=2, prices=np.array([4, 2, 1]) * 1_000_000))
    assert dear.annotator.tolist() == [1]
    np.testing.assert_allclose(dear.score, alike.score / 2, rtol=1e-6)


def test_an_annotator_whose_votes_go_together_is_not_asked_alone():
    members = _two_regions()
    rng = np.random.default_rng(1)
    # Two annotators, forty votes each on the common items; each repeats one answer.
    view = _view(
        members,
        annotators=2,
        vote_item=rng.integers(0, 8, 80),
        vote_annotator=np.repeat([0, 1], 40).astype(np.int32),
        vote_label=np.repeat([0, 1], 40),
    )
    asked = replace(view, asked_item=view.vote_item[:60], asked_annotator=np.repeat([0, 1], [40, 20]).astype(np.int32))
    assert _pick(asked).annotator.tolist() == [1]


def test_without_a_model_every_item_is_alike():
    first = {_pick(_view(np.full((1, 6, 2), 0.5)), seed=seed).item[0] for seed in range(40)}
    assert first == set(range(6))


def test_a_pool_beyond_the_candidates_gives_the_same_first_pick():
    module = import_module("variorum.acquisition.population_error")
    view = make_view(5, 60)
    whole = population_error(view, 3, np.random.default_rng(0))
    before = module._CANDIDATES
    try:
        module._CANDIDATES = 20
        part = population_error(view, 3, np.random.default_rng(0))
    finally:
        module._CANDIDATES = before
    assert part.item.tolist() == whole.item.tolist()


def test_items_alone_name_nobody_and_prices_do_not_choose():
    dear = _view(_two_regions(), annotators=2, prices=np.array([4, 2, 1]) * 1_000_000)
    picks = population_error_items(dear, 9, np.random.default_rng(0))
    assert picks.annotator is None
    # The same as a population of unknown annotators, whose votes do not lean together, at the mean price.
    anybody = _view(_two_regions(), prices=np.array([1, 3]) * 1_000_000)
    anybody = replace(anybody, pair_annotator=np.full(10, -1, np.int32))
    one = _pick(anybody, 9)
    assert picks.item.tolist() == one.item.tolist()
    np.testing.assert_allclose(picks.score, one.score, rtol=1e-6)


def test_items_alone_skip_an_item_that_nobody_can_be_asked_about():
    view = replace(_view(_two_regions()), pair_left=np.array([0] * 8 + [1, 1]))
    assert sorted(population_error_items(view, 9, np.random.default_rng(0)).item.tolist()) == [8, 9]


def test_nobody_is_asked_beyond_their_quota():
    view = _view(_two_regions(), annotators=2, quota_left=np.array([2, 1]))
    picks = _pick(view, 10)
    assert np.bincount(picks.annotator).tolist() == [2, 1]


def test_a_batch_is_expected_to_bring_what_its_picks_were_scored_with():
    prices = np.array([1_000_000, 500_000, 2_000_000, 1_000_000])
    view = _view(_two_regions(), annotators=3, prices=prices)
    picks = _pick(view, 6)
    by_scores = float((picks.score * prices[picks.annotator] / 1e6).sum())
    assert batch_gain(view, picks.item, picks.annotator) == pytest.approx(by_scores, rel=1e-6)


def test_a_batch_of_what_is_known_brings_nothing_and_no_order_brings_more():
    view = _view(_two_regions(), annotators=3)
    # Item 9 is known; the same votes tell the same in any order.
    who = np.array([0, 1, 2, 0], np.int32)
    assert batch_gain(view, np.array([9]), who[:1]) == pytest.approx(0.0, abs=1e-12)
    rows = np.array([3, 0, 8, 0])
    order = np.array([2, 0, 3, 1])
    forth, back = batch_gain(view, rows, who), batch_gain(view, rows[order], who[order])
    assert forth == pytest.approx(back, rel=0.05)
    assert forth > batch_gain(view, rows[:2], who[:2]) > 0
    assert np.isnan(batch_gain(view, rows[:0], who[:0]))
