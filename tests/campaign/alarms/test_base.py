from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.alarms.healthy import Healthy, views
from variorum.campaign.alarms import ALARMS, LEVEL, raise_alarms
from variorum.errors import ShapeError


def test_alarms_are_raised_by_name_in_order() -> None:
    view = list(views(Healthy(lean=0.8, prefer=10.0), 0))[-1]
    found = raise_alarms(view)
    assert [alarm.name for alarm in found] == ["mode-collapse", "bias-amplification"]
    assert set(ALARMS) > {alarm.name for alarm in found}
    assert all(alarm.round == 14 and 0 <= alarm.value < alarm.threshold == LEVEL / 15 for alarm in found)


def test_rounds_beyond_what_was_planned_share_the_level_too() -> None:
    view = replace(next(views(Healthy(), 0)), round=99)
    assert view.level == LEVEL / 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"validates": np.zeros(3, bool)}, "for 3 items with a vote and 3 classes"),
        ({"vote_round": np.zeros(1, np.int64)}, "the columns of the votes have"),
        ({"left": np.zeros(7, np.int64)}, "visits speak of 400 pool items and left of 7"),
        ({"asked": np.zeros(2, np.int64)}, "do not fit the 30 annotators"),
    ],
)
def test_axes_that_do_not_agree_are_named(changes: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        replace(next(views(Healthy(), 0)), **changes)
