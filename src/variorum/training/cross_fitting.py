"""Predictions for every item from a learner that has not seen its votes, nor those of its group."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ArgumentError
from variorum.training.base import TrainingData
from variorum.training.softmax import SoftmaxRegression

__all__ = ["cross_fitted"]

Array = NDArray[np.float64]

_FOLDS: Final = 5
_LEARNER: Final = SoftmaxRegression(n_members=1)


def cross_fitted(
    inputs: Array,
    counts: Array,
    groups: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    folds: int = _FOLDS,
    learner: SoftmaxRegression = _LEARNER,
) -> Array:
    """Predict each item's label distribution from the votes on items of other folds.

    Args:
        inputs: Features, shape (n_items, n_features).
        counts: Votes, or vote weights, shape (n_items, n_classes).
        groups: Group of each item, kept whole, shape (n_items,).
        rng: Draws the folds.
        folds: Number of folds, 2 or more; no more than there are groups.
        learner: What is fitted to the other folds; its mode predicts.

    Returns:
        Shape (n_items, n_classes), rows sum to one; uniform where the other folds hold no vote.

    Raises:
        ArgumentError: If there are fewer than two folds.

    Example:
        >>> inputs, counts = np.array([[0.0], [0.1], [1.0], [1.1]]), np.array([[9, 1], [9, 1], [1, 9], [1, 9.0]])
        >>> cross_fitted(inputs, counts, np.arange(4), np.random.default_rng(0), folds=4).argmax(axis=1)
        array([0, 0, 1, 1])
    """
    codes, of_item = np.unique(groups, return_inverse=True)
    folds = min(folds, codes.size)
    if folds < 2:
        raise ArgumentError(f"cross-fitting needs two groups of items at least; there are {codes.size}.")
    fold = (rng.permutation(codes.size) % folds)[of_item]
    predicted = np.empty(counts.shape)
    for k in range(folds):
        train, test = fold != k, fold == k
        if counts[train].sum() > 0:
            fit = learner.fit(TrainingData(inputs[train], counts[train]), rng)
            predicted[test] = fit.mode.probabilities(inputs[test])
        else:
            predicted[test] = 1 / counts.shape[1]
    return predicted
