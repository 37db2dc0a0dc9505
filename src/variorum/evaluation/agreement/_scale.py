"""How far two labels are apart, as a product of moments: sums of moments are then all that a measure needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_choice, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation._codes import sum_by_code

__all__ = [
    "NOTHING",
    "Distance",
    "FloatArray",
    "Scale",
    "class_scale",
    "distance_matrix",
    "mid_ranks",
    "one_hot",
    "squared",
]

FloatArray: TypeAlias = NDArray[np.float64]
Distance: TypeAlias = Literal["nominal", "ordinal", "linear", "interval", "quadratic", "ratio"] | ArrayLike

NOTHING: Final = 1e-13
"""Mean distances up to this one, in units of the largest there is, are rounding and stand for 0."""


@dataclass(frozen=True, eq=False)
class Scale:
    """A distance between labels: moments of the one, times a form, times moments of the other.

    Since it is linear in both, the distances of all pairs of two heaps of answers are the product of the heaps' summed
    moments. Labels are their own moments (one-hot, so that sums are counts); numbers have three: 1, x and x squared.

    Attributes:
        n_values: How many labels there are, or how many rows `moments` has.
        moments: Shape (n_values, n_moments); ``None`` for one-hot.
        form: Shape (n_moments, n_moments), symmetric; ``None`` for distance 1 between different labels.
    """

    n_values: int
    moments: FloatArray | None = None
    form: Any = None

    def sums(
        self, codes: NDArray[np.int64], n_codes: int, labels: NDArray[np.int64], weights: FloatArray | None
    ) -> FloatArray:
        """Sum of the moments of the votes with each code.

        Args:
            codes: Shape (n_votes,), in [0, n_codes).
            n_codes: Number of codes.
            labels: Rows of `moments`, shape (n_votes,).
            weights: Of the votes, shape (n_votes,); ``None`` for 1 each.

        Returns:
            Shape (n_codes, n_moments).
        """
        if self.moments is None:
            cells = codes * self.n_values + labels
            flat = np.bincount(cells, weights, minlength=n_codes * self.n_values).astype(np.float64, copy=False)
            return flat.reshape(n_codes, self.n_values)
        columns = []
        for column in self.moments.T:
            each = column[labels] if weights is None else column[labels] * weights
            columns.append(sum_by_code(codes, each, n_codes))
        return np.stack(columns, axis=1)

    def product(self, left: FloatArray) -> FloatArray:
        """``left`` times the form, for one-hot scales without a form the number of answers less the counts."""
        if self.form is None:
            others: FloatArray = left.sum(axis=-1, keepdims=True) - left
            return others
        product: FloatArray = left @ self.form
        return product

    def between(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """Sum of the distances between all answers behind ``left`` and all behind ``right``, for each row.

        Args:
            left: Summed moments, shape (..., n_moments).
            right: The same shape, or one that broadcasts.

        Returns:
            Shape (...,), at least 0.
        """
        if self.form is None:
            size = left @ np.ones(left.shape[-1])
            other = size if right is left else right @ np.ones(right.shape[-1])
            total: FloatArray = size * other - np.einsum("...k,...k->...", left, right)
        else:
            total = np.einsum("...k,...k->...", self.product(left), right)
        # Rounding must not make a distance negative.
        return np.maximum(total, 0.0)

    def from_each(self, moments: FloatArray, rows: NDArray[np.int64], labels: NDArray[np.int64]) -> FloatArray:
        """Sum of the distances from each vote's label to all answers behind a row of ``moments``.

        Args:
            moments: Summed moments, shape (n_rows, n_moments).
            rows: Row for each vote, shape (n_votes,).
            labels: Label of each vote, shape (n_votes,).

        Returns:
            Shape (n_votes,).
        """
        products = self.product(moments)
        if self.moments is None:
            return products[rows, labels]
        sums: FloatArray = np.einsum("vk,vk->v", products[rows], self.moments[labels])
        return sums


def one_hot(matrix: FloatArray | None, n_classes: int) -> Scale:
    """Labels as their own moments.

    Args:
        matrix: Distances, shape (n_classes, n_classes); ``None`` for 1 between different labels.
        n_classes: Number of labels.

    Returns:
        The scale.
    """
    return Scale(n_classes, form=matrix)


def class_scale(distance: Distance, n_classes: int, positions: ArrayLike | None = None) -> Scale:
    """Labels as their own moments, as far apart as `distance_matrix` says of the same arguments."""
    return one_hot(distance_matrix(distance, n_classes, positions), n_classes)


def squared(values: FloatArray, bounds: tuple[float, float] | None = None) -> Scale:
    """Numbers with squared differences, in units of their range, so that distances lie in [0, 1].

    Args:
        values: Finite, shape (n_values,).
        bounds: Lowest and highest number that could be given; ``None`` for those that were.

    Returns:
        The scale. Differences are taken from the middle, so that nothing is left where all values are the same.

    Example:
        >>> scale = squared(np.array([1.0, 3.0, 5.0]))
        >>> scale.between(scale.moments[0], scale.moments[1:])
        array([0.25, 1.  ])
    """
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    # Halves first: the sum of two large numbers may be infinite.
    middle = low / 2.0 + high / 2.0
    least, most = bounds or (low, high)
    half_range = most / 2.0 - least / 2.0
    centred = (values - middle) / 2.0 / (half_range if half_range > 0.0 else 1.0)
    form = np.array([[0.0, 0.0, 1.0], [0.0, -2.0, 0.0], [1.0, 0.0, 0.0]])
    return Scale(values.size, np.stack([np.ones(values.size), centred, centred**2], axis=1), form)


def mid_ranks(counts: FloatArray) -> FloatArray:
    """Rank of each class in the middle of its votes: differences of these are Krippendorff's ordinal metric.

    Args:
        counts: Votes of each class in order, shape (..., n_classes).

    Returns:
        Same shape.

    Example:
        >>> mid_ranks(np.array([4.0, 2.0, 2.0]))
        array([2., 5., 7.])
    """
    ranks: FloatArray = np.cumsum(counts, axis=-1) - counts / 2.0
    return ranks


def distance_matrix(distance: Distance, n_classes: int, positions: ArrayLike | None = None) -> FloatArray | None:
    """Distances between classes, the largest of them 1.

    Args:
        distance: ``"nominal"`` (1 between different classes), ``"linear"`` (difference of positions), ``"interval"``,
            also called ``"quadratic"`` (squared difference), ``"ratio"`` (squared difference over squared sum), or a
            matrix of your own, shape (n_classes, n_classes).
        n_classes: Number of classes.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        Shape (n_classes, n_classes), in [0, 1]; ``None`` for nominal.

    Raises:
        UnknownNameError: If there is no distance of that name, or it depends on the votes.
        ShapeError: If positions or matrix have another length.
        ArgumentError: If a position is not finite or, for ratio, negative; if a matrix is not symmetric, not 0 on its
            diagonal, negative or not finite.

    Example:
        >>> distance_matrix("linear", 3)
        array([[0. , 0.5, 1. ],
               [0.5, 0. , 0.5],
               [1. , 0.5, 0. ]])
    """
    if not isinstance(distance, str):
        return _largest_one(_own_matrix(distance, n_classes))
    as_choice("distance", distance, ["nominal", "linear", "interval", "quadratic", "ratio"])
    if distance == "nominal":
        return None
    x = as_positions(positions, n_classes)
    difference = np.abs(x[:, None] - x[None, :])
    if distance == "linear":
        return _largest_one(difference)
    if distance == "ratio":
        total = not_negative("positions", x)[:, None] + x[None, :]
        return _largest_one(np.square(np.divide(difference, total, out=np.zeros_like(total), where=total > 0.0)))
    return np.square(_largest_one(difference))


def as_positions(positions: ArrayLike | None, n_classes: int) -> FloatArray:
    """Positions as given, or one apart."""
    if positions is None:
        return np.arange(n_classes, dtype=np.float64)
    return as_vector("positions", positions, length=n_classes)


def not_negative(name: str, values: FloatArray) -> FloatArray:
    """Refuse numbers below 0, of which no ratio is meant."""
    bad = np.flatnonzero(values < 0.0)
    if bad.size:
        raise ArgumentError(
            f"{name}[{bad[0]}] = {values[bad[0]]} is negative, and a ratio scale begins at 0; {bad.size} of "
            f'{values.size} values are affected. Use distance="interval".'
        )
    return values


def _own_matrix(given: ArrayLike, n_classes: int) -> FloatArray:
    matrix = as_array("distance", given, 2)
    if matrix.shape != (n_classes, n_classes):
        raise ShapeError(f"distance has shape {matrix.shape}; {n_classes} classes need {(n_classes, n_classes)}.")
    rules = (
        (~(np.isfinite(matrix) & (matrix >= 0.0)), "is not a finite distance of 0 or more"),
        ((matrix != 0.0) & np.eye(n_classes, dtype=bool), "is the distance of a class to itself, which must be 0"),
        (matrix != matrix.T, "differs from the distance the other way round"),
    )
    for broken, rule in rules:
        if broken.any():
            i, j = np.argwhere(broken)[0]
            raise ArgumentError(
                f"distance[{i}, {j}] = {matrix[i, j]} {rule}; {int(broken.sum())} of {matrix.size} cells are affected."
            )
    return matrix


def _largest_one(matrix: FloatArray) -> FloatArray:
    largest = float(matrix.max(initial=0.0))
    return matrix / largest if largest > 0.0 else matrix
