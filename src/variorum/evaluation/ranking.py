"""How well scores rank positives: errors among annotations, say. Scores that tie have no order among themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_vector
from variorum.errors import ArgumentError, ShapeError

__all__ = ["area_under_roc", "average_precision", "false_positive_rate_at", "precision_at"]


def average_precision(positive: ArrayLike, scores: ArrayLike) -> float:
    """Precision at each threshold, weighted by the recall that is gained there.

    Args:
        positive: Which are positive, shape (n,).
        scores: Score of each, higher first, finite, shape (n,).

    Returns:
        In [0, 1]; the share of positives for a score that is the same everywhere; nan without a positive.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a score is not finite.

    Source:
        Equal scores are one threshold, as in scikit-learn, so that their order does not matter. The mean over all their
        orders is another number.

    Example:
        >>> round(average_precision([True, False, True], [0.9, 0.8, 0.7]), 4)
        0.8333
    """
    hits, shown = _by_threshold(positive, scores)
    if hits.size == 0 or hits[-1] == 0:
        return float("nan")
    return float((hits / shown) @ np.diff(hits, prepend=0.0) / hits[-1])


def precision_at(positive: ArrayLike, scores: ArrayLike, n: int) -> float:
    """Share of positives among the n highest scores; scores that tie there count as their mean over all orders.

    Args:
        positive: Which are positive, shape (n_scores,).
        scores: Score of each, higher first, finite, same shape.
        n: How many to look at, 1 or more; all if there are fewer.

    Returns:
        In [0, 1]; nan if there is nothing to rank.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a score is not finite or n is below 1.

    Example:
        >>> precision_at([True, False, False, True], [3, 2, 2, 1], 2)
        0.5
        >>> precision_at([True, True, False, True], [3, 2, 2, 1], 2)
        0.75
    """
    if n < 1:
        raise ArgumentError(f"n = {n} must be 1 or more.")
    hits, shown = _by_threshold(positive, scores)
    if hits.size == 0:
        return float("nan")
    wanted = min(float(n), float(shown[-1]))
    return float(np.interp(wanted, np.append(0.0, shown), np.append(0.0, hits)) / wanted)


def area_under_roc(positive: ArrayLike, scores: ArrayLike) -> float:
    """Probability that a positive has a higher score than a negative; ties count half.

    Args:
        positive: Which are positive, shape (n,).
        scores: Score of each, finite, same shape.

    Returns:
        In [0, 1], 0.5 for chance; nan if all are positive, or none is.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a score is not finite.

    Source:
        Hanley and McNeil 1982 (Radiology 143): the area under the curve is Mann and Whitney's statistic.

    Example:
        >>> area_under_roc([True, False, False], [0.5, 0.5, 0.1])
        0.75
    """
    hits, shown = _by_threshold(positive, scores)
    if hits.size == 0 or hits[-1] == 0 or hits[-1] == shown[-1]:
        return float("nan")
    recall = np.append(0.0, hits) / hits[-1]
    fall_out = np.append(0.0, shown - hits) / (shown[-1] - hits[-1])
    return float(np.trapezoid(recall, fall_out))


def false_positive_rate_at(positive: ArrayLike, scores: ArrayLike, *, recall: float) -> float:
    """Least share of negatives that any threshold lets through which finds this share of the positives.

    Args:
        positive: Which are positive, shape (n,).
        scores: Score of each, higher first, finite, same shape.
        recall: Share of positives at or above the threshold, at least; in (0, 1].

    Returns:
        In [0, 1], lower is better; 1 for a score that is the same everywhere; nan if all are positive, or none is.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a score is not finite, or recall is out of range.

    Source:
        FPR95 is this at recall 0.95. Thresholds are scores that occur, and those that tie stand or fall together; there
        is no interpolation between them, so that the rate is one that can be had.

    Example:
        >>> false_positive_rate_at([True, True, False, False], [4, 2, 3, 1], recall=0.95)
        0.5
    """
    if not 0.0 < recall <= 1.0:
        raise ArgumentError(f"recall = {recall} must be above 0 and at most 1.")
    hits, shown = _by_threshold(positive, scores)
    if hits.size == 0 or hits[-1] == 0 or hits[-1] == shown[-1]:
        return float("nan")
    first = int(np.argmax(hits / hits[-1] >= recall))
    return float((shown[first] - hits[first]) / (shown[-1] - hits[-1]))


def _by_threshold(positive: ArrayLike, scores: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positives, and all, with scores of a threshold or more; one entry a distinct score, highest first."""
    values = as_vector("scores", scores)
    which = np.asarray(positive, np.bool_)
    if which.shape != values.shape:
        raise ShapeError(f"positive has shape {which.shape} and scores {values.shape}; they must be the same.")
    order = np.argsort(-values, kind="stable")
    last = np.flatnonzero(np.diff(values[order], append=np.nan) != 0)
    return np.cumsum(which[order], dtype=np.float64)[last], (last + 1).astype(np.float64)
