from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.alarms.healthy import Healthy, views
from variorum.campaign.alarms import LEVEL, RoundView, mode_collapse

SURE = Healthy(sharpness=10.0, validation=0.3)


def _off(made: Healthy, seeds: int = 5) -> list[list[str]]:
    return [[alarm.message for view in views(made, seed) if (alarm := mode_collapse(view))] for seed in range(seeds)]


@pytest.mark.parametrize(
    "made",
    [Healthy(), SURE, Healthy(validation=0.0), Healthy(base=(0.85, 0.1, 0.05)), Healthy(n_items=100, batch=10)],
    ids=["plain", "sharp", "no validation", "rare classes", "small"],
)
def test_silent_while_predictions_are_calibrated_and_learn(made: Healthy) -> None:
    assert sum(bool(said) for said in _off(made, seeds=4)) <= 1


@pytest.mark.parametrize("validation", [0.1, 0.0])
def test_predictions_that_lean_to_one_class_are_found(validation: float) -> None:
    for said in _off(Healthy(lean=0.7, validation=validation)):
        assert said
        assert said[-1].startswith("predictions give 'yes' ")


@pytest.mark.parametrize("base", [(0.5, 0.3, 0.2), (1 / 3, 1 / 3, 1 / 3)])
def test_predictions_that_go_flat_are_found_even_where_classes_are_balanced(base: tuple[float, ...]) -> None:
    found = _off(replace(SURE, base=base, flatten=0.95, n_rounds=20))
    assert sum(bool(said) for said in found) >= 4
    assert all("have become flat" in message for said in found for message in said)


def test_flat_from_the_start_is_found_where_classes_are_not_balanced() -> None:
    view = list(views(Healthy(base=(0.8, 0.15, 0.05), validation=0.3, n_rounds=10), 0))[-1]
    flat = replace(view, past=(), predicted=np.full(view.predicted.shape, 1 / 3))
    alarm = mode_collapse(flat)
    assert alarm is not None
    assert alarm.value < alarm.threshold == LEVEL / 10


def test_votes_of_a_biased_choice_of_items_are_weighted_back_to_the_pool() -> None:
    # Half of the pool is sure to be "no", half is open; only the open half was bought, and its predictions are right.
    pool = np.repeat([[0.98, 0.02], [0.5, 0.5]], 100, axis=0)
    bought = np.concatenate([np.arange(4), np.arange(100, 180)])
    none = np.zeros(0, np.int64)
    view = RoundView(
        round=0, n_rounds=1, labels=("no", "yes"), annotators=(), llm=np.zeros(0, bool), predicted=pool[bought],
        validates=np.zeros(84, bool), vote_item=np.arange(84), vote_annotator=np.full(84, -1, np.int32),
        vote_label=np.where(bought < 100, 0, bought % 2), vote_round=np.zeros(84, np.int64), past=(), pool=pool,
        visits=none, left=none, asked=none, expected=np.zeros(0),
    )  # fmt: skip
    assert mode_collapse(view) is None


def test_no_vote_is_no_evidence() -> None:
    view = next(views(Healthy(), 0))
    none = np.zeros(0, np.int64)
    empty = replace(
        view, predicted=np.zeros((0, 3)), validates=np.zeros(0, bool), vote_item=none,
        vote_annotator=none.astype(np.int32), vote_label=none, vote_round=none, pool=np.full((5, 3), 1 / 3),
    )  # fmt: skip
    assert mode_collapse(empty) is None
