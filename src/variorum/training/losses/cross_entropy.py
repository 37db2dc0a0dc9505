"""Cross-entropy to a label distribution or a hard label, and KL divergence: one gradient, two values."""

from __future__ import annotations

from variorum.checks import need_extra
from variorum.training.losses.base import Tensor, widened

__all__ = ["cross_entropy", "hard_cross_entropy", "kl"]


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of the predicted distribution q = softmax(logits) under the target p: -sum_k p_k ln q_k.

    Its gradient in the logits is q - p.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Nats, shape (...), in [H(target), inf): a perfect model pays the entropy of people, not 0.

    Source:
        Peterson et al. 2019 (ICCV). With a one-hot target it is the cross-entropy to a hard label.

    Example:
        >>> import torch
        >>> cross_entropy(torch.zeros(1, 2), torch.tensor([[0.3, 0.7]]))
        tensor([0.6931])
    """
    # The sign goes to the target, through which no gradient runs: the smallest number of steps to differentiate.
    return (widened(logits).log_softmax(-1) * -target).sum(-1)


def hard_cross_entropy(logits: Tensor, label: Tensor) -> Tensor:
    """Cross-entropy to a hard label, -ln q_label; `kl` to a one-hot target is the same, its entropy being 0.

    Args:
        logits: Shape (..., n_classes).
        label: Class numbers, int64, shape (...), of one axis at least.

    Returns:
        Nats, shape (...), in [0, inf).

    Example:
        >>> import torch
        >>> hard_cross_entropy(torch.zeros(1, 2), torch.tensor([1]))
        tensor([0.6931])
    """
    # PyTorch's own saves two steps and a copy of zeros against gathering from the logarithms, a quarter of the time. It
    # wants classes on axis 1.
    classes_second = widened(logits) if label.ndim == 1 else widened(logits).movedim(-1, 1)
    return need_extra("train", "torch").nn.functional.cross_entropy(classes_second, label, reduction="none")


def kl(logits: Tensor, target: Tensor) -> Tensor:
    """KL(target || softmax(logits)): `cross_entropy` less the entropy of the target.

    The target is constant, so its gradient is that of `cross_entropy`, q - p: trained on one target, the two give one
    model. They differ in what a learning curve shows, and where targets change from epoch to epoch.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Nats, shape (...), in [0, inf) up to rounding.

    Example:
        >>> import torch
        >>> kl(torch.zeros(1, 2), torch.tensor([[0.0, 1.0]]))
        tensor([0.6931])
    """
    return (target.xlogy(target) - widened(logits).log_softmax(-1) * target).sum(-1)
