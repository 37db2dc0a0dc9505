"""Soft F1 as a loss: one number for a batch. Of multilabel logits, only the yes of each label counts."""

from __future__ import annotations

from variorum.training.losses.base import Tensor, widened

__all__ = ["soft_macro_f1", "soft_micro_f1"]

# Added to masses that are divided by: no mass at all, in a batch or in a label of it, is an F1 of 0.
_TINY = 1e-15


def soft_micro_f1(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """1 minus the soft micro F1 of the batch: 1 - 2 sum min(p, q) / sum (p + q).

    With one label an item and equal weights it is the mean of `total_variation`: it tells more for multilabel schemes.

    Args:
        logits: Shape (n_items, n_classes), or (n_items, n_labels, 2).
        target: Label distributions, same shape.
        weight: Multiplier of each item's mass, shape (n_items,); None for one everywhere.

    Returns:
        Shape (), in [0, 1]; 1 and without gradient where there is no mass. Where a class has its target exactly, its
        subgradient is that of a class with too much mass.

    Source:
        Kurniawan et al. 2026 (Computational Linguistics 52(1)); `variorum.evaluation.soft_micro_f1`.

    Example:
        >>> import torch
        >>> soft_micro_f1(torch.zeros(1, 2), torch.tensor([[0.2, 0.8]]))
        tensor(0.3000)
    """
    return 1.0 - _soft_f1(logits, target, weight, (0, 1))


def soft_macro_f1(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """1 minus the soft macro F1 of the batch: the soft F1 of each class or label, averaged.

    A class that nobody chose in the batch scores 0 whatever is predicted, and gives no gradient: keep batches large.

    Args:
        logits: Shape (n_items, n_classes), or (n_items, n_labels, 2).
        target: Label distributions, same shape.
        weight: Multiplier of each item's mass, shape (n_items,); None for one everywhere.

    Returns:
        Shape (), in [0, 1]; 1 and without gradient where all weights are 0. Subgradients as for `soft_micro_f1`.

    Source:
        Kurniawan et al. 2026; `variorum.evaluation.soft_macro_f1`, which leaves out classes without mass on either
        side: a softmax gives mass to all.

    Example:
        >>> import torch
        >>> soft_macro_f1(torch.zeros(1, 2), torch.tensor([[0.2, 0.8]]))
        tensor(0.3297)
    """
    return 1.0 - _soft_f1(logits, target, weight, (0,)).mean()


def _soft_f1(logits: Tensor, target: Tensor, weight: Tensor | None, axes: tuple[int, ...]) -> Tensor:
    """Soft F1 of the mass that is summed over some axes."""
    model = widened(logits).softmax(-1)
    if model.ndim == 3:
        model, target = model[..., 1], target[..., 1]
    missing = (target - model).relu()
    if weight is not None:
        column = weight.unsqueeze(-1)
        model, target, missing = model * column, target * column, missing * column
    people = target.sum(axes)
    return 2.0 * (people - missing.sum(axes)) / (people + model.sum(axes) + _TINY)
