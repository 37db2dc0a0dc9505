"""Divergences whose gradients are not that of cross-entropy: reverse KL, Jensen-Shannon, total variation and others."""

from __future__ import annotations

from variorum.training.losses.base import Tensor, widened

__all__ = ["brier", "hellinger", "js", "reverse_kl", "total_variation"]

# Keeps logarithms finite where target and prediction both vanish; its square too fits a float32.
_TINY = 1e-18
# Under the root of a squared distance: the derivatives of the root are finite at 0, and float32 noise is larger.
_CUSP = 1e-24


def reverse_kl(logits: Tensor, target: Tensor, smoothing: float = 1e-4) -> Tensor:
    """KL(softmax(logits) || smoothed target): drawn to the target's modes, where `kl` covers all of it.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.
        smoothing: Share of the uniform distribution mixed into the target; without any, mass on a class that nobody
            chose would cost infinity. Two hundred votes could not tell 1e-4 from none.

    Returns:
        Nats, shape (...), in [0, ln(n_classes / smoothing)] up to rounding.

    Example:
        >>> import torch
        >>> reverse_kl(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]])).abs() < 1e-6
        tensor([True])
    """
    log_q = widened(logits).log_softmax(-1)
    smoothed = target * (1.0 - smoothing) + smoothing / target.shape[-1]
    return (log_q.exp() * (log_q - smoothed.log())).sum(-1)


def js(logits: Tensor, target: Tensor) -> Tensor:
    """Jensen-Shannon divergence of target and softmax(logits): no square root, in nats.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Nats, shape (...), in [0, ln 2] up to rounding (1e-7 in float32).

    Source:
        Lin 1991; as a loss, Kurniawan et al. 2026 (Computational Linguistics 52(1)). Written as
        (sum p ln 4p + sum q ln q - sum (p + q) ln(p + q)) / 2, with ln q from the logits: no logarithm of an underflow
        enters a gradient.

    Example:
        >>> import torch
        >>> js(torch.tensor([[-80.0, 80.0]]), torch.tensor([[1.0, 0.0]]))
        tensor([0.6931])
    """
    log_q = widened(logits).log_softmax(-1)
    q = log_q.exp()
    log_both = (q + target.clamp_min(_TINY)).log()
    of_target = target.xlogy(target * 4.0).addcmul(target, log_both, value=-1.0)
    return (q * (log_q - log_both) + of_target).sum(-1) * 0.5


def total_variation(logits: Tensor, target: Tensor) -> Tensor:
    """Total variation distance of target and softmax(logits): the mass by which the prediction exceeds the target.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Shape (...), in [0, 1]. Where a class has its target exactly, its subgradient is that of a class with too little
        mass; at prediction = target the gradient is 0.

    Source:
        Half of L1; 1 minus the soft accuracy of Kurniawan et al. 2026.

    Example:
        >>> import torch
        >>> total_variation(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
        tensor([0.5000])
    """
    return (widened(logits).softmax(-1) - target).relu().sum(-1)


def hellinger(logits: Tensor, target: Tensor) -> Tensor:
    """Hellinger distance of target and softmax(logits): sqrt(sum_k (sqrt p_k - sqrt q_k)^2 / 2).

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Shape (...), in [0, 1] up to 1e-12. Like any distance it has a cusp at prediction = target: gradients keep their
        length up to it, there the subgradient 0 is taken, and second derivatives are huge.

    Source:
        Hellinger 1909, with the factor 1/2 that makes 1 its maximum.

    Example:
        >>> import torch
        >>> hellinger(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
        tensor([0.5412])
    """
    # The root of a probability is the exponential of half its logarithm, whose derivative stays finite at 0.
    gap = (widened(logits).log_softmax(-1) * 0.5).exp() - target.sqrt()
    return ((gap * gap).sum(-1) * 0.5 + _CUSP).sqrt()


def brier(logits: Tensor, target: Tensor) -> Tensor:
    """Brier score of softmax(logits): squared differences from the target, summed over classes and not halved.

    Args:
        logits: Shape (..., n_classes).
        target: Label distributions, same shape.

    Returns:
        Shape (...), in [0, 2].

    Source:
        Brier 1950.

    Example:
        >>> import torch
        >>> brier(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))
        tensor([0.5000])
    """
    gap = widened(logits).softmax(-1) - target
    return (gap * gap).sum(-1)
