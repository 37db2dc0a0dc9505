from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from variorum.acquisition import bald, batch_gain, population_error, population_error_items
from variorum.acquisition.population_error import vote_values
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


def test_single_votes_are_valued_as_the_first_pick_is():
    view = make_view(5, n_pool=30)
    values = vote_values(view, np.random.default_rng(0))
    assert np.isnan(values).tolist() == (view.left == 0).tolist()
    first = population_error(view, 1, np.random.default_rng(0))
    assert first.score[0] == pytest.approx(np.nanmax(values))
    assert int(np.nanargmax(values)) == first.item[0]
    # Later picks count what those before them tell; single votes do not.
    batch = population_error(view, 30, np.random.default_rng(0))
    assert (batch.score <= values[batch.item] + 1e-9).all()
    assert (batch.score < 0.99 * values[batch.item]).any()
    sold_out = replace(view, pair_left=np.zeros_like(view.pair_left))
    assert np.isnan(vote_values(sold_out, np.random.default_rng(0))).all()


def _campaign(seed, n_classes, n_annotators):
    """Sixty items of a softmax model with four features, half of the pairs for sale, thirty votes bought, quotas."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(60, 4)) @ rng.normal(scale=0.7, size=(40, 4, n_classes))
    share = np.exp(logits)
    item, annotator = np.nonzero(rng.random((60, n_annotators)) < 0.5)
    votes, who = rng.integers(60, size=30), rng.integers(n_annotators, size=30).astype(np.int32)
    return PoolView(
        members=share / share.sum(axis=2, keepdims=True),
        counts=np.zeros((60, n_classes)),
        asked=np.bincount(votes, minlength=60),
        pair_start=np.searchsorted(item, np.arange(61)),
        pair_annotator=annotator.astype(np.int32),
        pair_left=np.ones(item.size, np.int64),
        asked_item=votes,
        asked_annotator=who,
        prices=rng.integers(1, 4, n_annotators + 1) * 50_000,
        vote_item=votes,
        vote_annotator=who,
        vote_label=rng.integers(n_classes, size=30),
        quota_left=np.full(n_annotators, 3),
    )


@pytest.mark.parametrize(
    ("seed", "n_classes", "n_annotators", "item", "annotator", "last"),
    [
        (0, 2, 8, [39, 18, 59, 54, 3, 5, 12, 47, 22, 34, 30, 44], [0, 0, 0, 6, 6, 6, 5, 1, 5, 5, 2, 2], 0.0086),
        (1, 3, 8, [48, 31, 6, 30, 26, 23, 39, 50, 44, 45, 17, 56], [2, 2, 2, 6, 1, 1, 1, 6, 5, 5, 6, 5], 0.0093),
        (2, 4, 1, [44, 57, 55], [0, 0, 0], 0.0373),
    ],
)
def test_picks_are_those_of_the_plainest_code(seed, n_classes, n_annotators, item, annotator, last):
    # Recorded from the first version, which scored every pair with explicit arrays and sorted them.
    picks = _pick(_campaign(seed, n_classes, n_annotators), 12)
    assert picks.item.tolist() == item
    assert picks.annotator.tolist() == annotator
    assert picks.score[-1] == pytest.approx(last, abs=5e-5)


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


def test_a_model_that_is_sure_of_everything_still_fills_a_batch():
    # Nothing is worth anything, so that more items tie than are looked at at a time.
    picks = _pick(_view(np.full((20, 200, 2), 0.5)), 100)
    assert np.unique(picks.item).size == 100
    assert not picks.score[-50:].any()


def test_what_is_worth_nothing_is_bought_at_random():
    known = _view(np.full((20, 60, 2), 0.5))
    first = [_pick(known, 30, seed).item for seed in range(2)]
    assert sorted(first[0]) != sorted(first[1])
    # In pool order the second half would never be asked about.
    assert np.mean(np.concatenate(first) >= 30) == pytest.approx(0.5, abs=0.2)
