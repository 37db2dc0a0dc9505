"""The other hypothesis: every item has one true label, and all disagreement with it is error."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.decomposition.entries import Entries
from variorum.errors import ConvergenceWarning
from variorum.labels import dawid_skene

__all__ = ["OneTruth", "one_truth", "stacking_weight"]

Array = NDArray[np.float64]

# Votes added to each cell of each confusion matrix, so that nobody is taken to be incapable of a mistake.
_SMOOTHING: Final = 0.01
_STACKING_STEPS: Final = 500


@dataclass(frozen=True, eq=False)
class OneTruth:
    """Dawid and Skene's model of the votes.

    Attributes:
        posterior: Probability of each label to be the true one, shape (n_items, n_classes); nan without a vote.
        predicted: Probability of each vote, given all others, shape (n_entries,).
    """

    posterior: Array
    predicted: Array


def one_truth(annotations: Annotations, entries: Entries) -> OneTruth:
    """Fit the hypothesis, and predict each vote from all others.

    Args:
        annotations: The votes; at least one annotator is known.
        entries: The same as entries.

    Returns:
        The fit. Predictions leave a vote out of its item's posterior and out of its annotator's confusion matrix.
    """
    with warnings.catch_warnings():
        # The hypothesis is compared, not reported: a last digit does not matter.
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = dawid_skene(annotations, smoothing=_SMOOTHING)
    confusion = estimate.confusion
    assert confusion is not None
    if estimate.pooled_confusion is not None:
        confusion = np.concatenate((confusion, estimate.pooled_confusion[None]))
    confusion = confusion[np.minimum(entries.annotator, len(confusion) - 1)]
    weight = entries.weight[:, None]
    belief = estimate.posterior[entries.item]
    others = np.maximum(belief, 1e-300) / confusion[entries.voter, :, entries.label] ** weight
    others /= others.sum(axis=1, keepdims=True)
    said = np.zeros((entries.n_voters, entries.n_classes, entries.n_classes))
    np.add.at(said, (entries.voter, entries.label), weight * belief)
    chance = said[entries.voter, entries.label] - weight * belief + _SMOOTHING
    chance /= said.sum(axis=1)[entries.voter] - weight * belief + entries.n_classes * _SMOOTHING
    return OneTruth(estimate.posterior, np.clip((others * chance).sum(axis=1), 1e-12, 1.0))


def stacking_weight(first: Array, second: Array, weight: Array) -> float:
    """How far the first of two predictions should be trusted, so that their mixture predicts best.

    Args:
        first: Probability of each vote under one model, given all others, shape (n_entries,).
        second: The same under another.
        weight: Weight of each vote.

    Returns:
        Weight of the first, in [0, 1].

    Source:
        Yao, Vehtari, Simpson and Gelman 2018, "Using stacking to average Bayesian predictive distributions".

    Example:
        >>> stacking_weight(np.array([0.9, 0.9]), np.array([0.1, 0.1]), np.ones(2)) > 0.99
        True
    """
    share = 0.5
    for _ in range(_STACKING_STEPS):
        both = share * first + (1 - share) * second
        share = float(np.average(share * first / both, weights=weight))
    return share
