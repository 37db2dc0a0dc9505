"""May it be chance? Upper tails of sums over votes, of votes given to one annotator, and of items never asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

__all__ = ["empty_tail", "share_tail", "sum_tail"]


def sum_tail(
    values: NDArray[np.float64], items: NDArray[np.int64], variances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability that a sum over votes lies this far above 0 by chance.

    Votes on one item may depend on each other, so an item's votes count as one draw. The variance is the larger one of
    what the items show and of what the votes are expected to have: an event that is rare and was not seen yet would
    otherwise make its absence look certain.

    Args:
        values: One a vote, of expectation 0 or less if nothing is wrong, shape (n_votes, n_sums).
        items: Item of each vote, a code from 0, shape (n_votes,).
        variances: Expected variance of each value, shape (n_votes, n_sums).

    Returns:
        Probabilities in [0, 1], shape (n_sums,); 1 where nothing varies.

    Example:
        >>> values = np.full((9, 1), 0.5)
        >>> sum_tail(values, np.arange(9), np.full((9, 1), 0.25)).round(5)
        array([0.00135])
    """
    n = int(items.max(initial=-1)) + 1
    by_item = np.stack([np.bincount(items, column, n) for column in values.T], axis=1)
    seen, foreseen = (by_item**2).sum(axis=0), variances.sum(axis=0)
    spread = np.sqrt(np.maximum(seen, foreseen))
    score = np.divide(values.sum(axis=0), spread, out=np.full(spread.shape, -np.inf), where=spread > 0)
    return np.asarray(ndtr(-score), np.float64)


def share_tail(observed: NDArray[np.int64] | int, expected: NDArray[np.float64] | float, n: int) -> NDArray[np.float64]:
    """Probability of so many hits or more in n independent draws whose chances may differ.

    Args:
        observed: Hits.
        expected: Hits expected: the chances' sum, in [0, n].
        n: Draws, at least 1.

    Returns:
        The binomial tail of the mean chance, which bounds that of differing chances from one above the mean upward
        (Hoeffding 1956); 1 up to there.

    Example:
        >>> share_tail(5, 2.5, 5).round(5)
        np.float64(0.03125)
    """
    hits, mean = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    chance = np.clip(mean / n, 0.0, 1.0)
    tail = betainc(np.maximum(hits, 1), np.maximum(n - hits, 0) + 1, chance)
    return np.asarray(np.where(hits > mean + 1, tail, 1.0), np.float64)


def empty_tail(empty: int, n_items: int, n_draws: int) -> float:
    """Probability that so many of n items or more are never drawn in random draws with replacement.

    Args:
        empty: Items never drawn.
        n_items: Items, at least 1.
        n_draws: Draws.

    Returns:
        The normal tail with the exact mean and variance; draws without replacement leave fewer items empty.

    Source:
        The classical occupancy problem: mean ``n (1 - 1/n)^m``, variance from the chance ``(1 - 2/n)^m`` that two
        items are both empty.

    Example:
        >>> round(empty_tail(37, 100, 100), 2)
        0.51
        >>> empty_tail(80, 100, 100) < 1e-9
        True
    """
    one = (1 - 1 / n_items) ** n_draws
    two = max(1 - 2 / n_items, 0.0) ** n_draws
    mean = n_items * one
    variance = mean + n_items * (n_items - 1) * two - mean**2
    if variance <= 1e-12:
        return 1.0 if empty <= mean + 0.5 else 0.0
    # Counts are whole, so half of one is taken off.
    return float(ndtr(-(empty - 0.5 - mean) / np.sqrt(variance)))
