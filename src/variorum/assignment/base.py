"""The seat of an assignment policy: who annotates what was picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Assignments, Picks, PoolView

__all__ = ["AssignmentPolicy", "assign_each"]


class AssignmentPolicy(Protocol):
    """The annotator selection function.

    The contract: one assignment a pick, in the order of the picks, to an annotator who can still be asked about the
    item and is not asked twice about it; picks beyond what an item has left are dropped. The same arguments and
    generator state give the same assignments.
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


def assign_each(picks: Picks, view: PoolView, choose: Callable[[NDArray[np.int32]], tuple[int, bool]]) -> Assignments:
    """Assign pick by pick: find who can still be asked, let the policy choose where there is a choice.

    Args:
        picks: The picks.
        view: The pool.
        choose: Given the annotators who can be asked, in increasing order, returns one of them and whether it is the
            one whom the policy wanted; true where the policy wants nobody in particular.

    Returns:
        The assignments; `forced` marks those without a choice and those where the policy wanted somebody else.
    """
    left = {int(i): dict(_left(view, int(i))) for i in np.unique(picks.item)}
    items, annotators, forced = [], [], []
    for item in picks.item:
        open_ = left[int(item)]
        if not open_:
            continue
        annotator, wanted = choose(np.array(sorted(open_), np.int32))
        items.append(int(item))
        annotators.append(annotator)
        forced.append(len(open_) == 1 or not wanted)
        open_[annotator] -= 1
        if annotator != UNKNOWN or open_[annotator] == 0:
            del open_[annotator]
    return Assignments(np.array(items, np.int64), np.array(annotators, np.int32), np.array(forced, bool))


def _left(view: PoolView, item: int) -> list[tuple[int, int]]:
    where = slice(view.pair_start[item], view.pair_start[item + 1])
    return [(int(a), int(n)) for a, n in zip(view.pair_annotator[where], view.pair_left[where], strict=True)]
