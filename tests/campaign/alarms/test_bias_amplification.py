from __future__ import annotations

from dataclasses import replace

import numpy as np

from campaign.alarms.healthy import Healthy, views
from variorum.campaign.alarms import bias_amplification


def test_silent_while_people_are_asked_at_random() -> None:
    for made in (Healthy(), Healthy(n_annotators=200), Healthy(n_items=60, batch=20)):
        assert sum(any(map(bias_amplification, views(made, seed))) for seed in range(8)) <= 1


def test_one_annotator_who_is_preferred_is_named() -> None:
    for seed in range(3):
        alarm = bias_amplification(list(views(Healthy(prefer=10.0), seed))[-1])
        assert alarm is not None
        assert alarm.message.startswith("'a1' got ")


def test_a_group_that_grows_by_the_choice_of_items_alone_is_found() -> None:
    view = list(views(Healthy(), 0))[-1]
    assert view.groups is not None
    # Votes of group "z" alone, from people who each were asked as often as chance would have it.
    mine = view.groups[view.vote_annotator] == 2
    columns = {name: getattr(view, name)[mine] for name in ("vote_item", "vote_annotator", "vote_label", "vote_round")}
    alarm = bias_amplification(replace(view, **columns))
    assert alarm is not None
    assert alarm.message.startswith("group 'z' gave 100 % of the votes")
    assert bias_amplification(replace(view, groups=None, **columns)) is None


def test_votes_on_one_item_by_one_group_count_as_one() -> None:
    view = list(views(Healthy(), 0))[-1]
    assert view.groups is not None
    member = int(np.flatnonzero(view.groups == 0)[0])
    few = replace(
        view, vote_item=np.repeat(np.arange(4), 30), vote_annotator=np.full(120, member, np.int32),
        vote_label=np.zeros(120, np.int64), vote_round=np.zeros(120, np.int64),
    )  # fmt: skip
    # Each of four items was read by one group: as chances go, (1/3)^4, however many votes there are.
    assert bias_amplification(few) is None


def test_unknown_annotators_raise_nothing() -> None:
    view = list(views(Healthy(), 0))[-1]
    nobody = replace(
        view, annotators=(), llm=np.zeros(0, bool), asked=np.zeros(0, np.int64), expected=np.zeros(0), groups=None,
        vote_annotator=np.full_like(view.vote_annotator, -1),
    )  # fmt: skip
    assert bias_amplification(nobody) is None
