"""The contract of every featurizer: items in, one vector an item out."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Items
from variorum.errors import ArgumentError, ShapeError

__all__ = ["Featurizer", "as_train", "principal_components", "whole_column"]

Array = NDArray[np.float64]


@runtime_checkable
class Featurizer(Protocol):
    """Something that turns items into vectors.

    Contract: whatever is learned (vocabulary, axes, scales) is learned from the rows of the training pool alone, then
    applied to all items; items that should be scored later can therefore be passed along. The same call gives the same
    vectors. Every value is finite. Featurizers are frozen dataclasses, so that `Cached` can tell two of them apart.
    """

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> Array:
        """Turn items into vectors.

        Args:
            items: All items.
            train: Positions of the training pool, at least one; labels play no part.

        Returns:
            Shape (n_items, n_features), in the order of the items.

        Raises:
            ArgumentError: If the items lack what the featurizer reads, or `train` is empty or out of range.
        """
        ...


def as_train(items: Items, train: ArrayLike) -> NDArray[np.int64]:
    """Validate positions of a training pool.

    Args:
        items: The items they point into.
        train: Whole numbers in [0, n_items).

    Returns:
        The positions as int64, sorted, each once.

    Raises:
        ShapeError: If they are not one-dimensional.
        ArgumentError: If there is none, or one is not a position.

    Example:
        >>> as_train(Items(("a", "b", "c")), [2, 0, 2])
        array([0, 2])
    """
    array = np.asarray(train)
    if array.ndim != 1:
        raise ShapeError(f"train must be one-dimensional (positions of items), not of shape {array.shape}.")
    if array.size == 0:
        raise ArgumentError("train holds no item. Give the positions of at least one item to fit on.")
    if not np.issubdtype(array.dtype, np.integer):
        raise ArgumentError(f"train must hold whole numbers (positions of items), not {array.dtype}.")
    bad = np.flatnonzero((array < 0) | (array >= len(items)))
    if bad.size:
        raise ArgumentError(
            f"train[{bad[0]}] = {array[bad[0]]} is not a position among {len(items)} items; {bad.size} are affected."
        )
    return np.unique(array).astype(np.int64)


def whole_column(items: Items, name: str, remedy: str) -> tuple[str, ...]:
    """A column in which every item has a value.

    Args:
        items: The items.
        name: "text", "second_text" or "image".
        remedy: What to do without it, for the error message.

    Returns:
        The values, length n_items.

    Raises:
        ArgumentError: If the column is absent, or an item has none.

    Example:
        >>> whole_column(Items(("a",), text=("Good.",)), "text", "Use an array.")
        ('Good.',)
    """
    column: tuple[str | None, ...] | None = getattr(items, name)
    if column is None:
        raise ArgumentError(f"items have no {name}. {remedy}")
    missing = [position for position, value in enumerate(column) if value is None]
    if missing:
        raise ArgumentError(
            f"item {items.ids[missing[0]]!r} has no {name}; {len(missing)} of {len(items)} items are affected. {remedy}"
        )
    return tuple(value for value in column if value is not None)


def principal_components(vectors: Array, train: NDArray[np.int64], n_components: int | None) -> Array:
    """Project on the principal axes of the training rows, each with the sign that makes its largest loading positive.

    Args:
        vectors: Shape (n_items, n_features).
        train: Positions of the rows that the mean and the axes come from.
        n_components: At least 1; bounded by the features and by the training rows; ``None`` leaves the vectors alone.

    Returns:
        Shape (n_items, n_components or fewer).

    Raises:
        ArgumentError: If `n_components` is less than 1.

    Example:
        >>> principal_components(np.array([[0.0, 0.0], [2.0, 2.0], [9.0, 9.0]]), np.array([0, 1]), 1).round(3)
        array([[-1.414], [ 1.414], [11.314]])
    """
    if n_components is None:
        return vectors
    if n_components < 1:
        raise ArgumentError(f"n_components must be at least 1, not {n_components}.")
    pool = vectors[train]
    mean = pool.mean(axis=0)
    _, sizes, axes = np.linalg.svd(pool - mean, full_matrices=False)
    rank = max(1, int((sizes > 1e-9 * max(float(sizes[0]), np.finfo(float).tiny)).sum())) if sizes.size else 0
    axes = axes[: min(n_components, rank)]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.where(axes[np.arange(len(axes)), largest] < 0, -1.0, 1.0)[:, None]
    projected: Array = (vectors - mean) @ axes.T
    return projected
