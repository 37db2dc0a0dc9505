"""Top eigenvalue and trace of the Hessian of the loss, without the Hessian."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from variorum.checks import as_rng
from variorum.errors import ArgumentError, ConvergenceWarning
from variorum.training.geometry.surface import LossSurface

__all__ = ["HessianTrace", "TopEigenvalue", "hessian_trace", "top_eigenvalue"]

_PROBES_AT_ONCE = 8  # share the graph of a batch, at the price of as many vectors in memory


@dataclass(frozen=True, eq=False)
class TopEigenvalue:
    """The largest eigenvalue of a Hessian.

    Attributes:
        value: The eigenvalue, in units of the loss per squared unit of the parameters.
        residual: Length of H v - value v; some eigenvalue lies no further than that from the value.
        n_iterations: Products of the Hessian with a vector.
        converged: Whether the residual met the tolerance.
        vector: The unit vector v, shape (n_parameters,), a tensor in the order of `LossSurface`.
    """

    value: float
    residual: float
    n_iterations: int
    converged: bool
    vector: Any


@dataclass(frozen=True)
class HessianTrace:
    """The trace of a Hessian, estimated.

    Attributes:
        value: The mean over probes.
        standard_error: Of that mean, over probes; nan for one probe.
        n_probes: Number of probes.
    """

    value: float
    standard_error: float
    n_probes: int


def top_eigenvalue(
    module: Any,
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    rng: np.random.Generator | int,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-3,
) -> TopEigenvalue:
    """Largest eigenvalue of the Hessian of the mean loss, by power iteration.

    Away from a minimum the eigenvalue of largest size may be negative, or take turns with a positive one of the same
    size. Where a first run ends there, a second one on the Hessian plus a multiple of the identity, which lifts the
    whole spectrum above zero, finds the largest, not the one of largest size.

    Args:
        module: A ``torch.nn.Module`` from inputs to logits, as for `LossSurface`; batch norm is frozen.
        batches: Pairs (inputs, target); all of them make up the loss.
        loss: Takes logits and target and gives one value an item.
        rng: Draws the first vector, the same on every device.
        max_iterations: Products of the Hessian with a vector, at most, in each of the one or two runs.
        tolerance: Largest residual, as a share of the size of the eigenvalue, with or without what lifts it.

    Returns:
        The eigenvalue; 0 for a Hessian that is zero.

    Raises:
        ArgumentError: If an option is out of range, or there is no item or parameter.
        ShapeError: If the loss does not give one value an item.
        ConvergenceWarning: If the iterations run out. Eigenvalues of almost the same size make the vector slow, the
            value less so.

    Source:
        Gheibi and Ghazizadeh 2026, lambda_max at the chosen checkpoint. Yao et al. 2020 ("PyHessian") stop by the
        change of the value from one step to the next, which can be small long before the value is near; here the
        residual bounds the error.

    Example:
        >>> network = torch.nn.Linear(2, 1, bias=False)
        >>> batches = [(torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 1))]
        >>> top = top_eigenvalue(network, batches, lambda z, y: (z - y).square().sum(1), np.random.default_rng(0))
        >>> round(top.value, 3), top.converged
        (4.0, True)
    """
    if max_iterations < 1:
        raise ArgumentError(f"max_iterations = {max_iterations} must be 1 or more.")
    if not 0.0 < tolerance < np.inf:
        raise ArgumentError(f"tolerance = {tolerance} must be above 0 and finite.")
    surface = LossSurface(module, batches, loss)
    start = _on_surface(surface, as_rng(rng).standard_normal(surface.n_parameters))
    top = _power_iteration(surface, start, 0.0, max_iterations, tolerance)
    if top.value < 0.0 or not top.converged:
        # A vector that leads to the lowest eigenvalue is no start for the highest; any other is nearer than the first.
        start = start if top.value < 0.0 else top.vector
        # The length of H v for a unit vector, and so as good as the largest size of an eigenvalue.
        lift = float(np.hypot(top.value, top.residual))
        lifted = _power_iteration(surface, start, lift, max_iterations, tolerance)
        top = TopEigenvalue(
            lifted.value, lifted.residual, top.n_iterations + lifted.n_iterations, lifted.converged, lifted.vector
        )
    if not top.converged:
        warnings.warn(
            f"Power iteration stopped after {top.n_iterations} products at {top.value:.4g} with a residual of "
            f"{top.residual:.2g}. Raise max_iterations or the tolerance.",
            ConvergenceWarning,
            stacklevel=2,
        )
    return top


def hessian_trace(
    module: Any,
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    rng: np.random.Generator | int,
    *,
    n_probes: int = 64,
) -> HessianTrace:
    """Trace of the Hessian of the mean loss, estimated by v' H v with random signs v.

    Args:
        module: A ``torch.nn.Module`` from inputs to logits, as for `LossSurface`; batch norm is frozen.
        batches: Pairs (inputs, target); all of them make up the loss.
        loss: Takes logits and target and gives one value an item.
        rng: Draws the probes, the same on every device.
        n_probes: Number of probes.

    Returns:
        An unbiased estimate with its standard error. The variance of a probe is twice the sum of squares off the
        diagonal, so a diagonal Hessian's trace is exact.

    Raises:
        ArgumentError: If there is no probe, item or parameter.
        ShapeError: If the loss does not give one value an item.

    Source:
        Hutchinson 1990 (Communications in Statistics 19), with signs.

    Example:
        >>> network = torch.nn.Linear(2, 1, bias=False)
        >>> batches = [(torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 1))]
        >>> hessian_trace(network, batches, lambda z, y: (z - y).square().sum(1), np.random.default_rng(0), n_probes=2)
        HessianTrace(value=5.0, standard_error=0.0, n_probes=2)
    """
    if n_probes < 1:
        raise ArgumentError(f"n_probes = {n_probes} must be 1 or more.")
    surface, generator = LossSurface(module, batches, loss), as_rng(rng)
    found: list[float] = []
    while len(found) < n_probes:
        n = min(_PROBES_AT_ONCE, n_probes - len(found))
        signs = generator.integers(0, 2, (n, surface.n_parameters), dtype=np.int8) * 2 - 1
        probes = _on_surface(surface, signs)
        found += [_dot(probe, product) for probe, product in zip(probes, surface.hessian_products(probes), strict=True)]
    error = float(np.std(found, ddof=1) / np.sqrt(n_probes)) if n_probes > 1 else float("nan")
    return HessianTrace(float(np.mean(found)), error, n_probes)


def _power_iteration(
    surface: LossSurface, start: Any, lift: float, max_iterations: int, tolerance: float
) -> TopEigenvalue:
    """Eigenvalue of largest size of the Hessian plus `lift` times the identity, less the lift."""
    vector = start / start.norm()
    value = residual = 0.0
    for iteration in range(1, max_iterations + 1):
        product = surface.hessian_products(vector[None])[0] + lift * vector
        lifted = _dot(vector, product)
        value, residual = lifted - lift, float((product - lifted * vector).norm())
        length = float(product.norm())
        if residual <= tolerance * max(abs(lifted), abs(value)):
            return TopEigenvalue(value, residual, iteration, True, vector)
        vector = product / length
    return TopEigenvalue(value, residual, max_iterations, False, vector)


def _dot(left: Any, right: Any) -> float:
    return float(left.double() @ right.double())


def _on_surface(surface: LossSurface, array: Any) -> Any:
    # Drawn by NumPy rather than on the device, so that every device starts from the same vectors.
    return torch.from_numpy(array).to(surface.parameters[0])
