"""Starvation: items or annotators are never asked, though others are asked again and again."""

from __future__ import annotations

import numpy as np
from scipy.special import pdtrc

from variorum.campaign.alarms.base import Alarm, RoundView
from variorum.campaign.alarms.chance import empty_tail

__all__ = ["starvation"]


def starvation(view: RoundView) -> Alarm | None:
    """Look for items and annotators whom nobody asks.

    *Items*: both more items without a single visit, and an item with more visits, than if every visit had gone to a
    random item; a visit is a round in which an item was asked about, however many votes were bought at once. A campaign
    that visits every item before any twice never raises it. *Annotators*: one who could have been asked so often that
    never being asked is no chance, as in `bias_amplification`.

    Args:
        view: What the campaign may see.

    Returns:
        The alarm, or ``None``.

    Source:
        Items: the occupancy problem (`empty_tail`), and the Poisson tail of the most visited item. Annotators: chances
        q of being asked give (1 - q)... < exp(-sum of q), Bonferroni over annotators.

    Example:
        >>> none = np.zeros(0, np.int64)
        >>> view = RoundView(
        ...     round=9, n_rounds=10, labels=("no", "yes"), annotators=(), llm=np.zeros(0, bool),
        ...     predicted=np.zeros((0, 2)), validates=np.zeros(0, bool), vote_item=none,
        ...     vote_annotator=none.astype(np.int32), vote_label=none, vote_round=none, past=(), pool=None,
        ...     visits=np.repeat([0, 10], [90, 10]), left=np.full(100, 5), asked=none, expected=np.zeros(0))
        >>> starvation(view).message
        '90 of 100 items were never asked about, and one in 10 rounds; chance would leave 37 out.'
    """
    item, message = _items(view)
    person, who = _annotators(view)
    if person < item:
        message = who
    return view.alarm("starvation", min(1.0, 2 * min(item, person)), message)


def _items(view: RoundView) -> tuple[float, str]:
    visits = view.visits[(view.visits > 0) | (view.left > 0)]
    n, total = visits.size, int(visits.sum())
    if not total:
        return 1.0, ""
    empty, most = int(np.count_nonzero(visits == 0)), int(visits.max())
    most_tail = min(1.0, n * float(pdtrc(most - 1, total / n)))
    message = (
        f"{empty:,} of {n:,} items were never asked about, and one in {most} rounds; chance would leave "
        f"{n * (1 - 1 / n) ** total:,.0f} out."
    )
    return max(empty_tail(empty, n, total), most_tail), message


def _annotators(view: RoundView) -> tuple[float, str]:
    never = np.flatnonzero(view.asked == 0)
    if not never.size:
        return 1.0, ""
    who = int(never[view.expected[never].argmax()])
    tail = min(1.0, view.asked.size * float(np.exp(-view.expected[who])))
    message = (
        f"{view.annotators[who]!r} was never asked in {int(view.asked.sum()):,} requests; chance would ask "
        f"{view.expected[who]:,.1f} times."
    )
    return tail, message
