from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaign.alarms.healthy import Healthy, views
from variorum.campaign.alarms import llm_drift


def test_silent_while_the_difference_from_people_stays() -> None:
    # The LLM of these campaigns says "yes" too often, and as much too often in every round.
    for made in (Healthy(n_annotators=8), Healthy(), Healthy(validation=0.0)):
        assert sum(any(map(llm_drift, views(made, seed))) for seed in range(8)) <= 1


def test_a_drift_is_found_with_its_class_and_direction() -> None:
    made = Healthy(n_annotators=8, n_rounds=20, drift=0.05)
    said = [[alarm.message for view in views(made, seed) if (alarm := llm_drift(view))] for seed in range(4)]
    assert sum(map(bool, said)) >= 3
    assert sum("'yes' moves by +" in messages[-1] for messages in said if messages) >= 2


def test_what_changes_for_people_too_is_no_drift() -> None:
    # Everybody's answers turn from "no" to "yes" while the present model stays: the items changed, not the LLM.
    view = list(views(Healthy(n_annotators=8), 0))[-1]
    turned = np.where(np.arange(view.vote_label.size) % 15 < view.vote_round, 2, 0)
    assert llm_drift(replace(view, vote_label=turned)) is None
    only_llm = np.where(view.vote_annotator == 0, turned, view.vote_label)
    assert llm_drift(replace(view, vote_label=only_llm)) is not None


def test_without_people_the_llm_is_compared_with_the_model() -> None:
    view = list(views(Healthy(n_annotators=8), 0))[-1]
    turned = np.where(np.arange(view.vote_label.size) % 15 < view.vote_round, 2, 0)
    alone = replace(view, vote_annotator=np.zeros_like(view.vote_annotator), vote_label=turned)
    assert llm_drift(alone) is not None


def test_a_campaign_without_an_llm_or_with_one_round_has_nothing_to_compare() -> None:
    rounds = list(views(Healthy(n_annotators=8), 0))
    assert llm_drift(replace(rounds[-1], llm=np.zeros(8, bool))) is None
    assert llm_drift(rounds[0]) is None
