"""How fast the loss rises around a solution: along its gradient and along random directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_rng, as_vector
from variorum.errors import ArgumentError
from variorum.training.geometry.surface import LossSurface

__all__ = ["Sharpness", "sharpness"]


@dataclass(frozen=True, eq=False)
class Sharpness:
    """Rise of the loss at some distances from a solution.

    Attributes:
        loss: Mean loss at the solution.
        gradient_norm: Length of its gradient.
        radii: The distances, in the Euclidean norm of all parameters, shape (n_radii,).
        along_gradient: Loss at each distance up the gradient, less `loss`, shape (n_radii,); nan where the gradient is
            zero and has no direction.
        along_random: The same along each random direction, shape (n_directions, n_radii).
    """

    loss: float
    gradient_norm: float
    radii: NDArray[np.float64]
    along_gradient: NDArray[np.float64]
    along_random: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean rise over random directions, shape (n_radii,)."""
        return np.asarray(self.along_random.mean(axis=0))

    @property
    def standard_error(self) -> NDArray[np.float64]:
        """Standard error of `mean`, over directions, shape (n_radii,); nan for one direction."""
        n = len(self.along_random)
        if n < 2:
            return np.full(self.radii.size, np.nan)
        return np.asarray(self.along_random.std(axis=0, ddof=1) / np.sqrt(n))


def sharpness(
    module: Any,
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    rng: np.random.Generator | int,
    *,
    radii: ArrayLike = (0.05,),
    n_directions: int = 20,
) -> Sharpness:
    """Rise of the mean loss at given distances up the gradient and along random directions.

    Two networks of the same function can differ in it, where a layer's scale is undone by the next: compare networks of
    one architecture, trained with one weight decay, and look at several radii.

    Args:
        module: A ``torch.nn.Module`` from inputs to logits, as for `LossSurface`; batch norm is frozen.
        batches: Pairs (inputs, target); all of them make up the loss.
        loss: Takes logits and target and gives one value an item.
        rng: Draws the directions, uniform on the unit sphere, the same on every device.
        radii: Distances, above 0, shape (n_radii,).
        n_directions: Number of random directions.

    Returns:
        The rises. For a quadratic with gradient g and Hessian H they are r |g| + r^2 g'Hg / (2 g'g) up the gradient,
        and r^2 trace(H) / (2 n_parameters) on average over directions.

    Raises:
        ArgumentError: If a radius is not above 0, there is no direction, or there is no item or parameter.
        ShapeError: If the loss does not give one value an item.

    Source:
        Foret et al. 2021 (ICLR, "Sharpness-Aware Minimization"), equation 2: a step of length 0.05 up the gradient is
        their first-order worst case.

    Example:
        >>> network = torch.nn.Linear(1, 1, bias=False)
        >>> network.weight.data.fill_(1.0)
        tensor([[1.]])
        >>> batches = [(torch.ones(1, 1), torch.zeros(1, 1))]
        >>> def squares(z, target):
        ...     return (z - target).square().sum(1)
        >>> found = sharpness(network, batches, squares, np.random.default_rng(0), radii=[1.0])
        >>> found.loss, found.along_gradient  # from 1 to 2 squared
        (1.0, array([3.]))
    """
    lengths = as_vector("radii", radii)
    bad = np.flatnonzero(lengths <= 0.0)
    if bad.size:
        raise ArgumentError(f"radii[{bad[0]}] = {lengths[bad[0]]} must be above 0; {bad.size} are affected.")
    if n_directions < 1:
        raise ArgumentError(f"n_directions = {n_directions} must be 1 or more.")
    surface, generator = LossSurface(module, batches, loss), as_rng(rng)
    here, gradient = surface.value(), surface.gradient()
    norm = float(gradient.double().norm())
    up = np.full(lengths.size, np.nan)
    if norm > 0.0:
        up = _rises(surface, gradient / norm, lengths, here)
    rises = []
    for _ in range(n_directions):
        direction = generator.standard_normal(surface.n_parameters)
        direction /= np.linalg.norm(direction)
        rises.append(_rises(surface, torch.from_numpy(direction).to(gradient), lengths, here))
    return Sharpness(here, norm, lengths, up, np.stack(rises))


def _rises(surface: LossSurface, direction: Any, radii: NDArray[np.float64], here: float) -> NDArray[np.float64]:
    return np.array([surface.value(float(radius) * direction) - here for radius in radii])
