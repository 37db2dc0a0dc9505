"""The contract of every loss: logits and a target in, one number an item out, differentiable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Loss", "Tensor", "widened"]

Tensor: TypeAlias = Any
"""A ``torch.Tensor``. Losses call nothing but its methods, so that they can be listed where torch is not installed."""


@dataclass(frozen=True)
class Loss:
    """A loss, and what it reads.

    Contract: values and gradients are finite for logits within ±80 in float32, whatever the target, zeros and one-hot
    rows among them; half precision is computed in float32; the target is taken for constant. Every step is a tensor
    method with a derivative of its own, so that second derivatives (curvature) are those of the loss.

    Attributes:
        function: (logits, target) to one value an item: both of shape (n_items, n_classes), or (n_items, n_labels, 2)
            with no in front of yes, whose labels are averaged; answers (n_items,). A loss of the whole batch takes
            (logits, target, weight), weight of shape (n_items,) or None for one everywhere, and answers ().
        hard: The same for hard labels, (logits, label): label is int64, of the logits' shape without the last axis.
            None where only a one-hot target will do.
        reads: What the target is: ``"target"``, label distributions, or ``"counts"``, vote counts.
        ordinal: Whether it reads an order of the classes.
        multilabel: Whether it is defined for multilabel schemes, each label a Bernoulli variable of its own.
        whole_batch: Whether it is one number for a batch, which is not a mean over its items.

    Example:
        >>> Loss(function=lambda logits, target: (logits - target).abs().sum(-1), ordinal=True).reads
        'target'
    """

    function: Callable[..., Tensor]
    hard: Callable[[Tensor, Tensor], Tensor] | None = None
    reads: Literal["target", "counts"] = "target"
    ordinal: bool = False
    multilabel: bool = True
    whole_batch: bool = False


def widened(tensor: Tensor) -> Tensor:
    """Half precision as float32; anything else as it is.

    Example:
        >>> import torch
        >>> widened(torch.zeros(2, dtype=torch.bfloat16)).dtype, widened(torch.zeros(2, dtype=torch.float64)).dtype
        (torch.float32, torch.float64)
    """
    return tensor.float() if tensor.dtype.itemsize < 4 else tensor
