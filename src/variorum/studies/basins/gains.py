"""The headline: what hard delivery gains on an image, against how far its few votes are from all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from variorum.evaluation.correlation import pearson

__all__ = ["BINS", "Gains", "gains_by_distance"]

Array = NDArray[np.float64]

BINS: Final = 10
"""Bins of distance with equally many images."""


@dataclass(frozen=True)
class Gains:
    """Gain against distance, over images.

    Attributes:
        spearman: Rank correlation; nan where a side is constant.
        partial: The same with the rank of human entropy held fixed: contested images are both farther from their full
            distribution when votes are few and more uncertain in score.
        mean: Mean gain, nats.
        distance: Mean distance of each bin, shape (BINS,); nan for an empty bin.
        gain: Mean gain of each bin, shape (BINS,); nan for an empty bin.
    """

    spearman: float
    partial: float
    mean: float
    distance: Array
    gain: Array


def gains_by_distance(gain: Array, distance: Array, entropy: Array) -> Gains:
    """Set gains against distances.

    Args:
        gain: Soft NLL under soft labels less that under hard delivery, shape (n_images,).
        distance: JS divergence of an image's few votes from all of them, shape (n_images,).
        entropy: Entropy of all votes, shape (n_images,).

    Returns:
        The correlations and the bins; equal distances share a bin.

    Example:
        >>> distance = np.linspace(0, 1, 50)
        >>> found = gains_by_distance(2 * distance, distance, np.cos(9 * distance))
        >>> round(found.spearman, 3), round(found.partial, 3), found.gain.round(2)[:2]
        (1.0, 1.0, array([0.08, 0.29]))
    """
    # Distances of the same votes in another order of classes differ in the last digit.
    near = distance.round(12)
    ranks = [rankdata(each) for each in (gain.round(12), near, entropy.round(12))]
    by_distance, by_entropy, between = (pearson(ranks[a], ranks[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    left = (1 - by_entropy**2) * (1 - between**2)
    partial = (by_distance - by_entropy * between) / np.sqrt(left) if left > 1e-12 else float("nan")
    edges = np.quantile(near, np.arange(1, BINS) / BINS)
    bins = np.searchsorted(edges, near, side="left")
    sizes = np.bincount(bins, minlength=BINS)
    means = [
        np.divide(np.bincount(bins, values, BINS), sizes, out=np.full(BINS, np.nan), where=sizes > 0)
        for values in (distance, gain)
    ]
    return Gains(by_distance, float(partial), float(gain.mean()), means[0], means[1])
