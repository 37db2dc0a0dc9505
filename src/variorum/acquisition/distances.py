"""Squared distances by matrix products, a block at a time, so that no matrix of all pairs is ever held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["blocks", "squared_distances", "squared_to_nearest"]

_ENTRIES: Final = 1 << 20
"""Of a block: 4 MB in float32, little beside a pool and enough for a matrix product to be worth its call."""


def blocks(n_rows: int, width: int, entries: int = _ENTRIES) -> Iterator[slice]:
    """Cut rows into blocks that stay in the cache.

    Args:
        n_rows: How many rows.
        width: Entries that a row needs.
        entries: Entries of a block; a row that needs more has a block of its own.

    Yields:
        The blocks, in order.

    Example:
        >>> list(blocks(5, 3, entries=6))
        [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, entries // max(1, width))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def squared_distances(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Squared Euclidean distance of every pair, from ``|x|^2 + |y|^2 - 2 x.y``.

    Args:
        left: Shape (n_left, n_features).
        right: Shape (n_right, n_features).

    Returns:
        Shape (n_left, n_right), at least 0, in the precision of the arguments; the rounding error is that of the
        squared norms, so points far from the origin should be shifted towards it first.

    Example:
        >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))
        array([[ 0.],
               [25.]])
    """
    pairs: NDArray[Any] = left @ right.T
    pairs *= -2
    pairs += np.einsum("ij,ij->i", left, left)[:, None]
    pairs += np.einsum("ij,ij->i", right, right)
    # Rounding can leave less than 0 between points that are alike.
    np.maximum(pairs, 0, out=pairs)
    return pairs


def squared_to_nearest(
    features: NDArray[np.float64], rows: NDArray[np.int64], centres: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Squared distance of some rows to the nearest of some others.

    Args:
        features: Shape (n_pool, n_features).
        rows: Whose distance.
        centres: To whom, at least one.

    Returns:
        Shape (len(rows),), in float32: centres are shifted to the origin, so it is relative to their spread.
    """
    shift = features[centres].mean(axis=0)
    nearest = np.full(rows.size, np.inf, np.float32)
    for of in blocks(centres.size, features.shape[1]):
        some = (features[centres[of]] - shift).astype(np.float32)
        for part in blocks(rows.size, features.shape[1] + some.shape[0]):
            points = (features[rows[part]] - shift).astype(np.float32)
            np.minimum(nearest[part], squared_distances(points, some).min(axis=1), out=nearest[part])
    return nearest
