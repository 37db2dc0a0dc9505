"""Bias amplification: the votes concentrate on one annotator, or group shares drift from the population's."""

from __future__ import annotations

import numpy as np

from variorum.campaign.alarms.base import Alarm, RoundView
from variorum.campaign.alarms.chance import share_tail, sum_tail

__all__ = ["bias_amplification"]


def bias_amplification(view: RoundView) -> Alarm | None:
    """Look for an annotator, or a group, who got more than chance would give.

    *Annotator*: more requests than if every item had been put to one of those who could be asked about it at random, by
    the binomial tail. *Group*: a larger share of the votes than among those who can be asked, mean over items; votes on
    one item count as one draw. A group may grow through the choice of annotators or of items. Whoever is unknown, or of
    no known group, is left out. A policy that prefers someone on purpose raises the alarm rightly.

    Args:
        view: What the campaign may see.

    Returns:
        The alarm, or ``None``.

    Example:
        >>> none, votes = np.zeros(0, np.int64), np.zeros(40, np.int64)
        >>> view = RoundView(
        ...     round=3, n_rounds=10, labels=("no", "yes"), annotators=("ann", "ben", "cem", "dia"),
        ...     llm=np.zeros(4, bool), predicted=np.tile([0.5, 0.5], (40, 1)), validates=np.zeros(40, bool),
        ...     vote_item=np.arange(40), vote_annotator=votes.astype(np.int32), vote_label=votes, vote_round=votes,
        ...     past=(), pool=None, visits=none, left=none, asked=np.array([40, 0, 0, 0]), expected=np.full(4, 10.0))
        >>> bias_amplification(view).message
        "'ann' got 40 of 40 requests; chance would give 10.0."
    """
    person, message = _annotator(view)
    group, group_message = _group(view)
    if group < person:
        message = group_message
    n_tests = 1 if view.groups is None else 2
    return view.alarm("bias-amplification", min(1.0, n_tests * min(person, group)), message)


def _annotator(view: RoundView) -> tuple[float, str]:
    total = int(view.asked.sum())
    if not total:
        return 1.0, ""
    tails = share_tail(view.asked, view.expected, total)
    who = int(tails.argmin())
    message = (
        f"{view.annotators[who]!r} got {view.asked[who]:,} of {total:,} requests; chance would give "
        f"{view.expected[who]:,.1f}."
    )
    return min(1.0, float(tails[who]) * tails.size), message


def _group(view: RoundView) -> tuple[float, str]:
    if view.groups is None:
        return 1.0, ""
    group = np.where(view.vote_annotator >= 0, view.groups[view.vote_annotator], -1)
    known = group >= 0
    if not known.any():
        return 1.0, ""
    share = view.group_shares
    hits = np.eye(share.size)[group[known]]
    _, item = np.unique(view.vote_item[known], return_inverse=True)
    tails = sum_tail(hits - share, item, np.broadcast_to(share * (1 - share), hits.shape))
    k = int(tails.argmin())
    message = (
        f"group {view.group_names[k]!r} gave {100 * hits[:, k].mean():.0f} % of the votes; among those who can be "
        f"asked its share is {100 * share[k]:.0f} %."
    )
    return min(1.0, float(tails[k]) * share.size), message
