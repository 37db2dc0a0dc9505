"""LLM drift: an LLM's votes move away from what people are expected to answer, round by round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from variorum.campaign.alarms.base import Alarm, RoundView

__all__ = ["llm_drift"]

_FEWEST = 10


def llm_drift(view: RoundView) -> Alarm | None:
    """Look for an LLM annotator whose difference from people changes over rounds.

    For each class, the residual of a vote is 1 or 0 less the present model's probability for its item. Its slope over
    rounds is estimated for the LLM and for people, and the two slopes are compared: the same model predicts early and
    late votes, and whatever the choice of items does to residuals, it does to people's as well. A difference that stays
    is a bias, not a drift, and raises no alarm. Without people's votes the LLM's slope is compared with 0.

    Args:
        view: What the campaign may see; an LLM, or people, with fewer than ten votes or votes of a single round are
            passed over.

    Returns:
        The alarm, or ``None``.

    Source:
        Difference in differences of two least-squares slopes; the larger one of the classical and the item-clustered
        variance (Liang and Zeger 1986), Bonferroni over classes and LLMs, two-sided.

    Example:
        >>> none, r = np.zeros(0, np.int64), np.repeat(np.arange(10), 10)
        >>> view = RoundView(
        ...     round=9, n_rounds=10, labels=("no", "yes"), annotators=("gpt",), llm=np.ones(1, bool),
        ...     predicted=np.tile([0.5, 0.5], (100, 1)), validates=np.zeros(100, bool), vote_item=np.arange(100),
        ...     vote_annotator=np.zeros(100, np.int32), vote_label=(np.arange(100) % 10 < r).astype(int), vote_round=r,
        ...     past=(), pool=None, visits=none, left=none, asked=np.array([100]), expected=np.array([100.0]))
        >>> llm_drift(view).message
        "'gpt' drifts from people: its share of 'no' moves by -10.0 points a round."
    """
    known = view.vote_annotator >= 0
    people = ~known | ~view.llm[np.where(known, view.vote_annotator, 0)] if view.llm.size else np.ones(known.size, bool)
    machines = np.flatnonzero(view.llm)
    best, message = 1.0, ""
    base = _slopes(view, people)
    for who in machines:
        found = _slopes(view, view.vote_annotator == who)
        if found is None:
            continue
        slope, variance, freedom = found
        if base is not None:
            slope, variance, freedom = slope - base[0], variance + base[1], min(freedom, base[2])
        with np.errstate(divide="ignore", invalid="ignore"):
            tails = np.where(slope == 0, 1.0, 2 * stdtr(freedom, -np.abs(slope) / np.sqrt(variance)))
        k = int(tails.argmin())
        value = float(tails[k]) * tails.size * machines.size
        if value < best:
            best = value
            message = (
                f"{view.annotators[who]!r} drifts from people: its share of {view.labels[k]!r} moves by "
                f"{100 * slope[k]:+.1f} points a round."
            )
    return view.alarm("llm-drift", best, message)


def _slopes(view: RoundView, rows: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64], int] | None:
    """Slope of each class's residual over rounds, its variance and degrees of freedom; ``None`` where there is none."""
    round_ = view.vote_round[rows].astype(np.float64)
    if round_.size < _FEWEST or round_.min() == round_.max():
        return None
    item = view.vote_item[rows]
    residual = np.eye(len(view.labels))[view.vote_label[rows]] - view.predicted[item]
    x = round_ - round_.mean()
    total = float(x @ x)
    slope = x @ residual / total
    rest = residual - residual.mean(axis=0) - np.outer(x, slope)
    freedom = round_.size - 2
    classical = (rest**2).sum(axis=0) / freedom / total
    clustered = np.stack([np.bincount(item, x * column) for column in rest.T])
    return slope, np.maximum(classical, (clustered**2).sum(axis=1) / total**2), freedom
