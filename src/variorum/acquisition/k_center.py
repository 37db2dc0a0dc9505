"""k-center: the item farthest from everything that was asked about."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import pick_by_level
from variorum.acquisition.distances import squared_to_nearest
from variorum.annotations import Picks, PoolView

__all__ = ["farthest_first", "k_center"]

_BLOCK: Final = 512
"""Items whose distances are brought up to date together."""


def k_center(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick items so that none of the pool is far from one that was asked about.

    Each pick is the item whose nearest neighbour among the items asked about, and among the picks before it, is
    farthest away: the greedy solution of the k-center problem, whose largest distance is at most twice the smallest
    possible one. It reads features alone, and speaks of neither uncertainty nor human variation.

    Args:
        view: The pool, with features.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are Euclidean distances to the nearest item asked about or picked before, nan for a first item
        of all, which is drawn at random.

    Raises:
        ArgumentError: If the view has no features.

    Source:
        Sener and Savarese (2018), algorithm 1 (k-center-greedy); the mixed integer programme that drops outliers is
        left out, as it mostly is. Gonzalez (1985).
    """
    features = view.given("features", "k-center")
    return pick_by_level(view, n, lambda rows, covered, k: farthest_first(features, rows, covered, k, rng))


def farthest_first(
    features: NDArray[np.float64],
    rows: NDArray[np.int64],
    centres: NDArray[np.int64],
    k: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choose rows one by one, each farthest from the centres and the rows before.

    Distances only shrink while rows are chosen, so an old distance is an upper bound. Rows are sorted by distance once
    and brought up to date in blocks, and only where a block's bound is the largest: the same choice as with all
    distances, of which most are never needed.

    Args:
        features: Shape (n_pool, n_features).
        rows: Candidates.
        centres: What is covered already, possibly nothing.
        k: How many, at most all of the candidates.
        rng: Source of randomness, for ties and for a first row.

    Returns:
        The chosen rows, and the distance of each when it was chosen.

    Example:
        >>> line = np.array([[0.0], [1.0], [4.0], [10.0]])
        >>> farthest_first(line, np.array([1, 2, 3]), np.array([0]), 2, np.random.default_rng(0))
        (array([3, 2]), array([10.,  4.]))
    """
    # In random order, so that the first of equals is any of them.
    rows = rng.permutation(rows)
    chosen, squared = np.zeros(k, np.int64), np.full(k, np.nan)
    done = 0
    if not centres.size:
        chosen[0], rows, done = rows[0], rows[1:], 1
        centres = chosen[:1]
    bound = squared_to_nearest(features, rows, centres)
    order = np.argsort(-bound, kind="stable")
    rows, bound = rows[order], bound[order]
    starts = np.arange(0, rows.size, _BLOCK)
    largest = bound[starts]
    seen = np.full(starts.size, done)
    while done < k:
        block = int(largest.argmax())
        within = slice(starts[block], starts[block] + _BLOCK)
        if seen[block] < done:
            new = squared_to_nearest(features, rows[within], chosen[seen[block] : done])
            np.minimum(bound[within], new, out=bound[within])
            seen[block] = done
        else:
            at = starts[block] + int(bound[within].argmax())
            chosen[done], squared[done] = rows[at], bound[at]
            # Below every distance, also that of an item that equals a centre.
            bound[at] = -1.0
            done += 1
        largest[block] = bound[within].max()
    return chosen, np.sqrt(squared)
