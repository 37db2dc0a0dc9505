"""Round-robin: everybody in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Assignments, Picks, PoolView
from variorum.assignment.base import assign_each

__all__ = ["round_robin"]


def round_robin(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:  # noqa: ARG001 - the seat's
    """Choose the next annotator in order after the last one asked, passing over those who cannot be asked.

    The turn goes on from the last request made. The unknown annotator has no turn and is asked when nobody else can be.

    Args:
        picks: The picks.
        view: The pool.
        rng: Not used.

    Returns:
        The assignments; `forced` wherever the next in turn could not be asked.
    """
    asked = view.asked_annotator[view.asked_annotator != UNKNOWN]
    last = int(asked[-1]) if asked.size else -1

    def choose(_: int, open_: NDArray[np.int32]) -> tuple[int, bool]:
        nonlocal last
        known = open_[open_ != UNKNOWN]
        if not known.size:
            return UNKNOWN, False
        turn = (last + 1) % view.n_annotators
        last = int(known[np.searchsorted(known, last, side="right") % known.size])
        return last, last == turn

    return assign_each(picks, view, choose)
