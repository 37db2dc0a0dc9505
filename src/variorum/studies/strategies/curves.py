"""Learning curves: the mean height of one, and the money at which it reaches a score.

A curve is piecewise linear between the rounds in which it was measured, and level before the first and after the last.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.checks import as_vector
from variorum.errors import ArgumentError
from variorum.reporting.study import Curve

__all__ = ["N_GRID", "area_weights", "drawn_curve", "first_reach", "heights_at", "seed_weights"]

Array = NDArray[np.float64]

N_GRID: Final = 241
"""Places at which curves of seeds are averaged, as many as leave a first crossing where it is."""

_POINTS: Final = 15
"""Places at which a curve is drawn."""

_ENDS: Final = (0.025, 0.975)


def heights_at(spent: Array, scores: Array, at: Array) -> Array:
    """Heights of curves between their points.

    Args:
        spent: Where they were measured, increasing, shape (n_rounds,).
        scores: The scores there, shape (n_rounds,) or (n_rounds, n_curves).
        at: Where the heights are wanted, shape (n_at,).

    Returns:
        Shape (n_at,) or (n_at, n_curves).

    Example:
        >>> heights_at(np.array([1.0, 3.0]), np.array([0.5, 0.1]), np.array([0.0, 2.0, 9.0]))
        array([0.5, 0.3, 0.1])
    """
    return np.asarray(_matrix(spent, at) @ scores, np.float64)


def area_weights(spent: Array, low: float, high: float) -> Array:
    """What each round counts in the mean height of a curve: the area under it, divided by its width.

    Args:
        spent: Where the curve was measured, increasing, shape (n_rounds,).
        low: Where the area begins.
        high: Where it ends, above `low`.

    Returns:
        Weights that sum to one, shape (n_rounds,); their product with the scores is the mean height, exactly.

    Raises:
        ArgumentError: If `spent` does not increase, or `high` is not above `low`.

    Example:
        >>> area_weights(np.array([0.0, 1.0, 2.0]), 0.0, 2.0)
        array([0.25, 0.5 , 0.25])
    """
    rounds = as_vector("spent", spent)
    if rounds.size == 0 or not (np.diff(rounds) > 0).all():
        raise ArgumentError("spent must hold a round at least and increase from round to round.")
    if not high > low:
        raise ArgumentError(f"high = {high} must be above low = {low}.")
    knots = np.unique(np.concatenate([[low, high], rounds[(rounds > low) & (rounds < high)]]))
    width = np.diff(knots)
    trapezoids = (np.append(width, 0.0) + np.append(0.0, width)) / (2.0 * (high - low))
    return np.asarray(trapezoids @ _matrix(rounds, knots), np.float64)


def first_reach(at: Array, curves: Array, targets: Array) -> Array:
    """Where curves first come down to a target.

    Args:
        at: Where the curves were measured, increasing, shape (n_at,).
        curves: Heights, lower is better, shape (n_curves, n_at).
        targets: One a curve, shape (n_curves,).

    Returns:
        Shape (n_curves,), between the ends of `at`; its first value for a curve that begins at its target or below, nan
        for one that never gets there.

    Example:
        >>> curves = np.array([[0.5, 0.3, 0.1], [0.5, 0.4, 0.4]])
        >>> first_reach(np.array([100.0, 200.0, 300.0]), curves, np.array([0.2, 0.2]))
        array([250.,  nan])
    """
    below = curves <= targets[:, None]
    found = below.argmax(axis=1)
    rows = np.arange(len(curves))
    before = np.maximum(found - 1, 0)
    above, under = curves[rows, before], curves[rows, found]
    # A curve that begins below has no step down: its share of one is 0.
    step = np.where(above > under, above - under, 1.0)
    share = np.clip((above - targets) / step, 0.0, 1.0)
    reached = at[before] + share * (at[found] - at[before])
    return np.where(below.any(axis=1), reached, np.nan)


def seed_weights(n_seeds: int, draws: int) -> Array:
    """Weights of seeds in a mean over them, and in means over seeds drawn anew, the same ones at every call.

    Args:
        n_seeds: How many seeds.
        draws: How many times they are drawn.

    Returns:
        Shape (draws + 1, n_seeds), rows sum to one; the first row is every seed once.

    Example:
        >>> seed_weights(4, 2)[0], seed_weights(4, 2).sum(axis=1)
        (array([0.25, 0.25, 0.25, 0.25]), array([1., 1., 1.]))
    """
    drawn = np.random.default_rng(0).multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), draws)
    return np.vstack([np.ones(n_seeds), drawn]) / n_seeds


def drawn_curve(name: str, at: Array, heights: Array, draws: int) -> Curve:
    """Curves of seeds as a chart shows them: their mean, with 95 % intervals over seeds at a few places.

    Args:
        name: Of the curve.
        at: Where the heights are, in the units of the chart, increasing, shape (n_at,).
        heights: Shape (n_seeds, n_at).
        draws: Resamples behind each interval, the same ones for every curve of as many seeds.

    Returns:
        The curve.

    Example:
        >>> drawn_curve("random", np.array([100.0, 200.0]), np.array([[0.5, 0.25], [0.5, 0.75]]), 50).y[-1]
        0.5
    """
    where = np.unique(np.linspace(0, at.size - 1, _POINTS).round().astype(int))
    means = seed_weights(len(heights), draws) @ heights[:, where]
    low, high = np.quantile(means[1:], _ENDS, axis=0)
    return Curve(
        name,
        tuple(at[where].round(1).tolist()),
        tuple(means[0].tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
    )


def _matrix(spent: Array, at: Array) -> Array:
    """Weights of the rounds in the heights at some places, shape (n_at, n_rounds)."""
    right = np.clip(np.searchsorted(spent, at), 0, spent.size - 1)
    left = np.maximum(right - 1, 0)
    width = spent[right] - spent[left]
    share = np.clip((at - spent[left]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    share = np.where(width > 0, share, 0.0)
    matrix = np.zeros((at.size, spent.size))
    rows = np.arange(at.size)
    np.add.at(matrix, (rows, left), 1.0 - share)
    np.add.at(matrix, (rows, right), share)
    return matrix
