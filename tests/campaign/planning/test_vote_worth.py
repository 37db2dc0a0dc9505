"""What a vote of a strategy is worth: curves whose worth is known, and strategies whose order is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import Annotators, Corpus, Price
from variorum.campaign import Plan, plan_campaign
from variorum.campaign.planning.vote_worth import VoteWorth, fit_worth
from variorum.errors import ArgumentError, UnknownNameError

N = np.geomspace(25, 200, 7)


@pytest.mark.parametrize("worth", [0.5, 1.0, 4.0])
def test_a_curve_that_falls_so_much_faster_is_worth_so_much(worth: float) -> None:
    found = fit_worth(N, (0.1 + N**-0.5)[None], N, (0.1 + (worth * N) ** -0.5)[None])
    np.testing.assert_allclose(found, [worth], rtol=0.05)


def test_votes_that_both_bought_at_first_are_worth_one() -> None:
    later = 25 + 4 * (N - 25)
    found = fit_worth(N, (0.1 + N**-0.5)[None], N[1:], (0.1 + later[1:] ** -0.5)[None], shared=25.0)
    np.testing.assert_allclose(found, [4], rtol=0.05)
    worth = VoteWorth("some", 4.0, np.ones(1), shared=25.0, seen=25.0, forced=0.0)
    np.testing.assert_allclose(worth.votes_for(np.array([10.0, 25, 225]), np.full(3, 4.0)), [25, 25, 75])


def test_curves_that_do_not_fall_tell_nothing() -> None:
    rising = (0.1 + N / 1e4)[None]
    assert fit_worth(N, rising, N, rising).tolist() == [1.0]


def test_it_ends_at_an_eighth_and_at_eight_times() -> None:
    base = np.stack([0.1 + N**-0.5] * 2)
    other = np.stack([0.1 + (50 * N) ** -0.5, 0.1 + (N / 50) ** -0.5])
    np.testing.assert_allclose(fit_worth(N, base, N, other), [8, 1 / 8])


def test_drawn_worths_scatter_with_the_noise_of_the_curves() -> None:
    rng = np.random.default_rng(0)
    spreads = []
    for noise in (0.0, 0.001, 0.01):
        curves = 0.1 + N**-0.5 + noise * rng.normal(size=(200, 2, N.size))
        drawn = fit_worth(N, curves[:, 0], N, curves[:, 1], rng=rng)
        spreads.append(float(np.log(drawn).std()))
    assert spreads[0] < 0.05 < spreads[2]
    assert spreads == sorted(spreads)


@pytest.fixture(scope="module")
def plan() -> Plan:
    strategies = ("one-vote-random", "fixed-overlap-3", "thompson", "one-vote-random")
    return plan_campaign(small_corpus(160), 0.1, overlaps=(1,), strategies=strategies)


def test_each_strategy_is_planned_for_once_and_random_votes_are_worth_one(plan: Plan) -> None:
    assert [row.strategy for row in plan.strategies] == ["one-vote-random", "fixed-overlap-3", "thompson"]
    base = plan.strategies[0]
    assert (base.worth, base.worth_low, base.worth_high) == (1, 1, 1)
    one = plan.reaches[0]
    # Nothing is known of fewer votes than the replays' first round: a quarter of two thirds of three quarters.
    assert (base.votes, base.low, base.high) == tuple(max(20, each) for each in (one.votes, one.low, one.high))
    for row in plan.strategies:
        assert 1 / 8 <= row.worth_low <= row.worth <= row.worth_high <= 8
        assert 0 < row.low <= row.votes <= row.high


def test_three_votes_on_an_item_are_worth_less_than_on_three_items(plan: Plan) -> None:
    overlap = plan.strategies[1]
    assert overlap.worth < 1
    assert overlap.votes > plan.strategies[0].votes


def test_what_the_pilot_decided_is_told(plan: Plan) -> None:
    # Four of nine people voted on an item: there is always a choice, and often not of whom the strategy wanted.
    assert plan.strategies[0].forced == 0
    assert 0.2 < plan.strategies[2].forced < 0.7


def test_the_same_seed_finds_the_same(plan: Plan) -> None:
    again = plan_campaign(small_corpus(160), 0.1, overlaps=(1,), strategies=("fixed-overlap-3",))
    assert again.strategies == plan.strategies[1:2]


def test_strategies_that_the_pilot_cannot_show_are_named_with_a_remedy() -> None:
    with pytest.raises(UnknownNameError, match="strategy 'bold' is not known"):
        plan_campaign(small_corpus(), 0.1, strategies=("bold",))
    with pytest.raises(
        ArgumentError, match=r"asks 5 people about an item, .* on 0 % of its items only; give --overlap 5"
    ):
        plan_campaign(small_corpus(), 0.1, strategies=("fixed-overlap-5",))
    with pytest.raises(ArgumentError, match="'one-vote-random-weighed' weighs votes by who gave them, and small names"):
        plan_campaign(small_corpus(60, known=False), 0.1, strategies=("one-vote-random-weighed",))


def test_prices_of_any_currency_and_by_the_second_are_no_obstacle() -> None:
    corpus = small_corpus(80)
    for price in (Price(per_annotation=30_000, currency="USD"), Price(per_second=100)):
        people = Annotators(corpus.annotators.ids, prices=(price,) * len(corpus.annotators))
        pilot = Corpus("small", replace(corpus.annotations, annotators=people))
        made = plan_campaign(pilot, 0.1, overlaps=(1,), strategies=("one-vote-random",))
        assert made.strategies[0].votes > 0
