"""Semantic diversity: whoever has read the least like it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.history import assign_by_history, fall_back, item_means, unit_rows, votes_each

__all__ = ["semantic_diversity"]


def semantic_diversity(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask the annotator whose items so far have the lowest mean cosine similarity to the item.

    Those never asked come first, at random. An item without features, a row of zeros, has similarity 0 to all others.

    Args:
        picks: The picks.
        view: The pool, with features.
        rng: Source of randomness, for newcomers and ties.

    Returns:
        The assignments; at random, and all `forced`, while fewer than two annotators have voted.

    Raises:
        ArgumentError: If the pool has no features.

    Source:
        Van der Meer et al. 2024 (ACAL), T_S, with MiniLM features. The mean of the similarities is one product: the
        mean of an annotator's items, each of length one, times the item.
    """
    if np.count_nonzero(votes_each(view)) < 2:
        return fall_back(picks, view, rng)
    features = view.given("features", "semantic-diversity")
    items = np.unique(picks.item)
    likeness = unit_rows(features[items]) @ item_means(view, features).T

    def score(item: int, _candidates: NDArray[np.int32], _asked: NDArray[np.int64]) -> NDArray[np.float64]:
        unlike: NDArray[np.float64] = -likeness[np.searchsorted(items, item)]
        # People who read the same are ties, rounding errors aside.
        return unlike.round(9)

    return assign_by_history(picks, view, rng, score)
