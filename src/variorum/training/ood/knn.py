"""How far out of distribution an item is, by the nearest training items."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_matrix
from variorum.errors import ArgumentError

__all__ = ["nearest_neighbours"]

_CELLS = 2**22  # cosines at once: 32 MB


def nearest_neighbours(embeddings: ArrayLike, reference: ArrayLike, *, k: int = 50) -> NDArray[np.float64]:
    """Distance to the k-th nearest training item on the unit sphere.

    Args:
        embeddings: What is scored, shape (n_items, n_features), finite.
        reference: Embeddings of training items, shape (n_reference, n_features), finite.
        k: Which neighbour, from 1 to n_reference.

    Returns:
        Shape (n_items,), in [0, 2], higher is further out. Rows are scaled to length one first; a row of zeros, which
        has no direction, stays as it is, at distance one from everything.

    Raises:
        ShapeError: If the shapes do not fit together.
        ArgumentError: If a value is not finite or there is no k-th item.

    Source:
        Sun et al. 2022 (ICML), "Out-of-Distribution Detection with Deep Nearest Neighbors"; k = 50 is their choice for
        CIFAR-10. Exact, by brute force in blocks; an item that is among the reference finds itself first.

    Example:
        >>> nearest_neighbours([[2.0, 0.0]], [[1.0, 0.0], [0.0, 3.0], [-1.0, 0.0]], k=2).round(4)
        array([1.4142])
    """
    known = _on_sphere(as_matrix("reference", reference))
    asked = _on_sphere(as_matrix("embeddings", embeddings, n_columns=known.shape[1]))
    if not 1 <= k <= known.shape[0]:
        raise ArgumentError(f"k = {k} must be from 1 to the number of reference items, {known.shape[0]}.")
    distance = np.empty(asked.shape[0])
    half_squares = 0.5 * np.square(known).sum(axis=1)
    step = max(1, _CELLS // known.shape[0])
    for start in range(0, asked.shape[0], step):
        block = asked[start : start + step]
        order = np.argpartition(half_squares - block @ known.T, k - 1, axis=1)[:, k - 1]
        # Cosines near one have lost the digits of a small distance, so the one that was found is measured afresh.
        distance[start : start + step] = np.linalg.norm(block - known[order], axis=1)
    return distance


def _on_sphere(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    # The largest value first, so that squares neither overflow nor vanish.
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled = rows / np.where(largest > 0.0, largest, 1.0)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(length > 0.0, length, 1.0))
