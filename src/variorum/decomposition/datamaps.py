"""Datamaps: a label that a classifier finds hard to learn, or cannot make up its mind about, is likelier an error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition.base import PairEvidence

__all__ = ["datamaps_mean", "datamaps_std"]


def datamaps_mean(evidence: PairEvidence) -> NDArray[np.float64]:
    """Minus the mean probability of the label over epochs of training on the labels themselves.

    Args:
        evidence: With `trajectories`.

    Returns:
        Shape (n_pairs,), in [-1, 0].

    Raises:
        ArgumentError: If there are no trajectories.

    Source:
        Swayamdipta et al. 2020, "Dataset Cartography" (EMNLP), as VariErr uses it.
    """
    return np.asarray(-_trajectory(evidence, "datamaps-mean").mean(axis=0))


def datamaps_std(evidence: PairEvidence) -> NDArray[np.float64]:
    """The standard deviation of the label's probability over epochs.

    Args:
        evidence: With `trajectories`.

    Returns:
        Shape (n_pairs,), 0 or more.

    Raises:
        ArgumentError: If there are no trajectories.

    Source:
        Swayamdipta et al. 2020, "Dataset Cartography" (EMNLP), as VariErr uses it.
    """
    return np.asarray(_trajectory(evidence, "datamaps-std").std(axis=0))


def _trajectory(evidence: PairEvidence, scorer: str) -> NDArray[np.float64]:
    """Probability of each pair's label in each epoch, shape (n_epochs, n_pairs)."""
    trajectories = evidence.need("trajectories", scorer)
    return np.asarray(trajectories[:, evidence.pairs.item, evidence.pairs.label], np.float64)
