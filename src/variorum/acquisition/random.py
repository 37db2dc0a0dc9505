"""Random sampling: the arm that every other has to beat."""

from __future__ import annotations

import numpy as np

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["random"]


def random(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick items uniformly at random, those asked least often first.

    Args:
        view: The pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; every score is 0.
    """
    return pick_best(view, np.zeros(view.n_pool), n, rng)
