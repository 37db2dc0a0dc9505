"""Label minority: whoever gives the rarest label most often."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.history import assign_by_history, fall_back, history_means, votes_each

__all__ = ["label_minority"]


def label_minority(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask the annotator whose votes hold the largest share of the label that is rarest so far.

    The rarest label is that with the fewest votes in the pool, of those that have any; where several are equally rare,
    their shares add up. Histories stand still within a round, so the same annotator is asked wherever possible. Those
    never asked come first, at random.

    Args:
        picks: The picks.
        view: The pool.
        rng: Source of randomness, for newcomers and ties.

    Returns:
        The assignments; at random, and all `forced`, while fewer than two annotators have voted.

    Source:
        Van der Meer et al. 2024 (ACAL), T_L. There whoever has not voted yet stays first within a round; here one
        request is enough. There the last of equals is asked, here any of them.

    Example:
        >>> from dataclasses import replace
        >>> from variorum.annotations import PoolView
        >>> two_people = PoolView(
        ...     members=np.full((1, 3, 2), 0.5), counts=np.array([[2.0, 1.0], [2.0, 0.0], [0.0, 0.0]]),
        ...     asked=np.array([3, 2, 0]), pair_start=np.array([0, 0, 0, 2]),
        ...     pair_annotator=np.array([0, 1], np.int32), pair_left=np.ones(2, np.int64),
        ...     asked_item=np.array([0, 1, 0, 1]), asked_annotator=np.array([0, 0, 1, 1], np.int32),
        ...     prices=np.full(3, 1), vote_item=np.array([0, 1, 0, 1]), vote_annotator=np.array([0, 0, 1, 1], np.int32),
        ...     vote_label=np.array([0, 0, 1, 0]),
        ... )
        >>> label_minority(Picks(np.array([2]), np.zeros(1)), two_people, np.random.default_rng(0)).annotator
        array([1], dtype=int32)
    """
    if np.count_nonzero(votes_each(view)) < 2:
        return fall_back(picks, view, rng)
    votes = np.bincount(view.vote_label, minlength=view.counts.shape[1])
    rare = votes == votes[votes > 0].min()
    share = history_means(view, rare.astype(np.float64)[:, None], view.vote_label)[:, 0]

    def score(_item: int, _candidates: NDArray[np.int32], _asked: NDArray[np.int64]) -> NDArray[np.float64]:
        return share

    return assign_by_history(picks, view, rng, score)
