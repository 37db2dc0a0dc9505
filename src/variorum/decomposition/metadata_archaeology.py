"""Metadata archaeology: labels whose losses went the way of known errors' losses are likelier errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from variorum.decomposition.base import PairEvidence

__all__ = ["metadata_archaeology_knn", "metadata_archaeology_lr"]

Array = NDArray[np.float64]

_FOLDS: Final = 2
_NEIGHBOURS: Final = 20
_LEAST: Final = 1e-12


def metadata_archaeology_knn(evidence: PairEvidence) -> Array:
    """Share of known errors among the 20 labels with the most similar losses, epoch by epoch, in the other fold.

    Args:
        evidence: With `trajectories` and known `errors`.

    Returns:
        Shape (n_pairs,), in [0, 1]. Each half of the groups of items is scored from the errors of the other half.

    Raises:
        ArgumentError: If there are no trajectories or no known errors.

    Source:
        Siddiqui et al. 2022, "Metadata Archaeology", as VariErr uses it: supervised, two folds over items.
    """
    return _score(evidence, "metadata-archaeology-knn", lambda n: KNeighborsClassifier(min(_NEIGHBOURS, n)))


def metadata_archaeology_lr(evidence: PairEvidence) -> Array:
    """Probability of an error by logistic regression on losses, epoch by epoch, fitted to the other fold.

    Args:
        evidence: With `trajectories` and known `errors`.

    Returns:
        Shape (n_pairs,), in [0, 1]. Each half of the groups of items is scored from the errors of the other half.

    Raises:
        ArgumentError: If there are no trajectories or no known errors.

    Source:
        Siddiqui et al. 2022, "Metadata Archaeology", as VariErr uses it; the script that was released with the paper
        overwrites this classifier by the other one.
    """
    return _score(evidence, "metadata-archaeology-lr", lambda _: LogisticRegression(max_iter=1000))


def _score(evidence: PairEvidence, scorer: str, make: Callable[[int], Any]) -> Array:
    trajectories = evidence.need("trajectories", scorer)
    errors = evidence.need("errors", scorer)
    pairs = evidence.pairs
    losses = -np.log(np.maximum(trajectories[:, pairs.item, pairs.label], _LEAST)).T
    group = pairs.item if evidence.groups is None else evidence.groups[pairs.item]
    fold = np.unique(group, return_inverse=True)[1] % _FOLDS
    scores = np.empty(len(pairs))
    for k in range(_FOLDS):
        train, test = fold != k, fold == k
        if not test.any():
            continue
        # Without an example of both kinds there is nothing to learn: everybody gets their share.
        if np.unique(errors[train]).size < 2:
            scores[test] = errors[train].mean() if train.any() else 0.0
        else:
            scores[test] = make(int(train.sum())).fit(losses[train], errors[train]).predict_proba(losses[test])[:, 1]
    return scores
