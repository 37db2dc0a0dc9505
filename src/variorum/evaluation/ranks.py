"""Methods ranked over data sets, the data set being the unit: are they alike, and which are told apart?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, rankdata, studentized_range

from variorum.checks import as_array
from variorum.errors import ArgumentError

__all__ = ["FriedmanTest", "friedman", "nemenyi_difference"]

# Scores that differ by rounding alone are ties.
_DECIMALS = 12


@dataclass(frozen=True, eq=False)
class FriedmanTest:
    """Result of `friedman`.

    Attributes:
        mean_ranks: Mean rank of each method, 1 is best, shape (n_methods,).
        statistic: Friedman's chi-square, corrected for ties; nan where it is undefined.
        p_value: Of the hypothesis that all methods are alike, by the chi-square approximation; nan where undefined.
        n_blocks: Data sets.
    """

    mean_ranks: NDArray[np.float64]
    statistic: float
    p_value: float
    n_blocks: int


def friedman(scores: ArrayLike, *, higher: bool = False) -> FriedmanTest:
    """Rank methods on each data set, and test whether they are all alike.

    Args:
        scores: Score of each method on each data set, finite, shape (n_blocks, n_methods).
        higher: Whether more is better.

    Returns:
        Mean ranks, statistic and p value. Equal scores (to 12 decimals) share their mean rank. Statistic and p are nan
        with fewer than three methods or data sets, and where all methods tie on every data set.

    Raises:
        ShapeError: If the array is not two-dimensional.
        ArgumentError: If it is empty or a score is not finite.

    Source:
        Friedman 1937; Demšar 2006 (JMLR 7), section 3.2.2. The chi-square approximation is conservative with few data
        sets.

    Example:
        >>> test = friedman([[0.1, 0.2, 0.3], [0.2, 0.1, 0.3], [0.1, 0.2, 0.4], [0.3, 0.4, 0.5]])
        >>> test.mean_ranks, round(test.statistic, 4), round(test.p_value, 4)
        (array([1.25, 1.75, 3.  ]), 6.5, 0.0388)
    """
    table = as_array("scores", scores, 2)
    if table.size == 0:
        raise ArgumentError(f"scores must hold a data set and a method at least; its shape is {table.shape}.")
    if not np.isfinite(table).all():
        block, method = np.argwhere(~np.isfinite(table))[0]
        n_bad = int((~np.isfinite(table)).sum())
        raise ArgumentError(
            f"scores[{block}, {method}] is {table[block, method]}, and ranks need finite scores; {n_bad} of "
            f"{table.size} are not. Leave the method or the data set out."
        )
    n_blocks, n_methods = table.shape
    ranks = rankdata((-table if higher else table).round(_DECIMALS), axis=1)
    mean_ranks = np.asarray(ranks.mean(axis=0), np.float64)
    # Variance of the ranks within data sets, which ties make smaller: with it the statistic is corrected for them.
    spread = float(np.square(ranks - (n_methods + 1) / 2).sum()) / (n_methods - 1) if n_methods > 1 else 0.0
    if n_methods < 3 or n_blocks < 3 or spread == 0.0:
        return FriedmanTest(mean_ranks, float("nan"), float("nan"), n_blocks)
    statistic = n_blocks**2 * float(np.square(mean_ranks - (n_methods + 1) / 2).sum()) / spread
    return FriedmanTest(mean_ranks, statistic, float(chi2.sf(statistic, n_methods - 1)), n_blocks)


def nemenyi_difference(n_methods: int, n_blocks: int, *, level: float = 0.05) -> float:
    """The difference of two mean ranks from which Nemenyi's test tells two methods apart, all pairs being tested.

    Args:
        n_methods: Methods ranked, at least 2.
        n_blocks: Data sets, at least 1.
        level: Of the test, in (0, 1).

    Returns:
        In ranks, above 0. Where it exceeds `n_methods` - 1 no pair can be told apart.

    Raises:
        ArgumentError: If an argument is out of range.

    Source:
        Nemenyi 1963; Demšar 2006, section 3.2.2 and table 5: the studentized range with infinitely many degrees of
        freedom, divided by the root of 2.

    Example:
        >>> round(nemenyi_difference(4, 14), 2)
        1.25
    """
    if n_methods < 2 or n_blocks < 1:
        raise ArgumentError(f"n_methods must be 2 or more and n_blocks 1 or more, not {n_methods} and {n_blocks}.")
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level = {level} must lie between 0 and 1.")
    quantile = float(studentized_range.ppf(1.0 - level, n_methods, np.inf)) / np.sqrt(2.0)
    return float(quantile * np.sqrt(n_methods * (n_methods + 1) / (6.0 * n_blocks)))
