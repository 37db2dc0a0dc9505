"""How near predictions come to what all people said."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import (
    accuracy,
    brier,
    entropy,
    entropy_correlation,
    expected_calibration_error,
    kl_divergence,
    soft_cross_entropy,
)

__all__ = ["HIGHER", "SCORES", "STRATA", "scores_of", "strata_of"]

Array = NDArray[np.float64]

SCORES: Final = ("soft NLL", "KL", "Brier", "accuracy", "ECE", "entropy correlation")
"""Scores against the full label distribution; accuracy and calibration against the majority of people."""

HIGHER: Final = frozenset({"accuracy", "entropy correlation"})
"""Scores of which more is better."""

STRATA: Final = ("unanimous", "some disagreement", "much disagreement")
"""Images by the entropy of people: none, up to the median of those with some, above."""


def scores_of(human: Array, predicted: Array) -> dict[str, float]:
    """All scores of some images.

    Args:
        human: Label distributions of people, shape (n_images, n_classes).
        predicted: Predicted ones, same shape.

    Returns:
        The names of `SCORES` with means over images; nan where the entropy correlation is undefined.

    Example:
        >>> scores_of(np.eye(2), np.array([[0.5, 0.5], [0.0, 1.0]]))["soft NLL"].__round__(4)
        0.3466
    """
    return {
        "soft NLL": float(soft_cross_entropy(human, predicted).mean()),
        "KL": float(kl_divergence(human, predicted).mean()),
        "Brier": float(brier(human, predicted).mean()),
        "accuracy": float(accuracy(human, predicted).mean()),
        "ECE": expected_calibration_error(human.argmax(axis=1), predicted, binning="equal-mass"),
        "entropy correlation": entropy_correlation(human, predicted, kind="spearman"),
    }


def strata_of(human: Array) -> NDArray[np.int64]:
    """Which of `STRATA` an image is in, by all images at once, so that a stratum is the same in all splits.

    Args:
        human: Label distributions of all images, shape (n_images, n_classes).

    Returns:
        Shape (n_images,).

    Example:
        >>> strata_of(np.array([[1.0, 0.0], [0.9, 0.1], [0.5, 0.5]]))
        array([0, 1, 2])
    """
    spread = entropy(human)
    some = spread > 0
    median = np.median(spread[some]) if some.any() else 0.0
    return np.where(some, np.where(spread <= median, 1, 2), 0).astype(np.int64)
