"""Margin sampling: the item whose two likeliest labels are closest."""

from __future__ import annotations

import numpy as np

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["margin"]


def margin(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose first and second class lie closest under the mean prediction.

    A tie between two classes is what people differ on as often as what the model does not know; the score cannot tell.

    Args:
        view: The pool, of two classes or more.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are 1 minus the gap between the two classes, in [0, 1].

    Source:
        Scheffer, Decomain and Wrobel (2001).
    """
    top = np.partition(view.members.mean(axis=0), -2, axis=1)[:, -2:]
    return pick_best(view, 1.0 - (top[:, 1] - top[:, 0]), n, rng)
