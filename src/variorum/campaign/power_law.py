"""A power law of the score in items and overlap, fitted to learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["RATES", "PowerLaw", "fit_lines", "fit_power_law"]

RATES: Final = np.linspace(0.1, 1.0, 10)
"""Rates of falling that are looked at."""

_REDUNDANCIES: Final = np.linspace(0.0, 1.0, 11)


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """``level + scale * m ** -rate``, of m effective votes; one law a curve.

    An overlap of k votes on each of n items makes ``m = n k / (1 + (k - 1) redundancy)``: with redundancy 0 a further
    vote on an old item is worth as much as one on a new item, with 1 it is worth nothing.

    Attributes:
        level: What endless votes leave, shape (n_curves,), 0 or more.
        scale: Shape (n_curves,), 0 or more.
        rate: In [0.1, 1], shape (n_curves,).
        redundancy: In [0, 1], shape (n_curves,).
    """

    level: NDArray[np.float64]
    scale: NDArray[np.float64]
    rate: NDArray[np.float64]
    redundancy: NDArray[np.float64]

    def at(self, items: float, overlap: float = 1.0) -> NDArray[np.float64]:
        """The score at some items and overlap, shape (n_curves,)."""
        effective = items * overlap / (1 + (overlap - 1) * self.redundancy)
        return np.asarray(self.level + self.scale * effective**-self.rate, np.float64)

    def items_for(self, target: float, overlap: float = 1.0) -> NDArray[np.float64]:
        """Items at which the score reaches a target, shape (n_curves,); infinite where endless votes do not."""
        room = target - self.level
        reached = (room > 0) & (self.scale > 0)
        with np.errstate(over="ignore"):
            effective = np.divide(self.scale, room, out=np.full(self.level.shape, np.inf), where=reached) ** (
                1 / self.rate
            )
        effective[(self.scale == 0) & (room >= 0)] = 0.0
        return np.asarray(effective * (1 + (overlap - 1) * self.redundancy) / overlap, np.float64)


def fit_power_law(
    items: NDArray[np.float64],
    overlap: NDArray[np.float64],
    scores: NDArray[np.float64],
    rng: np.random.Generator | None = None,
) -> PowerLaw:
    """Fit curves by least squares; rate and redundancy on a grid, level and scale not below 0.

    Args:
        items: Items of each point, shape (n_points,).
        overlap: Votes on each of them, shape (n_points,).
        scores: The curves, lower is better, shape (n_curves, n_points).
        rng: Draws rate and redundancy of each curve by how well they fit, in place of the best: points that a slow fall
            and a fast one fit nearly alike say little of what lies beyond them.

    Returns:
        The laws. With one overlap alone nothing is known of redundancy, and it is 0.

    Source:
        Drawing: their posterior with a flat prior, the variance of the points integrated out.

    Example:
        >>> n = np.array([25.0, 50, 100, 200])
        >>> law = fit_power_law(n, np.ones(4), (0.1 + n**-0.5)[None])
        >>> law.at(400).round(3), law.items_for(0.15).round()
        (array([0.15]), array([400.]))
    """
    redundancies = _REDUNDANCIES if np.unique(overlap).size > 1 else _REDUNDANCIES[:1]
    grid = np.array([(rate, redundancy) for redundancy in redundancies for rate in RATES])
    points = [(items * overlap / (1 + (overlap - 1) * shared)) ** -rate for rate, shared in grid]
    chosen, level, scale = fit_lines(points, scores, rng)
    return PowerLaw(level, scale, grid[chosen, 0], grid[chosen, 1])


def fit_lines(
    points: Sequence[NDArray[np.float64]], scores: NDArray[np.float64], rng: np.random.Generator | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Fit each curve by a line in one of several variables, with coefficients not below 0.

    Args:
        points: The variables, each of shape (n_points,).
        scores: The curves, shape (n_curves, n_points).
        rng: Draws the variable of each curve by how well it fits, in place of the best.

    Returns:
        Which variable, level and slope of each curve, shape (n_curves,) each.
    """
    level, slope, error = (np.stack(each) for each in zip(*(_line(x, scores) for x in points), strict=True))
    if rng is None:
        # Ties, and what differs by rounding alone, go to the first of the grid.
        chosen = (error < error.min(axis=0) + 1e-15).argmax(axis=0)
    else:
        freedom = max(scores.shape[1] - 2, 1)
        fit = -freedom / 2 * np.log(error + 1e-15)
        chosen = (fit + rng.gumbel(size=fit.shape)).argmax(axis=0)
    curve = np.arange(scores.shape[0])
    return chosen, level[chosen, curve], slope[chosen, curve]


def _line(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Least squares of rows y on 1 and x with coefficients not below 0; the squared error, too."""
    centred = x - x.mean()
    total = float(centred @ centred)
    slope = y @ centred / total if total > 0 else np.zeros(y.shape[0])
    level = y.mean(axis=1) - slope * x.mean()
    # Where a coefficient would be negative it is 0, and the other is fitted alone.
    slope = np.where(level < 0, y @ x / (x @ x), np.maximum(slope, 0.0))
    level = np.where(level < 0, 0.0, y.mean(axis=1) - slope * x.mean())
    slope = np.maximum(slope, 0.0)
    return level, slope, np.asarray(((y - level[:, None] - slope[:, None] * x) ** 2).sum(axis=1), np.float64)
