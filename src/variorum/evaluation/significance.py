"""Is a difference more than chance, and is its absence more than lack of data?

Differences are ``a - b`` of paired scores: two methods on the same items, or on the same seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_choice, as_rng, as_vector
from variorum.errors import ArgumentError

__all__ = [
    "EXACT_PAIRS",
    "EquivalenceTest",
    "Interval",
    "SignFlipTest",
    "equivalence_test",
    "holm",
    "nested_interval",
    "paired_bootstrap",
    "sign_flip_test",
    "two_level_interval",
]

Alternative = Literal["two-sided", "less", "greater"]

EXACT_PAIRS = 20
"""Up to this many pairs that differ, `sign_flip_test` counts every assignment of signs."""


@dataclass(frozen=True)
class Interval:
    """A mean with a bootstrap percentile interval.

    Attributes:
        mean: The mean of the data as they are.
        low: Lower end.
        high: Upper end.
        level: Nominal probability of the interval.
        n_draws: Number of resamples.
    """

    mean: float
    low: float
    high: float
    level: float
    n_draws: int


@dataclass(frozen=True)
class SignFlipTest:
    """Result of `sign_flip_test`.

    Attributes:
        mean_difference: Mean of ``a - b``.
        p_value: Share of sign assignments at least as extreme, the observed one included.
        smallest_p: The least p that these differences could give with any signs: above the level, no test can pass.
        n_pairs: Number of pairs.
        exact: Whether all assignments were counted.
    """

    mean_difference: float
    p_value: float
    smallest_p: float
    n_pairs: int
    exact: bool


@dataclass(frozen=True)
class EquivalenceTest:
    """Result of `equivalence_test`.

    Attributes:
        mean_difference: Mean of ``a - b``.
        margin: The largest difference that counts as none, in units of the score.
        p_value: The larger of the two one-sided p values: equivalent if it is at most the level.
        p_above_lower: p against "the mean difference is -margin or less".
        p_below_upper: p against "the mean difference is margin or more".
        smallest_p: The least p that this number of pairs could give.
        n_pairs: Number of pairs.
    """

    mean_difference: float
    margin: float
    p_value: float
    p_above_lower: float
    p_below_upper: float
    smallest_p: float
    n_pairs: int


def paired_bootstrap(
    a: ArrayLike, b: ArrayLike, rng: np.random.Generator | int, *, n_draws: int = 2000, level: float = 0.95
) -> Interval:
    """Bootstrap interval of the mean difference ``a - b`` over pairs.

    Args:
        a: Scores of one method, finite, shape (n_pairs,).
        b: Scores of the other on the same pairs, same shape.
        rng: Source of the resamples.
        n_draws: Number of resamples.
        level: Probability of the interval, in (0, 1).

    Returns:
        Mean difference with percentile interval.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If there is no pair, a score is not finite, or another argument is out of range.

    Source:
        Efron 1979; Koehn 2004 for paired scores in language processing.

    Example:
        >>> interval = paired_bootstrap([0.3, 0.4, 0.5], [0.1, 0.3, 0.2], rng=0)
        >>> interval.low > 0
        True
    """
    differences = _differences(a, b)
    generator = as_rng(rng)
    means = [
        float(differences[generator.integers(differences.size, size=differences.size)].mean())
        for _ in range(_draws(n_draws))
    ]
    return _interval(float(differences.mean()), means, level)


def two_level_interval(
    scores: ArrayLike, rng: np.random.Generator | int, *, n_draws: int = 2000, level: float = 0.95
) -> Interval:
    """Bootstrap interval of a mean score over seeds and items, both resampled.

    Args:
        scores: Score of each seed on each item (or a difference of two methods), finite, shape (n_seeds, n_items).
        rng: Source of the resamples.
        n_draws: Number of resamples.
        level: Probability of the interval, in (0, 1).

    Returns:
        Mean with percentile interval. Every seed is scored on the same items, so a resample draws seeds and items
        independently and keeps the cells where they cross. With few seeds it is narrow: a resample of 2 cannot
        show how far a third may lie.

    Raises:
        ShapeError: If the array is not two-dimensional.
        ArgumentError: If it is empty, a score is not finite, or another argument is out of range.

    Source:
        The pigeonhole bootstrap, Owen 2007 (Annals of Applied Statistics 1).

    Example:
        >>> interval = two_level_interval([[0.1, 0.3], [0.2, 0.4]], rng=0)
        >>> round(interval.mean, 4), interval.low < 0.25 < interval.high
        (0.25, True)
    """
    table = as_array("scores", scores, 2)
    if table.size == 0:
        raise ArgumentError(f"scores must hold a seed and an item at least; its shape is {table.shape}.")
    as_vector("scores", table.ravel())
    n_seeds, n_items = table.shape
    generator = as_rng(rng)
    means = []
    for _ in range(_draws(n_draws)):
        of_items = np.bincount(generator.integers(n_seeds, size=n_seeds), minlength=n_seeds) @ table / n_seeds
        means.append(float(of_items[generator.integers(n_items, size=n_items)].mean()))
    return _interval(float(table.mean()), means, level)


def nested_interval(
    scores: Sequence[ArrayLike], rng: np.random.Generator | int, *, n_draws: int = 2000, level: float = 0.95
) -> Interval:
    """Bootstrap interval of a mean score over seeds that were each scored on items of their own.

    Args:
        scores: For each seed its score on each of its items (or a difference of two methods), finite, shape (n_items,);
            seeds may have different items and numbers of them.
        rng: Source of the resamples.
        n_draws: Number of resamples.
        level: Probability of the interval, in (0, 1).

    Returns:
        Mean of the seeds' means with percentile interval; a resample draws seeds, then items within each seed drawn.
        Where items differ more than seeds do, it is up to a factor of sqrt(2) too wide, never too narrow for that: the
        seeds' means already hold the noise of their items, and it is drawn once more within them.

    Raises:
        ShapeError: If a seed's scores are not one-dimensional.
        ArgumentError: If there is no seed, a seed has no item, a score is not finite, or another argument is out of
            range.

    Source:
        The two-stage bootstrap of nested data, Davison and Hinkley 1997, section 3.8.

    Example:
        >>> interval = nested_interval([[0.1, 0.3], [0.2, 0.4, 0.3]], rng=0)
        >>> round(interval.mean, 4), interval.low < 0.25 < interval.high
        (0.25, True)
    """
    seeds = [as_vector(f"scores[{number}]", each) for number, each in enumerate(scores)]
    if not seeds or min(each.size for each in seeds) == 0:
        raise ArgumentError("scores must hold a seed at least, and every seed an item.")
    generator = as_rng(rng)
    means = []
    for _ in range(_draws(n_draws)):
        drawn = [seeds[s] for s in generator.integers(len(seeds), size=len(seeds))]
        means.append(float(np.mean([each[generator.integers(each.size, size=each.size)].mean() for each in drawn])))
    return _interval(float(np.mean([each.mean() for each in seeds])), means, level)


def sign_flip_test(
    a: ArrayLike,
    b: ArrayLike,
    rng: np.random.Generator | int,
    *,
    alternative: Alternative = "two-sided",
    n_draws: int = 10_000,
) -> SignFlipTest:
    """Randomisation test of the mean difference: were the signs of ``a - b`` tossed by a coin?

    Args:
        a: Scores of one method, finite, shape (n_pairs,).
        b: Scores of the other on the same pairs, same shape.
        rng: Source of the signs; unused where 20 pairs or fewer differ: all assignments are then counted.
        alternative: ``"two-sided"``, ``"less"`` (``a`` below ``b``) or ``"greater"``.
        n_draws: Number of random assignments with more pairs.

    Returns:
        p value with the smallest one attainable: with 5 pairs no two-sided test passes at .05.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If there is no pair, a score is not finite, or another argument is out of range.
        UnknownNameError: If the alternative is not known.

    Source:
        Fisher 1935; with random assignments, (hits + 1) / (draws + 1) keeps the level (Phipson and Smyth 2010).

    Example:
        >>> sign_flip_test([1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.0, 0.0, 0.0, 0.0], rng=0).p_value
        0.0625
    """
    as_choice("alternative", alternative, ["two-sided", "less", "greater"])
    differences = _differences(a, b)
    generator, draws = as_rng(rng), _draws(n_draws)
    # Equal pairs have no sign to flip: they change no p value, but with them the smallest one would look within reach.
    signed = differences[differences != 0.0]
    exact = signed.size <= EXACT_PAIRS
    sums = _all_sums(signed) if exact else _random_sums(signed, draws, generator)
    observed, slack = float(differences.sum()), 1e-12 * float(np.abs(differences).sum())
    hits = _hits(sums, observed, alternative, slack)
    best = float(np.abs(differences).sum()) * (-1.0 if alternative == "less" else 1.0)
    least = _hits(sums, best, alternative, slack)
    if not exact:
        hits, least = hits + 1, 1
    total = sums.size + (0 if exact else 1)
    return SignFlipTest(
        mean_difference=float(differences.mean()),
        p_value=hits / total,
        smallest_p=least / total,
        n_pairs=differences.size,
        exact=exact,
    )


def equivalence_test(
    a: ArrayLike, b: ArrayLike, margin: float, rng: np.random.Generator | int, *, n_draws: int = 10_000
) -> EquivalenceTest:
    """Are the two the same but for a stated margin? Two one-sided sign-flip tests.

    Args:
        a: Scores of one method, finite, shape (n_pairs,).
        b: Scores of the other on the same pairs, same shape.
        margin: The largest mean difference that still counts as none, in units of the score, above 0; to be stated
            before looking.
        rng: Source of the signs with more than 20 pairs.
        n_draws: Number of random assignments with more pairs.

    Returns:
        The larger of the two p values: reject "they differ by the margin or more" if it is at most the level.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If there is no pair, a score is not finite, or another argument is out of range.

    Source:
        Schuirmann 1987 (TOST), with `sign_flip_test` of the differences shifted by the margin in place of t-tests: it
        asks for differences that are symmetric about their mean, not for normal ones.

    Example:
        >>> same = [0.50, 0.52, 0.51, 0.49, 0.50, 0.51]
        >>> equivalence_test(same, [0.51, 0.51, 0.51, 0.50, 0.49, 0.51], margin=0.05, rng=0).p_value
        0.015625
    """
    if not 0.0 < margin < np.inf:
        raise ArgumentError(f"margin must be a positive number in units of the score, not {margin}.")
    differences = _differences(a, b)
    generator, zeros = as_rng(rng), np.zeros(differences.size)
    above = sign_flip_test(differences + margin, zeros, generator, alternative="greater", n_draws=n_draws)
    below = sign_flip_test(differences - margin, zeros, generator, alternative="less", n_draws=n_draws)
    return EquivalenceTest(
        mean_difference=float(differences.mean()),
        margin=margin,
        p_value=max(above.p_value, below.p_value),
        p_above_lower=above.p_value,
        p_below_upper=below.p_value,
        smallest_p=max(above.smallest_p, below.smallest_p),
        n_pairs=differences.size,
    )


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's adjusted p values: at most the level, and the claim holds over the whole family.

    Args:
        p_values: One a test, each in [0, 1], shape (n_tests,).

    Returns:
        Adjusted p values in the same order, shape (n_tests,), in [0, 1].

    Raises:
        ShapeError: If it is not one-dimensional.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Holm 1979 (Scandinavian Journal of Statistics 6).

    Example:
        >>> holm([0.01, 0.04, 0.03])
        array([0.03, 0.06, 0.06])
    """
    values = as_vector("p_values", p_values)
    bad = np.flatnonzero((values < 0.0) | (values > 1.0))
    if bad.size:
        raise ArgumentError(f"p_values[{bad[0]}] = {values[bad[0]]} leaves [0, 1]; {bad.size} values are affected.")
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(values.size, 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _differences(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    left = as_vector("a", a)
    right = as_vector("b", b, length=left.size)
    if left.size == 0:
        raise ArgumentError("a and b must hold a pair at least; they are empty.")
    return left - right


def _draws(n_draws: int) -> int:
    if n_draws < 1:
        raise ArgumentError(f"n_draws must be at least 1, not {n_draws}.")
    return n_draws


def _interval(mean: float, means: list[float], level: float) -> Interval:
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie strictly between 0 and 1, not {level}.")
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(mean=mean, low=float(low), high=float(high), level=level, n_draws=len(means))


def _all_sums(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate([sums + difference, sums - difference])
    return sums


def _random_sums(differences: NDArray[np.float64], n_draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return np.array(
        [float(np.where(rng.random(differences.size) < 0.5, differences, -differences).sum()) for _ in range(n_draws)]
    )


def _hits(sums: NDArray[np.float64], observed: float, alternative: Alternative, slack: float) -> int:
    if alternative == "less":
        return int((sums <= observed + slack).sum())
    if alternative == "greater":
        return int((sums >= observed - slack).sum())
    return int((np.abs(sums) >= abs(observed) - slack).sum())
