"""Spearman's rank correlation of weighted items, so that resampled items are items with whole weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ShapeError

__all__ = ["rank_correlation", "weighted_ranks"]

Array = NDArray[np.float64]


def weighted_ranks(values: Array, weights: Array) -> Array:
    """Mean rank of each item if every item stood there as often as its weight says; equal values share theirs.

    Args:
        values: Shape (n_items,), without nan.
        weights: At least 0, shape (n_draws, n_items).

    Returns:
        Ranks from 0, less a half, shape (n_draws, n_items); what an item of weight 0 would have, too.

    Example:
        >>> weighted_ranks(np.array([0.3, 0.1, 0.3]), np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0]]))
        array([[2. , 0.5, 2. ],
               [1.5, 0. , 1.5]])
    """
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    size = np.add.reduceat(weights[:, order], starts, axis=1)
    return np.asarray((np.cumsum(size, axis=1) - size / 2.0)[:, group], np.float64)


def rank_correlation(left: Array, right: Array, weights: Array | None = None) -> Array:
    """Spearman's correlation.

    Args:
        left: Shape (n_items,).
        right: The same shape.
        weights: How often each item counts, shape (n_draws, n_items); ``None`` for once, in one draw.

    Returns:
        In [-1, 1], shape (n_draws,); nan where a side is constant or holds a nan.

    Raises:
        ShapeError: If the shapes differ.

    Source:
        Spearman (1904), with mean ranks of ties.

    Example:
        >>> rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 9.0]))
        array([0.8])
    """
    if left.shape != right.shape:
        raise ShapeError(f"left has shape {left.shape} and right {right.shape}; a correlation pairs them.")
    weights = np.ones((1, left.size)) if weights is None else weights
    if np.isnan(left).any() or np.isnan(right).any():
        return np.full(len(weights), np.nan)
    total = weights.sum(axis=1, keepdims=True)
    # The mean rank is half of the total, whatever the ties.
    x, y = (weighted_ranks(side, weights) - total / 2.0 for side in (left, right))
    together = (weights * x * y).sum(axis=1)
    spread = np.sqrt((weights * x * x).sum(axis=1) * (weights * y * y).sum(axis=1))
    undefined = np.full(len(weights), np.nan)
    return np.asarray(np.divide(together, spread, out=undefined, where=spread > 1e-9), np.float64)
