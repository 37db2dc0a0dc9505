from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaign.alarms.healthy import Healthy, views
from variorum.campaign.alarms import starvation


def test_silent_while_items_and_people_are_asked_at_random() -> None:
    for made in (Healthy(), Healthy(n_items=2000), Healthy(n_items=60, batch=20)):
        assert sum(any(map(starvation, views(made, seed))) for seed in range(8)) <= 1


def test_items_that_are_passed_over_again_and_again_are_counted() -> None:
    for seed in range(3):
        said = [alarm.message for view in views(Healthy(repeat=0.2), seed) if (alarm := starvation(view))]
        assert said
        assert said[-1].startswith("320 of 400 items were never asked about")


def test_one_vote_an_item_starves_nobody_and_neither_does_a_high_overlap() -> None:
    view = list(views(Healthy(), 0))[-1]
    once = replace(view, visits=np.repeat([1, 0], [120, 280]))
    assert starvation(once) is None
    # The same items again in a second and third round are not many times yet.
    assert starvation(replace(view, visits=np.repeat([3, 0], [40, 360]))) is None


def test_items_that_cannot_be_asked_are_not_starved() -> None:
    view = list(views(Healthy(), 0))[-1]
    visits = np.repeat([12, 0], [40, 360])
    assert starvation(replace(view, visits=visits)) is not None
    assert starvation(replace(view, visits=visits, left=np.where(visits > 0, view.left, 0))) is None


def test_an_annotator_whom_nobody_asks_is_named() -> None:
    view = list(views(Healthy(), 0))[-1]
    asked = view.asked.copy()
    asked[4] = 0
    alarm = starvation(replace(view, asked=asked))
    assert alarm is not None
    assert alarm.message.startswith("'a4' was never asked in ")
    assert starvation(replace(view, asked=asked, expected=np.where(np.arange(30) == 4, 3.0, view.expected))) is None
