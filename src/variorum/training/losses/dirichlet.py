"""A Dirichlet over label distributions, fitted to votes: it learns how much people vary and how sure that is."""

from __future__ import annotations

from variorum.training.losses.base import Tensor, widened

__all__ = ["concentration", "dirichlet_multinomial"]

# Least concentration. Its trigamma, 1e32, fits a float32; a class that is given up can still be won back by a vote.
_TINY = 1e-16


def concentration(logits: Tensor) -> Tensor:
    """Dirichlet concentration that logits stand for: softplus(logits) and a tiny bit.

    The predicted label distribution is its share of the sum, *not* softmax(logits).

    Args:
        logits: Shape (..., n_classes).

    Returns:
        Same shape, above 0.

    Example:
        >>> import torch
        >>> concentration(torch.tensor([[-80.0, 0.0, 80.0]]))
        tensor([[1.0000e-16, 6.9315e-01, 8.0000e+01]])
    """
    wide = widened(logits)
    return wide.logaddexp(wide.new_zeros(())) + _TINY


def dirichlet_multinomial(logits: Tensor, counts: Tensor) -> Tensor:
    """Negative log-likelihood of an item's votes, in their order, under the Dirichlet of its logits.

    Every vote counts: an item with fifty votes weighs more than one with two, unlike under a loss of their shares.

    Args:
        logits: Shape (..., n_classes), read by `concentration`.
        counts: Vote counts, same shape; need not be whole numbers.

    Returns:
        Nats an item, not a vote, shape (...), in [0, inf); 0 for an item without votes.

    Source:
        Minka 2000, "Estimating a Dirichlet distribution"; `variorum.evaluation.dirichlet_multinomial_nll`. The
        multinomial coefficient, which no parameter moves, is left out.

    Example:
        >>> import torch
        >>> dirichlet_multinomial(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
        tensor([0.6931])
    """
    alpha = concentration(logits)
    return _log_rise(alpha.sum(-1), counts.sum(-1)) - _log_rise(alpha, counts).sum(-1)


def _log_rise(start: Tensor, by: Tensor) -> Tensor:
    """Logarithm of the rising factorial: ln Γ(start + by) - ln Γ(start)."""
    return (start + by).lgamma() - start.lgamma()
