"""Losses that know the order of the classes; neighbours are one unit apart.

The sums run over all classes though the last cumulative difference is 0: the softmax passes no gradient to it.
"""

from __future__ import annotations

from variorum.training.losses.base import Tensor, widened

__all__ = ["cdf", "wasserstein"]


def wasserstein(logits: Tensor, target: Tensor) -> Tensor:
    """1-Wasserstein distance of target and softmax(logits): the area between the two cumulative distributions.

    Args:
        logits: Over ordered classes, shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Steps of the scale, shape (...), in [0, n_classes - 1]. The subgradient is 0 at each step where the two
        cumulative distributions are equal.

    Source:
        `variorum.evaluation.wasserstein` with unit steps, as in the LeWiDi 2025 shared task.

    Example:
        >>> import torch
        >>> wasserstein(torch.tensor([[-80.0, -80.0, 80.0]]), torch.tensor([[0.5, 0.5, 0.0]]))
        tensor([1.5000])
    """
    return (widened(logits).softmax(-1) - target).cumsum(-1).abs().sum(-1)


def cdf(logits: Tensor, target: Tensor) -> Tensor:
    """Ranked probability score: squared differences of the two cumulative distributions, summed over steps.

    Args:
        logits: Over ordered classes, shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Shape (...), in [0, n_classes - 1]; smooth, where `wasserstein` is not. With two classes half of `brier`.

    Source:
        Epstein 1969; Murphy 1971. `variorum.evaluation.ranked_probability_score`, not divided by n_classes - 1.

    Example:
        >>> import torch
        >>> cdf(torch.tensor([[-80.0, -80.0, 80.0]]), torch.tensor([[0.5, 0.5, 0.0]]))
        tensor([1.2500])
    """
    gap = (widened(logits).softmax(-1) - target).cumsum(-1)
    return (gap * gap).sum(-1)
