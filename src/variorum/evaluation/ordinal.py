"""Distances that know the order of the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_pair, as_vector
from variorum.errors import ArgumentError
from variorum.evaluation._codes import as_codes, mean_by_code

__all__ = ["normalized_absolute_distance", "ranked_probability_score", "wasserstein"]


def wasserstein(human: ArrayLike, model: ArrayLike, *, positions: ArrayLike | None = None) -> NDArray[np.float64]:
    """1-Wasserstein (earth mover's) distance of each item: the area between the two cumulative distributions.

    Args:
        human: Human label distribution over ordered classes, shape (n_items, n_classes).
        model: Predicted distribution, same shape.
        positions: Where each class lies on its scale, strictly increasing, shape (n_classes,); None puts neighbours one
            unit apart.

    Returns:
        Units of the scale, shape (n_items,), in [0, last position - first position].

    Raises:
        ShapeError: If the shapes do not fit together.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If the positions do not increase.

    Source:
        Task A of the LeWiDi 2025 shared task uses unit steps between labels.

    Example:
        >>> wasserstein([[1.0, 0.0, 0.0]], [[0.0, 0.5, 0.5]])
        array([1.5])
    """
    left, right = as_pair(human, model)
    n_classes = left.shape[1]
    steps = np.ones(n_classes - 1) if positions is None else _steps(positions, n_classes)
    area: NDArray[np.float64] = np.abs(np.cumsum(left - right, axis=1)[:, :-1]) @ steps
    return area


def _steps(positions: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    steps = np.diff(as_vector("positions", positions, length=n_classes))
    bad = np.flatnonzero(steps <= 0.0)
    if bad.size:
        raise ArgumentError(
            f"positions must increase strictly, but positions[{bad[0] + 1}] does not exceed positions[{bad[0]}]; "
            f"{bad.size} of {steps.size} steps are affected. Order the classes by their position first."
        )
    return steps


def ranked_probability_score(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Ranked probability score of each item: squared differences of the cumulative distributions, summed over steps.

    Args:
        human: Human label distribution over ordered classes, shape (n_items, n_classes); neighbours are one unit apart.
        model: Predicted distribution, same shape.

    Returns:
        Units of the scale, shape (n_items,), in [0, n_classes - 1]. Unlike `wasserstein` it is a proper score: its
        mean over the votes of people is least for the model that gives people's own distribution.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Epstein 1969; Murphy 1971 (Journal of Applied Meteorology 10(1)). Not divided by n_classes - 1, as some do.

    Example:
        >>> ranked_probability_score([[1.0, 0.0, 0.0]], [[0.0, 0.5, 0.5]])
        array([1.25])
    """
    left, right = as_pair(human, model)
    gaps = np.cumsum(left - right, axis=1)[:, :-1]
    scores: NDArray[np.float64] = np.square(gaps).sum(axis=1)
    return scores


def normalized_absolute_distance(
    items: ArrayLike, human: ArrayLike, model: ArrayLike, *, scale: float, n_items: int | None = None
) -> NDArray[np.float64]:
    """Mean absolute error of each item over its annotations, as a share of the rating scale.

    Args:
        items: Item code of each annotation, whole numbers from 0, shape (n_annotations,).
        human: The rating that the annotator gave, shape (n_annotations,).
        model: The rating predicted for that annotator on that item, shape (n_annotations,).
        scale: What one is measured against, in rating units, above 0.
        n_items: How many items there are; None takes the largest code plus one.

    Returns:
        Shape (n_items,), in [0, largest error / scale]; nan for an item without annotations.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is not a whole number from 0, a rating is not finite, or the scale is not positive.

    Source:
        Task B of the LeWiDi 2025 shared task (NAD). The organisers' code divides by the number of ratings (11 for
        Paraphrase, 6 for CSC), its docstring by the largest possible error (10 and 5): hence ``scale`` has no default.

    Example:
        >>> normalized_absolute_distance([0, 0, 1], [1.0, 5.0, 2.0], [2.0, 2.0, 2.0], scale=5)
        array([0.4, 0. ])
    """
    given = as_vector("human", human)
    predicted = as_vector("model", model, length=given.size)
    codes = as_codes("items", items, length=given.size, upper=n_items)
    if not 0.0 < scale < np.inf:
        raise ArgumentError(f"scale must be a positive number of rating units, not {scale}.")
    return mean_by_code(codes, np.abs(given - predicted) / scale, n_items)
