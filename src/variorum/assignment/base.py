"""The seat of an assignment policy: who annotates what was picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Assignments, Picks, PoolView

__all__ = ["AssignmentPolicy", "Score", "assign_best", "assign_each"]


class AssignmentPolicy(Protocol):
    """The annotator selection function.

    The contract: one assignment a pick, in the order of the picks, to an annotator who can still be asked about the
    item and is not asked twice about it, nor beyond a quota; picks beyond what an item has left are dropped. The same
    arguments and generator state give the same assignments.
    """

    def __call__(self, picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
        """Choose an annotator for each pick.

        Args:
            picks: Pool rows, an item as often as it is to be asked.
            view: The pool.
            rng: Source of randomness.

        Returns:
            The assignments.
        """
        ...


Score = Callable[[int, NDArray[np.int32], NDArray[np.int64]], NDArray[np.float64]]
"""How much a policy wants each annotator for a pick.

Of a pool row, the known annotators who can be asked about it in increasing order, and the requests to each annotator so
far, those of this round included, shape (n_annotators,), which is not to be written to. Returns scores of all
annotators, those included who cannot be asked: shape (n_annotators,), larger is better, never nan.
"""


def assign_each(
    picks: Picks, view: PoolView, choose: Callable[[int, NDArray[np.int32]], tuple[int, bool]]
) -> Assignments:
    """Assign pick by pick: find who can still be asked, let the policy choose where there is a choice.

    Args:
        picks: The picks.
        view: The pool.
        choose: Given a pool row and the annotators who can be asked about it, in increasing order, returns one of them
            and whether it is the one whom the policy wanted; true where the policy wants nobody in particular.

    Returns:
        The assignments; `forced` marks those without a choice and those where the policy wanted somebody else.
    """
    # A place more, for the unknown annotator, who has no quota.
    quota = np.full(view.n_annotators + 1, np.iinfo(np.int64).max)
    if view.quota_left is not None:
        quota[:-1] = view.quota_left
    left = {int(item): _for_sale(view, int(item)) for item in np.unique(picks.item)}
    items, annotators, forced = [], [], []
    for item in map(int, picks.item):
        names, times = left[item]
        open_ = names[(times > 0) & (quota[names] > 0)]
        if not open_.size:
            continue
        annotator, wanted = choose(item, open_)
        items.append(item)
        annotators.append(annotator)
        forced.append(open_.size == 1 or not wanted)
        times[names == annotator] -= 1
        quota[annotator] -= 1
    return Assignments(np.array(items, np.int64), np.array(annotators, np.int32), np.array(forced, bool))


def assign_best(picks: Picks, view: PoolView, rng: np.random.Generator, score: Score) -> Assignments:
    """Assign each pick to the best-scored annotator who can be asked about it, ties at random.

    The unknown annotator has no score and is asked when nobody else can be.

    Args:
        picks: The picks.
        view: The pool.
        rng: Source of randomness, for ties.
        score: How much each annotator is wanted; asked once a pick.

    Returns:
        The assignments; `forced` also where somebody who is still for sale, and was not asked about the item, has a
        better score than all who can be asked about it.
    """
    asked = np.bincount(view.asked_annotator[view.asked_annotator != UNKNOWN], minlength=view.n_annotators)
    on_sale = np.zeros(view.n_annotators + 1, bool)
    on_sale[view.pair_annotator] = True
    picked = np.zeros(view.n_pool, bool)
    picked[picks.item] = True
    past = picked[view.asked_item]
    past_item, past_annotator = view.asked_item[past], view.asked_annotator[past]
    here: dict[int, list[int]] = {}

    def choose(item: int, open_: NDArray[np.int32]) -> tuple[int, bool]:
        known = open_[open_ != UNKNOWN]
        if not known.size:
            return UNKNOWN, False
        scores = score(item, known, asked)
        best = known[scores[known] == scores[known].max()]
        chosen = int(best[rng.integers(best.size)])
        eligible = on_sale.copy()
        eligible[past_annotator[past_item == item]] = False
        eligible[here.get(item, [])] = False
        wanted = bool(scores[chosen] >= scores.max(where=eligible[:-1], initial=-np.inf))
        asked[chosen] += 1
        here.setdefault(item, []).append(chosen)
        return chosen, wanted

    return assign_each(picks, view, choose)


def _for_sale(view: PoolView, item: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Annotators of an item in increasing order, and how often each can still be asked; copies."""
    where = slice(view.pair_start[item], view.pair_start[item + 1])
    order = np.argsort(view.pair_annotator[where])
    return view.pair_annotator[where][order], view.pair_left[where][order]
