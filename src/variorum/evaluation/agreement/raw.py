"""Raw agreement: how often two annotators say the same of an item, chance included."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from variorum.evaluation.agreement._scale import Distance, FloatArray
from variorum.evaluation.agreement._tally import Tally, tally_classes

__all__ = ["difference", "mean_apart", "of_items", "pairwise_agreement", "raw", "raw_agreement"]


def pairwise_agreement(
    counts: ArrayLike, *, distance: Distance = "nominal", positions: ArrayLike | None = None
) -> FloatArray:
    """Share of pairs of votes that agree, for each item.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).
        distance: How far two labels are apart, as in `cohen_kappas`; two that are not the same agree in part, by 1 less
            their distance in units of the largest.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        Shape (n_items,), in [0, 1]; nan with fewer than two votes.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ShapeError: If positions or matrix do not fit the classes.
        ArgumentError: If the matrix is no distance.

    Source:
        Fleiss 1971 (Psychological Bulletin 76), P_i; in part, Gwet 2014, chapter 3.

    Example:
        >>> pairwise_agreement([[2, 1], [3, 0], [1, 0]]).round(4)
        array([0.3333, 1.    ,    nan])
    """
    return of_items(tally_classes(counts, distance, positions))


def raw_agreement(counts: ArrayLike, *, distance: Distance = "nominal", positions: ArrayLike | None = None) -> float:
    """Share of pairs of votes that agree, the mean over items with two votes or more.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).
        distance: As in `pairwise_agreement`.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        In [0, 1]; nan where no item has two votes.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ShapeError: If positions or matrix do not fit the classes.
        ArgumentError: If the matrix is no distance.

    Source:
        Fleiss 1971, the mean of P_i; Gwet 2014, percent agreement of several annotators: items count equally, however
        many votes they have.

    Example:
        >>> round(raw_agreement([[2, 1], [3, 0], [1, 0]]), 4)
        0.6667
    """
    return float(raw(tally_classes(counts, distance, positions), None))


def of_items(tally: Tally) -> FloatArray:
    """Agreement on each item, shape (n_items,); nan with fewer than two answers."""
    return np.where(tally.is_paired, 1.0 - tally.mean_apart, np.nan)


def raw(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Raw agreement of a tally, for each draw of items.

    Args:
        tally: With distances in [0, 1].
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        Shape (n_draws,), or () without weights.
    """
    return 1.0 - mean_apart(tally, weights)


def difference(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Root mean square difference of two annotators of an item, in units of the range, for each draw of items.

    Args:
        tally: With squared distances.
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        In [0, 1], shape (n_draws,), or () without weights; nan where no item has two answers.
    """
    return np.sqrt(mean_apart(tally, weights))


def mean_apart(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Mean over items of the mean distance of two answers; nan where no item has two."""
    n, apart = tally.total("paired", weights), tally.total("mean_apart", weights)
    mean: FloatArray = np.divide(apart, n, out=np.full(np.shape(n), np.nan), where=n > 0.0)
    return mean
