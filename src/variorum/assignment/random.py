"""Random assignment: any annotator who can be asked."""

from __future__ import annotations

import numpy as np

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_each

__all__ = ["random"]


def random(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Choose uniformly among the annotators who can still be asked about each item.

    Args:
        picks: The picks.
        view: The pool.
        rng: Source of randomness.

    Returns:
        The assignments.
    """
    return assign_each(picks, view, lambda _, open_: (int(open_[rng.integers(open_.size)]), True))
