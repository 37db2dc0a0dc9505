"""How a classifier comes to believe each label, epoch by epoch, in training on the labels themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["training_trajectories"]

Array = NDArray[np.float64]

_BATCH: Final = 64
# At a tenth of it, ten epochs of a few hundred items end before the classifier knows how frequent the labels are.
_RATE: Final = 1e-2
_DECAY: Final = (0.9, 0.999)


def training_trajectories(
    inputs: Array, given: NDArray[np.bool_], rng: np.random.Generator, *, n_epochs: int = 10
) -> Array:
    """Train a linear classifier with one sigmoid a label, and keep its probabilities after each epoch.

    Args:
        inputs: Features of the items, shape (n_items, n_features); standardised here.
        given: Whether somebody gave the label, shape (n_items, n_classes).
        rng: Draws the batches.
        n_epochs: Passes over the items.

    Returns:
        Probability of each label, shape (n_epochs, n_items, n_classes), in (0, 1).

    Source:
        The training of Weber-Genzel et al. 2024 (multi-label, 10 epochs, batches of 64), with fixed features and Adam
        (Kingma and Ba 2015) in place of a fine-tuned encoder.

    Example:
        >>> inputs = np.repeat(np.eye(2), 50, axis=0)
        >>> training_trajectories(inputs, inputs > 0, np.random.default_rng(0), n_epochs=3).shape
        (3, 100, 2)
    """
    scale = inputs.std(axis=0)
    standard = (inputs - inputs.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    standard = np.hstack([standard, np.ones((len(standard), 1))])
    target = given.astype(np.float64)
    weight = np.zeros((standard.shape[1], target.shape[1]))
    first, second, step = np.zeros_like(weight), np.zeros_like(weight), 0
    found = np.empty((n_epochs, *target.shape))
    for epoch in range(n_epochs):
        order = rng.permutation(len(standard))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            gradient = standard[rows].T @ (expit(standard[rows] @ weight) - target[rows]) / rows.size
            step += 1
            first = _DECAY[0] * first + (1 - _DECAY[0]) * gradient
            second = _DECAY[1] * second + (1 - _DECAY[1]) * gradient**2
            size = _RATE * np.sqrt(1 - _DECAY[1] ** step) / (1 - _DECAY[0] ** step)
            weight -= size * first / (np.sqrt(second) + 1e-8)
        found[epoch] = expit(standard @ weight)
    return found
