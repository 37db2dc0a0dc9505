"""How much one vote's gradient differs from the next one's, item by item, and whether that is where people disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from variorum.checks import as_distribution, as_matrix, as_rng
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import entropy
from variorum.evaluation.correlation import pearson

__all__ = ["GradientNoise", "gradient_noise", "gradient_variance", "sampled_gradient_variance"]


@dataclass(frozen=True, eq=False)
class GradientNoise:
    """Gradient variance against annotator entropy.

    Attributes:
        variance: Trace of the covariance of each item's gradient over votes, shape (n_items,).
        entropy: Entropy of each item's label distribution, nats, shape (n_items,).
        spearman: Rank correlation of the two over items, in [-1, 1]; nan with fewer than two items or a constant side.
    """

    variance: NDArray[np.float64]
    entropy: NDArray[np.float64]
    spearman: float


def gradient_variance(
    distribution: ArrayLike, *, embeddings: ArrayLike | None = None, bias: bool = True
) -> NDArray[np.float64]:
    """Variance of an item's cross-entropy gradient when its label is drawn from a distribution anew each time.

    Args:
        distribution: Label distribution of each item, shape (n_items, n_classes).
        embeddings: What the last layer reads of each item, shape (n_items, n_features); ``None`` for the gradient of
            the logits rather than of the last layer.
        bias: Whether the last layer has a bias. Says nothing without embeddings.

    Returns:
        Trace of the covariance, shape (n_items,), 0 or more, and 0 for items of which people say one thing. It does not
        depend on what the model predicts: soft labels have the same mean gradient and no such variance.

    Raises:
        ShapeError: If the shapes do not fit together.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If an embedding is not finite.

    Source:
        Gheibi and Ghazizadeh 2026, proposition 1: the covariance of the logits' gradient is Diag(p) - pp', whose trace
        is 1 - |p|^2. The last layer's gradient is (q - e_y)(h, 1)', so its trace is |h|^2 + 1 times as large.

    Example:
        >>> gradient_variance([[0.5, 0.5], [1.0, 0.0]])
        array([0.5, 0. ])
        >>> gradient_variance([[0.5, 0.5]], embeddings=[[3.0, 4.0]], bias=False)
        array([12.5])
    """
    rows = as_distribution("distribution", distribution)
    # p (1 - p) rather than 1 - |p|^2: exactly 0 where people agree.
    return np.asarray((rows * (1.0 - rows)).sum(axis=1) * _reach(rows, embeddings, bias))


def sampled_gradient_variance(
    logits: Any,
    distribution: ArrayLike,
    loss: Callable[[Any, Any], Any],
    rng: np.random.Generator | int,
    *,
    embeddings: ArrayLike | None = None,
    bias: bool = True,
    n_draws: int = 200,
) -> NDArray[np.float64]:
    """The same, measured: draw labels, differentiate the loss, take the variance. For any loss of a hard label.

    Args:
        logits: What the network says of each item, a floating tensor, shape (n_items, n_classes).
        distribution: Label distribution of each item, shape (n_items, n_classes).
        loss: Takes logits and one-hot targets and gives one value an item.
        rng: Draws the labels.
        embeddings: As for `gradient_variance`.
        bias: As for `gradient_variance`.
        n_draws: Labels drawn for each item, two or more.

    Returns:
        Unbiased estimate of the trace of the covariance, shape (n_items,).

    Raises:
        ShapeError: If the shapes do not fit together.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If an embedding is not finite or there are fewer than two draws.

    Example:
        >>> def cross_entropy(logits, target):
        ...     return -(target * logits.log_softmax(-1)).sum(-1)
        >>> people = [[0.5, 0.5], [1.0, 0.0]]
        >>> rng = np.random.default_rng(0)
        >>> sampled_gradient_variance(torch.zeros(2, 2), people, cross_entropy, rng, n_draws=2000).round(2) + 0.0
        array([0.5, 0. ])
    """
    rows, generator = as_distribution("distribution", distribution), as_rng(rng)
    if tuple(logits.shape) != rows.shape:
        raise ShapeError(
            f"logits has shape {tuple(logits.shape)} and distribution {rows.shape}; they must be the same."
        )
    if n_draws < 2:
        raise ArgumentError(f"n_draws = {n_draws} must be 2 or more.")
    reach = _reach(rows, embeddings, bias)
    leaf = logits.detach().clone().requires_grad_()
    mean, squares = np.zeros_like(rows), np.zeros(rows.shape[0])
    with torch.enable_grad():
        for draw in range(1, n_draws + 1):
            hard = torch.from_numpy(generator.multinomial(1, rows / rows.sum(axis=1, keepdims=True))).to(leaf)
            (gradient,) = torch.autograd.grad(loss(leaf, hard).sum(), leaf)
            found = gradient.double().cpu().numpy()
            away = found - mean
            mean += away / draw
            squares += (away * (found - mean)).sum(axis=1)
    return np.asarray(squares / (n_draws - 1) * reach)


def gradient_noise(distribution: ArrayLike, *, embeddings: ArrayLike | None = None, bias: bool = True) -> GradientNoise:
    """Set the variance of each item's gradient against the entropy of its label distribution.

    Args:
        distribution: Label distribution of each item, shape (n_items, n_classes).
        embeddings: As for `gradient_variance`.
        bias: As for `gradient_variance`.

    Returns:
        Both, and their rank correlation. Without embeddings it is close to 1 by construction, since 1 - |p|^2 is itself
        an entropy; what embeddings take from it is how much their length varies.

    Raises:
        ShapeError: If the shapes do not fit together.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If an embedding is not finite.

    Source:
        Gheibi and Ghazizadeh 2026: Spearman .939 for the last layer on CIFAR-10H.

    Example:
        >>> gradient_noise([[1.0, 0.0], [0.9, 0.1], [0.5, 0.5]]).spearman
        1.0
    """
    variance = gradient_variance(distribution, embeddings=embeddings, bias=bias)
    of_people = entropy(distribution)
    # Equal values of permuted rows differ in the last digit, which ranks would blow up.
    return GradientNoise(variance, of_people, pearson(rankdata(_rounded(variance)), rankdata(of_people.round(12))))


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = values.max(initial=0.0)
    return np.asarray((values / largest).round(12)) if largest > 0.0 else values


def _reach(rows: NDArray[np.float64], embeddings: ArrayLike | None, bias: bool) -> NDArray[np.float64]:
    """Squared length of what the last layer multiplies the logits' gradient with, shape (n_items,)."""
    if embeddings is None:
        return np.ones(rows.shape[0])
    features = as_matrix("embeddings", embeddings)
    if features.shape[0] != rows.shape[0]:
        raise ShapeError(f"embeddings has {features.shape[0]} rows and distribution {rows.shape[0]}; one row an item.")
    return np.asarray(np.square(features).sum(axis=1) + float(bias))
