from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.campaign import CampaignResult
from variorum.reporting.campaign.spending import agreement_chart, annotator_table, round_chart, round_table

Make = Callable[..., CampaignResult]

_VOTES = Annotations(
    LabelScheme.nominal(["no", "yes"]),
    Items(("a", "b")),
    Annotators(("x:1", "x:2", "x:3")),
    item=[0, 0, 1, 1],
    annotator=[0, 1, 0, -1],
    label=[1, 1, 0, -1],
    status=[0, 0, 0, 1],
    cost=[10, 20, 30, 40],
    round=[0, 0, 2, 2],
)


def test_rounds_add_up_by_hand() -> None:
    table = round_table(_VOTES, np.array([1]))
    assert table.round.tolist() == [0, 2]
    assert table.training.tolist() == [30, 0]
    assert table.validation.tolist() == [0, 70]
    assert table.answered.tolist() == [2, 1]
    assert table.abstained.tolist() == [0, 1]
    assert table.unsure.tolist() == [0, 0]


def test_what_an_llm_sold_is_no_training_vote_of_people() -> None:
    table = round_table(replace(_VOTES, annotators=Annotators(_VOTES.annotators.ids, ("llm", "human", "human"))), None)
    # The LLM answered for 10 in round 0 and for 30 in round 2; the unknown annotator is a person.
    assert table.llm.tolist() == [10, 30]
    assert table.training.tolist() == [20, 40]
    assert table.by_llm.tolist() == [1, 1]
    assert table.answered.tolist() == [1, 0]
    assert table.abstained.tolist() == [0, 1]


def test_without_known_validation_items_all_is_training() -> None:
    assert round_table(_VOTES, None).validation.tolist() == [0, 0]


def test_nothing_bought_is_a_table_without_rounds() -> None:
    table = round_table(_VOTES.take(np.zeros(4, bool)), None)
    assert table.round.size == 0
    chart = round_chart(table, (("training", table.training, "red"),), title="EUR", unit="EUR", width=100)
    assert chart.data.values == []


def test_a_bar_for_every_part_above_none() -> None:
    table = round_table(_VOTES, np.array([1]))
    parts = (("answered", table.answered, "red"), ("abstained", table.abstained, "blue"))
    chart = round_chart(table, parts, title="requests", unit="", width=100)
    # answered 2 and 1, abstained 0 and 1: three bars; the last stands on the answered one.
    assert [(row["y"], row["y2"]) for row in chart.data.values] == [(0, 2), (0, 1), (1, 2)]


def test_annotators_add_up_by_hand() -> None:
    table = annotator_table(_VOTES, Corpus("x", _VOTES))
    # x:1 answered twice, x:2 once, unknown abstained once; x:3 did nothing and is not listed.
    assert table.code.tolist() == [0, 1, -1]
    assert table.answered.tolist() == [2, 1, 0]
    assert table.abstained.tolist() == [0, 0, 1]
    assert table.cost.tolist() == [40, 20, 40]
    # Item a: both say yes; nobody else answered item b, so that it does not count.
    assert table.agreement[:2].tolist() == [1.0, 1.0]
    assert math.isnan(table.agreement[2])


def test_columns_sum_to_what_was_bought(make_result: Make) -> None:
    result = make_result()
    bought = result.outcomes[0].bought
    people, rounds = annotator_table(bought, result.corpus), round_table(bought, result.validation)
    paid = rounds.training.sum() + rounds.validation.sum() + rounds.llm.sum()
    assert people.cost.sum() == paid == bought.cost.sum()
    of_llm = bought.take(bought.annotators.is_llm[bought.annotator])
    assert rounds.by_llm.sum() == of_llm.n_rows > 0
    assert people.answered.sum() == rounds.answered.sum() + len(of_llm) == len(bought)
    assert people.annotations.sum() == len(result.corpus.annotations)


def test_a_dot_for_every_defined_agreement(make_result: Make) -> None:
    result = make_result(known=False, reasons=False)
    table = annotator_table(result.outcomes[0].bought, result.corpus)
    assert table.code.tolist() == [-1]
    assert agreement_chart(table, ["unknown"], width=100).layer[1].data.values == []
