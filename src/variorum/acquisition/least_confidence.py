"""Least confidence: the item whose likeliest label is least likely."""

from __future__ import annotations

import numpy as np

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["least_confidence"]


def least_confidence(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose top class has the smallest probability under the mean prediction.

    Like entropy it cannot tell an item that the model does not know from one on which people differ.

    Args:
        view: The pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are 1 minus the probability of the top class, in [0, 1 - 1 / n_classes].

    Source:
        Lewis and Gale (1994); Culotta and McCallum (2005) for several classes.
    """
    return pick_best(view, 1.0 - view.members.mean(axis=0).max(axis=1), n, rng)
