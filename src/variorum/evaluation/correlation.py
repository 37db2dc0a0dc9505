"""Whether a model's distributions vary over the items as people's do: one value for a whole set of items."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist
from scipy.stats import rankdata

from variorum.checks import as_choice, as_pair
from variorum.evaluation.divergence import entropy

__all__ = ["distance_correlation", "entropy_correlation", "pearson"]

_BLOCK = 512  # two float64 blocks of this side stay in the second-level cache
_LANES = 4  # fixed, so that sums are added in the same order on every machine
_SAME = 1e-12  # rows that differ by less are rounding noise of a constant


def distance_correlation(human: ArrayLike, model: ArrayLike) -> float:
    """Distance correlation of the two sets of rows ("D.Corr", the global metric), with memory O(n_items).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        In [0, 1], higher is better: 1 if one side is a rotated, shifted and scaled copy of the other. 0 by convention
        if a side is constant over the items (rows equal to 1e-12); nan without items.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Székely, Rizzo and Bakirov 2007 (Annals of Statistics 35), definition 3: the biased (V-statistic) form with
        Euclidean distances a_ij, b_ij, as Chen et al. 2024 use it. Never holds an n x n matrix: dCov^2 =
        mean(ab) - 2 mean_i(a_i. b_i.) + a_.. b_.. needs row means and one sum over pairs, taken in blocks over half of
        the pairs; repeated rows are taken once with their weight, which is exact.

    Example:
        >>> people = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
        >>> round(distance_correlation(people, [[0.8, 0.2], [0.5, 0.5], [0.2, 0.8]]), 6)
        1.0
    """
    left, right = as_pair(human, model)
    if left.shape[0] == 0:
        return float("nan")
    if _is_constant(left) or _is_constant(right):
        return 0.0
    rows, repeats = np.unique(np.hstack([left, right]), axis=0, return_counts=True)
    weights = repeats / repeats.sum()
    x = _centred(rows[:, : left.shape[1]], weights)
    y = _centred(rows[:, left.shape[1] :], weights)
    products, x_means, y_means = _pair_sums(x, y, weights)
    covariance = (
        products - 2.0 * float(weights @ (x_means * y_means)) + float((weights @ x_means) * (weights @ y_means))
    )
    scale = np.sqrt(_distance_variance(x, x_means, weights) * _distance_variance(y, y_means, weights))
    return float(np.sqrt(np.clip(covariance / scale, 0.0, 1.0)))


def _is_constant(rows: NDArray[np.float64]) -> bool:
    return bool(np.ptp(rows, axis=0).max() <= _SAME)


def _centred(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ascontiguousarray(rows - weights @ rows)


def _distance_variance(x: NDArray[np.float64], row_means: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    # The mean squared distance of centred rows is twice their mean squared norm: no second pass over pairs.
    squares = 2.0 * float(weights @ np.square(x).sum(axis=1))
    return squares - 2.0 * float(weights @ np.square(row_means)) + float(weights @ row_means) ** 2


def _pair_sums(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Weighted mean of a_ij b_ij over all pairs, and the weighted mean of each row of a and of b."""
    lane = partial(_lane_sums, x, y, weights)
    if x.shape[0] <= 2 * _BLOCK:
        parts = [lane(number) for number in range(_LANES)]
    else:
        with ThreadPoolExecutor(min(_LANES, os.cpu_count() or 1)) as pool:
            parts = list(pool.map(lane, range(_LANES)))
    return (
        sum(part[0] for part in parts),
        np.sum([part[1] for part in parts], axis=0),
        np.sum([part[2] for part in parts], axis=0),
    )


def _lane_sums(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64], lane: int
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """One lane's share of `_pair_sums`: every fourth strip of blocks, on and above the diagonal."""
    n = x.shape[0]
    products, x_means, y_means = 0.0, np.zeros(n), np.zeros(n)
    a_space, b_space = np.empty(_BLOCK * _BLOCK), np.empty(_BLOCK * _BLOCK)
    for top in range(lane * _BLOCK, n, _LANES * _BLOCK):
        rows = slice(top, min(top + _BLOCK, n))
        row_weights = weights[rows]
        for start in range(top, n, _BLOCK):
            columns = slice(start, min(start + _BLOCK, n))
            column_weights = weights[columns]
            shape = (row_weights.size, column_weights.size)
            a = cdist(x[rows], x[columns], out=a_space[: shape[0] * shape[1]].reshape(shape))
            b = cdist(y[rows], y[columns], out=b_space[: shape[0] * shape[1]].reshape(shape))
            x_means[rows] += a @ column_weights
            y_means[rows] += b @ column_weights
            if start > top:
                x_means[columns] += row_weights @ a
                y_means[columns] += row_weights @ b
            np.multiply(a, b, out=a)
            products += float(row_weights @ (a @ column_weights)) * (2.0 if start > top else 1.0)
    return products, x_means, y_means


def entropy_correlation(
    human: ArrayLike, model: ArrayLike, *, kind: Literal["pearson", "spearman"] = "pearson"
) -> float:
    """Correlation over items between the entropy of people and the entropy of the model.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.
        kind: ``"pearson"``, or ``"spearman"`` (ranks; ties share their mean rank).

    Returns:
        In [-1, 1], higher is better; nan with fewer than two items or where a side has the same entropy everywhere.
        Normalising by the entropy of the uniform distribution, as the sources do, does not change it.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.
        UnknownNameError: If the kind is not known.

    Source:
        Kurniawan et al. 2026 (Computational Linguistics): Pearson. Gheibi and Ghazizadeh 2026: Spearman.

    Example:
        >>> people = [[1.0, 0.0], [0.7, 0.3], [0.5, 0.5]]
        >>> round(entropy_correlation(people, [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]], kind="spearman"), 4)
        1.0
    """
    as_choice("kind", kind, ["pearson", "spearman"])
    left, right = as_pair(human, model)
    of_people, of_model = entropy(left), entropy(right)
    if kind == "spearman":
        # Equal entropies of permuted rows differ in the last digit, which ranks would blow up.
        return pearson(rankdata(of_people.round(12)), rankdata(of_model.round(12)))
    return pearson(of_people, of_model)


def pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Pearson correlation of two vectors; nan where it is undefined.

    Args:
        a: Shape (n,).
        b: Shape (n,).

    Returns:
        In [-1, 1]; nan with fewer than two values or a constant side.

    Example:
        >>> round(pearson(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])), 4)
        1.0
    """
    if a.size < 2 or np.ptp(a) <= _SAME or np.ptp(b) <= _SAME:
        return float("nan")
    left, right = a - a.mean(), b - b.mean()
    return float(np.clip(left @ right / np.sqrt((left @ left) * (right @ right)), -1.0, 1.0))
