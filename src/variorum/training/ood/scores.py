"""How far out of distribution an item is, by its logits. Higher is further out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from variorum.checks import as_matrix
from variorum.errors import ArgumentError

__all__ = ["energy", "logit_entropy", "max_logit", "max_probability"]


def max_probability(logits: ArrayLike) -> NDArray[np.float64]:
    """Probability that is not on the likeliest class (MSP: one minus the maximum softmax probability).

    Args:
        logits: Shape (n_items, n_classes), finite.

    Returns:
        Shape (n_items,), in [0, 1 - 1 / n_classes], higher is further out. Summed over the other classes, so that items
        of which the model is all but sure keep their order where 1 - p would round to 0.

    Raises:
        ShapeError: If it is not two-dimensional.
        ArgumentError: If a logit is not finite.

    Source:
        Hendrycks and Gimpel 2017 (ICLR), "A Baseline for Detecting Misclassified and Out-of-Distribution Examples".

    Example:
        >>> max_probability([[0.0, 0.0], [40.0, 0.0]])
        array([5.00000000e-01, 4.24835426e-18])
    """
    values = as_matrix("logits", logits)
    odds = np.exp(values - values.max(axis=1, keepdims=True))
    np.put_along_axis(odds, values.argmax(axis=1)[:, None], 0.0, axis=1)
    others = odds.sum(axis=1)
    return np.asarray(others / (1.0 + others))


def max_logit(logits: ArrayLike) -> NDArray[np.float64]:
    """The largest logit, negated.

    Args:
        logits: Shape (n_items, n_classes), finite.

    Returns:
        Shape (n_items,), higher is further out. Unlike probabilities it changes if all logits of an item are shifted.

    Raises:
        ShapeError: If it is not two-dimensional.
        ArgumentError: If a logit is not finite.

    Source:
        Hendrycks et al. 2022 (ICML), "Scaling Out-of-Distribution Detection for Real-World Settings".

    Example:
        >>> max_logit([[1.0, 3.0]])
        array([-3.])
    """
    return np.asarray(-as_matrix("logits", logits).max(axis=1))


def logit_entropy(logits: ArrayLike) -> NDArray[np.float64]:
    """Entropy of the softmax distribution, in nats.

    A model of label distributions is meant to have a high entropy where people differ, so this score takes human label
    variation for distance from the training items. `energy`, `max_logit` and the scores of embeddings need not.

    Args:
        logits: Shape (n_items, n_classes), finite.

    Returns:
        Nats, shape (n_items,), in [0, ln n_classes], higher is further out.

    Raises:
        ShapeError: If it is not two-dimensional.
        ArgumentError: If a logit is not finite.

    Source:
        A standard score without one; Hendrycks et al. 2019 (ICLR) train it to be high outside. From logits, so that a
        probability that rounds to 0 is no special case.

    Example:
        >>> logit_entropy([[0.0, 0.0]]).round(4)
        array([0.6931])
    """
    values = as_matrix("logits", logits)
    surprise = logsumexp(values, axis=1, keepdims=True) - values
    return np.asarray((np.exp(-surprise) * surprise).sum(axis=1))


def energy(logits: ArrayLike, *, temperature: float = 1.0) -> NDArray[np.float64]:
    """Free energy, -T ln sum_k exp(z_k / T).

    Args:
        logits: Shape (n_items, n_classes), finite.
        temperature: T, above 0. Near 0 it is `max_logit`.

    Returns:
        Nats, shape (n_items,), higher is further out.

    Raises:
        ShapeError: If it is not two-dimensional.
        ArgumentError: If a logit is not finite, or the temperature is not above 0 and finite.

    Source:
        Liu et al. 2020 (NeurIPS), "Energy-based Out-of-distribution Detection", equation 4, with their sign.

    Example:
        >>> energy([[0.0, 0.0], [5.0, 0.0]]).round(4)
        array([-0.6931, -5.0067])
    """
    if not 0.0 < temperature < np.inf:
        raise ArgumentError(f"temperature = {temperature} must be above 0 and finite.")
    return np.asarray(-temperature * logsumexp(as_matrix("logits", logits) / temperature, axis=1))
