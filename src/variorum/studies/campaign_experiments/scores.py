"""What an arm is scored by: the benchmark's scores, and further distances at the end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import Score, brier, kl_divergence, total_variation
from variorum.studies.strategies.scores import SCORES as BENCHMARK
from variorum.studies.strategies.scores import ScoreEntry

__all__ = ["ITEMWISE", "SCORES", "distances"]

# Softmax regression gives no class nothing, but a network's float32 may.
_DISTANCES: Final[Mapping[str, Score]] = {
    "kl": partial(kl_divergence, floor=1e-10),
    "brier": brier,
    "tvd": total_variation,
}

SCORES: Final[Mapping[str, ScoreEntry]] = {
    **BENCHMARK,
    "kl": ScoreEntry("final KL"),
    "brier": ScoreEntry("final Brier score"),
    "tvd": ScoreEntry("final total variation"),
}
"""Scores of a run; those of annotators, groups and truth where these are known."""

ITEMWISE: Final = ("area", "final", *_DISTANCES)
"""Scores that are kept item by item, for intervals over items."""


def distances(human: NDArray[np.float64], predicted: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Distances of the last prediction to people, item by item.

    Args:
        human: Shape (n_test, n_classes).
        predicted: Same shape.

    Returns:
        ``kl`` (nats, probabilities below 1e-10 raised to it), ``brier`` and ``tvd``, each of shape (n_test,).

    Example:
        >>> distances(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))["tvd"]
        array([0.5])
    """
    return {name: np.asarray(distance(human, predicted), np.float64) for name, distance in _DISTANCES.items()}
