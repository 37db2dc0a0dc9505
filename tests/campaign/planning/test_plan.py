from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import Corpus, LabelScheme
from variorum.campaign import Plan, plan_campaign
from variorum.errors import ArgumentError, SchemeError, UnknownNameError


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_campaign(small_corpus(), 0.1, overlaps=(1, 3))


def test_a_plan_speaks_of_every_overlap_and_of_the_pilots_own_curve(plan: Plan) -> None:
    answered = int(small_corpus().annotations.counts().sum())
    assert plan.votes == answered
    assert plan.farthest == 20 * answered
    assert {row.overlap for row in plan.curve} >= {1, 2}
    assert [row.overlap for row in plan.reaches] == [1, 3]
    assert [row.votes for row in plan.forecasts if row.overlap == 1] == [answered * step for step in (1, 2, 4, 8, 16)]
    assert all(
        abs(row.votes - plan.votes * step) <= 2 for row, step in zip(plan.forecasts[5:], (1, 2, 4, 8, 16), strict=True)
    )
    for row in (*plan.curve, *plan.forecasts):
        assert 0 <= row.low <= row.high < math.log(2)
    assert 0 <= plan.redundancy <= 1


def test_more_items_never_make_it_worse_and_a_vote_on_a_new_item_is_worth_most(plan: Plan) -> None:
    for overlap in (1, 3):
        scores = [row.js for row in plan.forecasts if row.overlap == overlap]
        assert scores == sorted(scores, reverse=True)
    for one, three in zip(plan.forecasts[:5], plan.forecasts[5:], strict=True):
        assert one.js <= three.js + 1e-3


def test_the_reach_is_where_the_law_meets_the_target(plan: Plan) -> None:
    for reach in plan.reaches:
        assert reach.low <= reach.high
        rows = [row for row in plan.forecasts if row.overlap == reach.overlap]
        if math.isfinite(reach.items):
            assert all((row.js <= plan.target + 1e-9) == (row.items >= reach.items) for row in rows)
        else:
            assert all(row.js > plan.target for row in rows)


def test_the_same_seed_makes_the_same_plan(plan: Plan) -> None:
    assert plan_campaign(small_corpus(), 0.1, overlaps=(1, 3)).reaches == plan.reaches


def _pilot(n_items: int, per_item: int) -> Corpus:
    corpus = small_corpus(n_items, 4)
    rows = np.flatnonzero(np.arange(corpus.annotations.n_rows) % 4 < per_item)
    votes = corpus.annotations.take(rows)
    said = replace(votes, status=np.zeros(rows.size, np.int8), label=np.maximum(votes.label, 0))
    return Corpus("pilot", said)


def test_a_pilot_that_is_too_small_is_told_what_it_lacks() -> None:
    with pytest.raises(ArgumentError, match="votes on 40 items and a learning curve needs at least 60; annotate 20"):
        plan_campaign(_pilot(40, 2), 0.1)
    with pytest.raises(ArgumentError, match=r"0 items with two votes or more, .*; buy a second vote on 30 more"):
        plan_campaign(_pilot(80, 1), 0.1)


def test_a_pilot_of_few_groups_is_refused_with_what_it_lacks() -> None:
    corpus = small_corpus()
    for group, told in ((0, "1 groups"), (np.arange(120) // 100, "2 groups of items, the largest of 100 of 120")):
        names = tuple(map(str, np.broadcast_to(group, 120)))
        items = replace(corpus.items, group=names)
        pilot = Corpus("grouped", replace(corpus.annotations, items=items))
        with pytest.raises(ArgumentError, match=f"pilot has {told}.* annotate items of 4 groups at least"):
            plan_campaign(pilot, 0.1)


def test_arguments_out_of_range_are_named() -> None:
    with pytest.raises(ArgumentError, match="must lie between 0 and ln 2"):
        plan_campaign(small_corpus(), 0.7)
    with pytest.raises(ArgumentError, match="overlap must be at least 1, not 0"):
        plan_campaign(small_corpus(), 0.1, overlaps=(0,))
    with pytest.raises(UnknownNameError, match="learner 'svm' is not known"):
        plan_campaign(small_corpus(), 0.1, learner="svm")
    votes = small_corpus().annotations
    many = replace(votes, scheme=LabelScheme.multilabel(votes.scheme.labels))
    with pytest.raises(SchemeError, match="a plan is made for one distribution over classes"):
        plan_campaign(Corpus("many", many), 0.1)
