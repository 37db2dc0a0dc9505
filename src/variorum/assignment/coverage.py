"""Coverage: every group its share of the requests, and within a group everybody alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_best

__all__ = ["coverage"]


def coverage(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask the group that is furthest behind its share, and in it whoever was asked least.

    A group's share is that of its members among the annotators, so that the target population is that of equal
    annotators. Those whose group is not known are a group of their own; without groups all are one, and the policy
    balances annotators alone. Shares count requests, answered or not: a group that abstains does not eat the budget.

    Args:
        picks: The picks.
        view: The pool; with groups, where annotators have any.
        rng: Source of randomness, for ties.

    Returns:
        The assignments.

    Source:
        Quota sampling with proportional allocation (Neyman 1934), one request at a time.

    Example:
        >>> from variorum.annotations import PoolView
        >>> three_and_one = PoolView(
        ...     members=np.full((1, 4, 2), 0.5), counts=np.zeros((4, 2)), asked=np.zeros(4, np.int64),
        ...     pair_start=np.arange(5) * 4, pair_annotator=np.tile(np.arange(4, dtype=np.int32), 4),
        ...     pair_left=np.ones(16, np.int64), asked_item=np.zeros(0, np.int64),
        ...     asked_annotator=np.zeros(0, np.int32), prices=np.full(5, 1), groups=np.array([0, 0, 0, 1], np.int32),
        ... )
        >>> made = coverage(Picks(np.arange(4), np.zeros(4)), three_and_one, np.random.default_rng(0))
        >>> sorted(made.annotator.tolist())
        [0, 1, 2, 3]
    """
    group = np.zeros(view.n_annotators, np.int64) if view.groups is None else view.groups + 1
    target = np.bincount(group) / max(view.n_annotators, 1)

    def score(_item: int, _candidates: NDArray[np.int32], asked: NDArray[np.int64]) -> NDArray[np.float64]:
        had = np.bincount(group, asked, minlength=target.size)
        behind = target * (had.sum() + 1.0) - had
        # Groups first, people second: a whole step between groups, less than one between people.
        rank = np.unique(behind.round(9), return_inverse=True)[1]
        wanted: NDArray[np.float64] = rank[group] - asked / (asked.max(initial=0) + 1.0)
        return wanted

    return assign_best(picks, view, rng, score)
