"""Calibration of confidence against hard labels.

Kept as the baseline that Baan et al. 2022 criticise: where people disagree, a perfect model of their distribution is
not calibrated to the majority. `disagreement` holds the alternative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_choice, as_distribution
from variorum.errors import ArgumentError
from variorum.evaluation._codes import as_codes

__all__ = ["CalibrationBins", "calibration_bins", "expected_calibration_error"]

Binning = Literal["equal-width", "equal-mass"]


@dataclass(frozen=True)
class CalibrationBins:
    """A reliability diagram: bins of confidence, half open (low, high].

    Attributes:
        edges: Bin b covers (edges[b], edges[b + 1]], shape (n_bins + 1,), within [0, 1].
        n_items: Items in each bin, shape (n_bins,).
        confidence: Mean confidence of each bin, shape (n_bins,); nan for an empty bin.
        accuracy: Share of each bin whose most likely class is gold, shape (n_bins,); nan for an empty bin.
    """

    edges: NDArray[np.float64]
    n_items: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Mean absolute gap between confidence and accuracy, weighted by items; nan without items."""
        used = self.n_items > 0
        if not used.any():
            return float("nan")
        gap = np.abs(self.confidence[used] - self.accuracy[used])
        return float(gap @ self.n_items[used] / self.n_items.sum())


def calibration_bins(
    gold: ArrayLike, model: ArrayLike, *, n_bins: int = 10, binning: Binning = "equal-width"
) -> CalibrationBins:
    """Sort items into bins of confidence, the probability of the most likely class.

    Args:
        gold: Gold label code of each item, shape (n_items,).
        model: Predicted distribution, shape (n_items, n_classes); among equally likely classes the lowest index counts.
        n_bins: Number of bins, from 1.
        binning: ``"equal-width"`` cuts [0, 1] evenly; ``"equal-mass"`` cuts at quantiles of confidence, so that bins
            hold about the same number of items (equal confidences share a bin, and a bin may stay empty).

    Returns:
        The bins.

    Raises:
        ShapeError: If the lengths differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If a gold code or the number of bins is out of range.
        UnknownNameError: If the binning is not known.

    Source:
        Naeini et al. 2015 and Guo et al. 2017 with bins (a, b] as in Baan et al. 2022.

    Example:
        >>> calibration_bins([0, 1], [[0.9, 0.1], [0.6, 0.4]], n_bins=2).n_items
        array([0, 2])
    """
    as_choice("binning", binning, ["equal-width", "equal-mass"])
    rows = as_distribution("model", model)
    codes = as_codes("gold", gold, length=rows.shape[0], upper=rows.shape[1])
    if n_bins < 1:
        raise ArgumentError(f"n_bins must be at least 1, not {n_bins}.")
    confidence = np.minimum(rows.max(axis=1), 1.0)
    correct = (rows.argmax(axis=1) == codes).astype(np.float64)
    # Divided last, an edge is the very number that a share of votes such as 5/6 is, which belongs below it.
    edges = np.arange(n_bins + 1) / n_bins
    if binning == "equal-mass" and codes.size:
        # An edge is a confidence that occurs, so (a, b] keeps equal confidences together. Ranks are cut in whole
        # numbers: a quantile at 3/5 = 0.6000000000000001 would take one item too many.
        ranks = -(-np.arange(1, n_bins) * codes.size // n_bins)
        edges[1:-1] = np.sort(confidence)[ranks - 1]
    which = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, n_bins - 1)
    n_items = np.bincount(which, minlength=n_bins)
    return CalibrationBins(
        edges=edges,
        n_items=n_items,
        confidence=_means(which, confidence, n_items),
        accuracy=_means(which, correct, n_items),
    )


def _means(which: NDArray[np.int64], values: NDArray[np.float64], n_items: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.bincount(which, weights=values, minlength=n_items.size)
    means: NDArray[np.float64] = np.divide(sums, n_items, out=np.full(n_items.size, np.nan), where=n_items > 0)
    return means


def expected_calibration_error(
    gold: ArrayLike, model: ArrayLike, *, n_bins: int = 10, binning: Binning = "equal-width"
) -> float:
    """Expected calibration error (ECE) of the most likely class against a hard gold label.

    Args:
        gold: Gold label code of each item, shape (n_items,).
        model: Predicted distribution, shape (n_items, n_classes).
        n_bins: Number of bins, from 1.
        binning: As in `calibration_bins`.

    Returns:
        In [0, 1]; nan without items.

    Raises:
        ShapeError: If the lengths differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If a gold code or the number of bins is out of range.
        UnknownNameError: If the binning is not known.

    Source:
        Guo et al. 2017 (equal width); Nguyen and O'Connor 2015 (equal mass).

    Example:
        >>> round(expected_calibration_error([0, 1], [[0.9, 0.1], [0.6, 0.4]]), 4)
        0.35
    """
    return calibration_bins(gold, model, n_bins=n_bins, binning=binning).error
