"""Scores of held-out items that training watches: against their label distribution, or its most frequent label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import accuracy, brier, f1, js_divergence, kl_divergence, soft_cross_entropy, total_variation
from variorum.labels import normalize

__all__ = ["HIGHER", "MONITORS", "monitor_scores"]

Array = NDArray[np.float64]


def _mean(metric: Callable[[Array, Array], Array]) -> Callable[[Array, Array, Array], float]:
    return lambda human, model, weights: float(np.average(metric(human, model), weights=weights))


def _f1(average: Literal["macro", "weighted"]) -> Callable[[Array, Array, Array], float]:
    return lambda human, model, _: f1(human, model, average=average)


MONITORS: Final[dict[str, Callable[[Array, Array, Array], float]]] = {
    "cross-entropy": _mean(soft_cross_entropy),
    "kl": _mean(kl_divergence),
    "js": _mean(js_divergence),
    "total-variation": _mean(total_variation),
    "brier": _mean(brier),
    "accuracy": _mean(accuracy),
    "macro-f1": _f1("macro"),
    "weighted-f1": _f1("weighted"),
}
HIGHER: Final = frozenset({"accuracy", "macro-f1", "weighted-f1"})
"""Monitors of which more is better."""


def monitor_scores(counts: Array, predicted: Array, weights: Array | None = None) -> dict[str, float]:
    """All monitors on items with votes.

    Args:
        counts: Shape (n_items, n_classes) or (n_items, n_labels, 2), of which each label counts as an item.
        predicted: Label distributions, same shape.
        weights: How much each item counts, shape (n_items,), non-negative, positive for one with votes at least;
            ``None`` for one everywhere.

    Returns:
        Means over the items that have votes and weight. F1 is no mean over items, and counts each of them once.

    Example:
        >>> round(monitor_scores(np.array([[1.0, 1.0]]), np.array([[0.9, 0.1]]))["brier"], 2)
        0.32
    """
    votes, model = counts.reshape(-1, counts.shape[-1]), predicted.reshape(-1, counts.shape[-1])
    each = np.ones(len(votes)) if weights is None else np.repeat(weights, len(votes) // len(weights))
    used = (votes.sum(axis=1) > 0) & (each > 0)
    human = normalize(votes[used])
    return {name: score(human, model[used], each[used]) for name, score in MONITORS.items()}
