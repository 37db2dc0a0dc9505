"""Bootstrap intervals of agreement over items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from variorum.errors import ArgumentError
from variorum.evaluation.agreement._scale import FloatArray

__all__ = ["AgreementInterval", "check_draws", "interval_of", "item_draws", "percentiles", "resample"]

_CELLS = 4_000_000


@dataclass(frozen=True)
class AgreementInterval:
    """A measure of agreement with its bootstrap percentile interval over items.

    Attributes:
        value: The measure on the data as they are.
        low: Lower end; nan without draws.
        high: Upper end; nan without draws.
        level: Nominal probability of the interval.
        n_draws: Number of resamples.
        n_undefined: Resamples on which the measure is undefined, as where all votes drawn are alike; they are left out
            of the interval.
    """

    value: float
    low: float
    high: float
    level: float
    n_draws: int
    n_undefined: int


def item_draws(n_items: int, rng: np.random.Generator, n_draws: int) -> Iterator[FloatArray]:
    """Resamples of the items, with replacement, as how often each is drawn.

    Args:
        n_items: Number of items.
        rng: Source of the draws.
        n_draws: Number of resamples.

    Yields:
        Multiplicities, shape (n, n_items), each row with sum n_items, n_draws rows in all; as many at a time as fit
        into some 30 MB.
    """
    chunk = max(1, _CELLS // max(n_items, 1))
    for start in range(0, n_draws, chunk):
        n = min(chunk, n_draws - start)
        drawn = rng.integers(n_items, size=(n, n_items)) if n_items else np.zeros((n, 0), np.int64)
        cells = (drawn + np.arange(n)[:, None] * n_items).ravel()
        yield np.bincount(cells, minlength=n * n_items).reshape(n, n_items).astype(np.float64)


def check_draws(n_draws: int, level: float) -> None:
    """Validate a number of resamples and the probability of an interval.

    Raises:
        ArgumentError: If either is out of range.
    """
    if n_draws < 0:
        raise ArgumentError(f"n_draws must be 0 or more, not {n_draws}.")
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie strictly between 0 and 1, not {level}.")


def percentiles(values: FloatArray, level: float) -> FloatArray:
    """Both ends of a percentile interval of the defined values, shape (2,); nan if there are none."""
    defined = values[~np.isnan(values)]
    if not defined.size:
        return np.full(2, np.nan)
    return np.quantile(defined, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])


def resample(
    measures: Sequence[Callable[[FloatArray], FloatArray]],
    n_items: int,
    rng: np.random.Generator,
    *,
    n_draws: int,
    level: float,
) -> list[FloatArray]:
    """Values of several measures over the same resamples of items.

    Args:
        measures: Each takes multiplicities, shape (n, n_items), and gives an array of shape (n, ...).
        n_items: Number of items.
        rng: Source of the draws.
        n_draws: Number of resamples; 0 for none.
        level: Probability of the intervals that are made of them, in (0, 1).

    Returns:
        Values of each measure, shape (n_draws, ...); of shape (0,) without draws.

    Raises:
        ArgumentError: If the number of draws or the level is out of range.
    """
    check_draws(n_draws, level)
    found: list[list[FloatArray]] = [[] for _ in measures]
    for w in item_draws(n_items, rng, n_draws):
        for measure, draws in zip(measures, found, strict=True):
            draws.append(measure(w))
    return [np.concatenate(draws) if draws else np.zeros(0) for draws in found]


def interval_of(value: float, draws: FloatArray, level: float) -> AgreementInterval:
    """A value with the percentile interval of its resamples.

    Args:
        value: On the data as they are.
        draws: On the resamples, shape (n_draws,).
        level: Probability of the interval.

    Returns:
        The interval; draws on which the measure is undefined are counted and left out.
    """
    low, high = percentiles(draws, level)
    return AgreementInterval(value, float(low), float(high), level, draws.size, int(np.isnan(draws).sum()))
