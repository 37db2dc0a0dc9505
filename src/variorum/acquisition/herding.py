"""Kernel herding: items whose mean is the pool's mean."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import pick_by_level
from variorum.acquisition.distances import blocks, squared_distances
from variorum.annotations import Picks, PoolView

__all__ = ["herd", "herding"]

_SAMPLE: Final = 2048
"""Items that stand for the pool where it is larger."""


def herding(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick items that, with those asked about already, look as a whole like the pool.

    Each pick brings the mean of the items asked about closest to the pool's mean, not of the features themselves but of
    what a Gaussian kernel makes of them, in which equal means are equal distributions: it minimises the maximum mean
    discrepancy. It reads features alone, needs no model, and may begin a campaign.

    Args:
        view: The pool, with features.
        n: How many items.
        rng: Source of randomness: ties, and which 2,048 items stand for a larger pool.

    Returns:
        The picks; scores are the mean similarity to the pool less that to the items asked about or picked before (the
        item itself counted among them, as 0), in [-1, 1].

    Raises:
        ArgumentError: If the view has no features.

    Source:
        Welling (2009); Chen, Welling and Smola (2010), with a Gaussian kernel whose width is the median distance of two
        items. Items asked about before count as the beginning of the sequence.
    """
    features = view.given("features", "herding")
    everybody = np.arange(view.n_pool)
    sample = everybody if view.n_pool <= _SAMPLE else rng.choice(everybody, _SAMPLE, replace=False)
    return pick_by_level(view, n, lambda rows, covered, k: herd(features, rows, covered, sample, k, rng))


def herd(
    features: NDArray[np.float64],
    rows: NDArray[np.int64],
    covered: NDArray[np.int64],
    sample: NDArray[np.int64],
    k: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choose rows one by one so that the mean of covered and chosen stays near the mean of a sample.

    Args:
        features: Shape (n_pool, n_features).
        rows: Candidates.
        covered: What the sequence begins with, possibly nothing.
        sample: Rows whose mean is the goal, at least one; they set the kernel's width, too.
        k: How many, at most all of the candidates.
        rng: Source of randomness, for ties.

    Returns:
        The chosen rows, and the score of each when it was chosen.

    Example:
        Between two equal clumps and a lone item, the clumps come first:

        >>> line = np.array([[0.0], [0.0], [0.0], [9.0], [9.0], [9.0], [50.0]])
        >>> chosen, _ = herd(line, np.arange(7), np.zeros(0, int), np.arange(7), 2, np.random.default_rng(0))
        >>> sorted(line[chosen, 0].tolist())
        [0.0, 9.0]
    """
    # In random order, so that the first of equals is any of them.
    rows = rng.permutation(rows)
    shift = features[sample].mean(axis=0)
    goal = _shifted(features, sample, shift)
    points = _shifted(features, rows, shift)
    rate = -0.5 / _typical_square(squared_distances(goal, goal))
    to_goal = _similarity(points, goal, rate) / sample.size
    to_asked = np.zeros(rows.size)
    for of in blocks(covered.size, features.shape[1]):
        to_asked += _similarity(points, _shifted(features, covered[of], shift), rate)
    norm = np.einsum("ij,ij->i", points, points)
    chosen, scores = np.zeros(k, np.int64), np.zeros(k)
    for i in range(k):
        score = to_goal - to_asked / (covered.size + i + 1)
        at = int(score.argmax())
        chosen[i], scores[i] = at, score[at]
        to_goal[at] = -np.inf
        to_asked += np.exp(rate * np.maximum(norm + norm[at] - 2 * (points @ points[at]), 0))
    return rows[chosen], scores


def _shifted(features: NDArray[np.float64], rows: NDArray[np.int64], shift: NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows of the features in float32, the shift taken off before anything is rounded."""
    taken = np.empty((rows.size, features.shape[1]), np.float32)
    for part in blocks(rows.size, features.shape[1]):
        np.subtract(features[rows[part]], shift, out=taken[part], casting="same_kind")
    return taken


def _typical_square(squared: NDArray[Any]) -> float:
    """Median of the squared distances of two items; their mean where most items are alike, 1 where all are."""
    of_two = squared[~np.eye(squared.shape[0], dtype=bool)]
    if not of_two.any():
        return 1.0
    return float(np.median(of_two)) or float(of_two.mean())


def _similarity(points: NDArray[np.float32], others: NDArray[np.float32], rate: float) -> NDArray[np.float64]:
    """Sum of the kernel between each point and the others."""
    total = np.empty(points.shape[0])
    for part in blocks(points.shape[0], others.shape[0]):
        pairs = squared_distances(points[part], others)
        pairs *= rate
        total[part] = np.exp(pairs, out=pairs).sum(axis=1)
    return total
