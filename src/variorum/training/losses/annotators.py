"""Cross-entropies to each vote on an item, aggregated: the best served annotator, the mean, the worst served one.

Annotators who gave the same label pay the same, so counts say all. In a multilabel scheme each label is aggregated by
itself: the least cost of a label may be one annotator's and that of the next label another's.
"""

from __future__ import annotations

from variorum.training.losses.base import Tensor, widened
from variorum.training.losses.cross_entropy import cross_entropy

__all__ = ["annotator_max", "annotator_mean", "annotator_min"]


def annotator_min(logits: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy to the vote that the prediction serves best: min over votes of -ln q_vote.

    Args:
        logits: Shape (..., n_classes).
        counts: Vote counts, same shape; only whether a class has votes matters.

    Returns:
        Nats, shape (...), in [0, inf); 0 and without gradient for an item without votes. Where several votes are served
        equally, the gradient is the mean of theirs.

    Source:
        Kurniawan et al. 2026 (Computational Linguistics 52(1)), loss aggregation LA-min.

    Example:
        >>> import torch
        >>> annotator_min(torch.tensor([[0.0, 1.0]]), torch.tensor([[3.0, 1.0]]))
        tensor([0.3133])
    """
    chosen = (counts > 0).float()
    # Classes without votes are too dear for the minimum, unless the item has no vote at all.
    barred = (chosen.amax(-1, keepdim=True) - chosen) * 1e30
    return (barred - widened(logits).log_softmax(-1) * chosen).amin(-1)


def annotator_mean(logits: Tensor, counts: Tensor) -> Tensor:
    """Mean cross-entropy to the votes: `cross_entropy` to their shares.

    Args:
        logits: Shape (..., n_classes).
        counts: Vote counts, same shape.

    Returns:
        Nats, shape (...), in [0, inf); 0 for an item without votes.

    Source:
        Kurniawan et al. 2026, loss aggregation LA-mean.

    Example:
        >>> import torch
        >>> annotator_mean(torch.zeros(1, 2), torch.tensor([[3.0, 1.0]]))
        tensor([0.6931])
    """
    # An item without votes has shares of 0, which cost nothing.
    return cross_entropy(logits, counts / counts.sum(-1, keepdim=True).clamp_min(1e-30))


def annotator_max(logits: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy to the vote that the prediction serves worst: max over votes of -ln q_vote.

    Args:
        logits: Shape (..., n_classes).
        counts: Vote counts, same shape; only whether a class has votes matters.

    Returns:
        Nats, shape (...), in [0, inf); 0 for an item without votes. Where several votes are served equally, the
        gradient is the mean of theirs.

    Source:
        Kurniawan et al. 2026, loss aggregation LA-max.

    Example:
        >>> import torch
        >>> annotator_max(torch.tensor([[0.0, 1.0]]), torch.tensor([[3.0, 1.0]]))
        tensor([1.3133])
    """
    # Costs are not negative, so a class without votes may enter the maximum as 0.
    return (widened(logits).log_softmax(-1) * -(counts > 0).float()).amax(-1)
