"""Whether two solutions lie in one basin: the loss on the straight line between them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from variorum.errors import ArgumentError
from variorum.training.frozen import frozen
from variorum.training.geometry.surface import LossSurface

__all__ = ["LossLine", "loss_line"]

_BATCH_NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d, torch.nn.SyncBatchNorm)


@dataclass(frozen=True, eq=False)
class LossLine:
    """Loss on the line between two solutions.

    Attributes:
        positions: Share of the second solution, from 0 to 1, shape (n_points,).
        loss: Mean loss there, shape (n_points,).
    """

    positions: NDArray[np.float64]
    loss: NDArray[np.float64]

    @property
    def barrier(self) -> float:
        """Largest rise above the straight line between the losses of the ends; 0 where the loss is convex.

        Entezari et al. 2022 (ICLR), equation 1.
        """
        chord = (1.0 - self.positions) * self.loss[0] + self.positions * self.loss[-1]
        return float((self.loss - chord).max())

    @property
    def rise_above_mean(self) -> float:
        """Largest loss less the mean of the ends' losses, which counts a difference between the ends too.

        Frankle et al. 2020 (ICML), "error barrier height". At least `barrier`'s value less half of that difference.
        """
        return float(self.loss.max() - (self.loss[0] + self.loss[-1]) / 2.0)


def loss_line(
    module: Any,
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    batches: Iterable[tuple[Any, Any]],
    loss: Callable[[Any, Any], Any],
    *,
    n_points: int = 21,
    statistics: Iterable[tuple[Any, Any]] | None = None,
) -> LossLine:
    """Mean loss at evenly spaced points between two solutions of one network.

    Floating parameters and buffers are interpolated, the running statistics of batch norm too, and frozen; whole-number
    buffers are the first solution's. Interpolated statistics do not fit the interpolated weights, so that part of a
    barrier may be theirs: give `statistics` to estimate them afresh at every point.

    Args:
        module: A ``torch.nn.Module`` of the solutions' architecture; it stays as it is.
        first: State of the first solution, as of ``module.state_dict()``.
        second: State of the second.
        batches: Pairs (inputs, target) to measure the loss on.
        loss: Takes logits and target and gives one value an item.
        n_points: Number of points with both ends; odd ones see the middle.
        statistics: Pairs (inputs, target) to estimate the statistics of batch norm from, at the ends as well; the
            targets are not used. Batches count equally.

    Returns:
        The line; ``.barrier`` is its height.

    Raises:
        ArgumentError: If there are fewer than three points, the states do not fit each other, or there is no item.
        ShapeError: If the loss does not give one value an item.

    Source:
        Gheibi and Ghazizadeh 2026, linear loss barrier. Statistics estimated afresh: Jordan et al. 2023 (ICLR,
        "REPAIR").

    Example:
        >>> class Well(torch.nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.w = torch.nn.Parameter(torch.zeros(1))
        ...     def forward(self, inputs):
        ...         return self.w * inputs
        >>> batches = [(torch.ones(1, 1), torch.zeros(1, 1))]
        >>> ends = {"w": torch.tensor([-1.0])}, {"w": torch.tensor([1.0])}
        >>> loss_line(Well(), *ends, batches, lambda z, _: (z.square() - 1).square().sum(1), n_points=5).barrier
        1.0
    """
    if n_points < 3:
        raise ArgumentError(f"n_points = {n_points} must be 3 or more: two ends and a point between them.")
    _need_fit(first, second)
    probe = copy.deepcopy(module)
    surface = LossSurface(probe, batches, loss)
    positions = np.linspace(0.0, 1.0, n_points)
    values = []
    for share in positions:
        probe.load_state_dict(_between(first, second, float(share)))
        if statistics is not None:
            _estimate_statistics(probe, statistics)
        values.append(surface.value())
    return LossLine(positions, np.array(values))


def _need_fit(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    odd = sorted(first.keys() ^ second.keys())
    odd += [name for name in first if name in second and first[name].shape != second[name].shape]
    if odd:
        raise ArgumentError(
            f"first and second are no states of one network: {odd[0]!r} is not in both with one shape; "
            f"{len(odd)} entries are affected."
        )


def _between(first: Mapping[str, Any], second: Mapping[str, Any], share: float) -> dict[str, Any]:
    return {
        name: torch.lerp(value, second[name].to(value), share) if value.is_floating_point() else value
        for name, value in first.items()
    }


def _estimate_statistics(module: Any, batches: Iterable[tuple[Any, Any]]) -> None:
    """Set the running statistics of batch norm to their mean over batches, with everything else frozen."""
    norms = [part for part in module.modules() if isinstance(part, _BATCH_NORMS) and part.track_running_stats]
    with frozen(module), torch.no_grad():
        momenta = [part.momentum for part in norms]
        for part in norms:
            part.reset_running_stats()
            part.train()
            part.momentum = None  # a plain mean over batches
        for inputs, _ in batches:
            module(inputs)
        for part, momentum in zip(norms, momenta, strict=True):
            part.momentum = momentum
