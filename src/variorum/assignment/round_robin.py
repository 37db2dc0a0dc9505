"""Round-robin: everybody in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_each

__all__ = ["round_robin"]


def round_robin(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:  # noqa: ARG001 - the seat's
    """Choose the next annotator in order after the last one asked, passing over those who cannot be asked.

    The turn goes on from the last request of the campaign.

    Args:
        picks: The picks.
        view: The pool.
        rng: Not used.

    Returns:
        The assignments.
    """
    last = int(view.asked_annotator[-1]) if view.asked_annotator.size else -1

    def choose(open_: NDArray[np.int32]) -> int:
        nonlocal last
        last = int(open_[np.searchsorted(open_, last, side="right") % open_.size])
        return last

    return assign_each(picks, view, choose)
