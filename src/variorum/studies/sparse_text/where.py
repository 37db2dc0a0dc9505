"""On which items hard delivery gains: by how far their few votes lie from the others, by how much people disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from variorum.evaluation import entropy, js_divergence, soft_cross_entropy
from variorum.evaluation.correlation import pearson
from variorum.labels import normalize

__all__ = ["EDGES", "TERCILES", "distance_gains", "terciles"]

Array = NDArray[np.float64]

EDGES: Final = (0.01, 0.03, 0.06, 0.1, 0.15, 0.25)
"""Inner edges of the bins of JS divergence, in nats."""

TERCILES: Final = ("low", "middle", "high")


def terciles(counts: NDArray[np.int64], test: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which third of its corpus an item's human entropy falls into.

    Args:
        counts: All votes, shape (n_items, n_classes).
        test: Positions of the items that are asked about.

    Returns:
        0, 1 or 2, shape (n_test,). Where many items share an entropy, a third may be empty: equal ones stay together.

    Example:
        >>> terciles(np.array([[4, 0], [3, 1], [2, 2]]), np.array([0, 1, 2]))
        array([0, 1, 2])
    """
    spread = entropy(normalize(counts)).round(12)
    # The entropies at these ranks are edges, so that equal ones fall on the same side.
    ranks = [-(-k * spread.size // 3) - 1 for k in (1, 2)]
    return np.searchsorted(np.sort(spread)[ranks], spread[test], side="left").astype(np.int64)


def distance_gains(
    drawn: NDArray[np.int64], other: NDArray[np.int64], predicted: Mapping[str, Array]
) -> dict[str, dict[str, Any]]:
    """What each delivery gains over soft labels on training items, against how far their votes were from the others.

    Args:
        drawn: Votes that were trained on, shape (n_items, n_classes).
        other: The same items' other votes, same shape, on which predictions are scored; items without any are left out.
        predicted: For each delivery, "soft" among them, its predictions, same shape.

    Returns:
        For each delivery but soft: the rank correlation of gain (soft NLL of soft less its own) with JS divergence, and
        for each bin of divergence the number of items, mean divergence and mean gain. Empty without an item.

    Example:
        >>> drawn, other = np.array([[1, 0], [0, 1]]), np.array([[9, 0], [9, 0]])
        >>> predicted = {"soft": np.array([[0.9, 0.1], [0.2, 0.8]]), "sls": np.array([[0.8, 0.2], [0.6, 0.4]])}
        >>> distance_gains(drawn, other, predicted)["sls"]["spearman"]
        1.0
    """
    kept = other.sum(axis=1) > 0
    if not kept.any():
        return {}
    human = normalize(other[kept])
    distance = js_divergence(normalize(drawn[kept]), human).round(12)
    soft = soft_cross_entropy(human, predicted["soft"][kept])
    which = np.digitize(distance, EDGES)
    n = np.bincount(which, minlength=len(EDGES) + 1)
    found = {}
    for delivery, rows in predicted.items():
        if delivery == "soft":
            continue
        gain = soft - soft_cross_entropy(human, rows[kept])
        sums = np.array([np.bincount(which, weights=each, minlength=n.size) for each in (distance, gain)])
        means = np.divide(sums, n, out=np.full(sums.shape, np.nan), where=n > 0)
        found[delivery] = {
            "spearman": pearson(rankdata(distance), rankdata(gain)),
            "n": n,
            "distance": means[0],
            "gain": means[1],
        }
    return found
