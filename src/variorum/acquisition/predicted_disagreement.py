"""Predicted disagreement among annotators: the items on which people are expected to differ most, or least."""

from __future__ import annotations

import numpy as np

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["least_disagreement", "most_disagreement"]


def most_disagreement(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items on which people are expected to differ most, whatever the model knows of them.

    Args:
        view: The pool, with `disagreement`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are the predicted entropy of people's label, in [0, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `disagreement`.

    Source:
        The simplest score that takes expected human variation into account, as Gruber et al. (2025, section 4.2) ask.
    """
    return pick_best(view, view.given("disagreement", "most-disagreement"), n, rng)


def least_disagreement(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items on which people are expected to agree, where one vote tells nearly the whole distribution.

    Args:
        view: The pool, with `disagreement`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are minus the predicted entropy of people's label, in [-ln n_classes, 0] nats.

    Raises:
        ArgumentError: If the view has no `disagreement`.
    """
    return pick_best(view, -view.given("disagreement", "least-disagreement"), n, rng)
