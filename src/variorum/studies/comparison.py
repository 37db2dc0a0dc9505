"""Methods compared over paired seeds: the statistics and the table that every study prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_choice, as_rng
from variorum.errors import ShapeError
from variorum.evaluation import (
    EquivalenceTest,
    Interval,
    SignFlipTest,
    equivalence_test,
    holm,
    nested_interval,
    sign_flip_test,
    two_level_interval,
)
from variorum.reporting.study import Cell, Estimate, PValue, Table

__all__ = ["Comparison", "adjusted", "compare", "comparison_table", "estimate", "mean_and_range"]

LEVEL = 0.05


@dataclass(frozen=True)
class Comparison:
    """A method beside the reference, paired over seeds.

    Attributes:
        method: Its name.
        reference: The reference's name.
        n_seeds: Pairs.
        mean: Mean score with its two-level interval.
        difference: Mean of method less reference, with its two-level interval; ``None`` for the reference itself.
        test: Sign-flip test of the seeds' means, two-sided; ``None`` for the reference itself.
        holm_p: Its p value, adjusted for the family; nan for the reference itself.
        equivalence: Test of being the same within the margin; ``None`` without a margin, and for the reference.
    """

    method: str
    reference: str
    n_seeds: int
    mean: Interval
    difference: Interval | None = None
    test: SignFlipTest | None = None
    holm_p: float = float("nan")
    equivalence: EquivalenceTest | None = None

    @property
    def claim(self) -> str:
        """What can be said at the level of .05, of the reference itself nothing (``""``).

        ``"equivalent"`` to the reference within the margin; else, by Holm's p, ``"higher"`` or ``"lower"``; else
        ``"open"``. The p values of equivalence are not corrected for how many there are.
        """
        if self.test is None:
            return ""
        if self.equivalence is not None and self.equivalence.p_value <= LEVEL:
            return "equivalent"
        if self.holm_p <= LEVEL:
            return "higher" if self.test.mean_difference > 0 else "lower"
        return "open"


def compare(
    scores: Mapping[str, Sequence[ArrayLike]],
    reference: str,
    rng: np.random.Generator | int,
    *,
    same_items: bool = False,
    margin: float | None = None,
    draws: int = 2000,
) -> tuple[Comparison, ...]:
    """Compare methods with one of them, seed by seed.

    Args:
        scores: For each method a score a seed, or the scores of a seed's items, shape (n_items,); the same seeds and
            items in all methods. Finite.
        reference: The method that the others are compared with.
        rng: Source of the resamples.
        same_items: Whether all seeds were scored on the same items: intervals then resample items once for all seeds
            (`two_level_interval`); else each seed has items of its own (`nested_interval`).
        margin: The largest mean difference that counts as none, in units of the score, stated before looking; ``None``
            tests no equivalence.
        draws: Resamples of an interval.

    Returns:
        One comparison a method, in the order given; the tests are one family for Holm's correction.

    Raises:
        UnknownNameError: If the reference is not among the methods.
        ShapeError: If methods differ in seeds or items.
        ArgumentError: If a score is not finite, there is none, or `margin` or `draws` is out of range.

    Source:
        `variorum.evaluation`: two-level bootstrap, exact sign flips of paired seeds' means, Holm, two one-sided tests.

    Example:
        >>> rows = compare({"soft": [0.5, 0.6, 0.4], "hard": [0.7, 0.9, 0.6]}, "soft", 0)
        >>> round(rows[1].difference.mean, 4), rows[1].test.p_value, rows[1].test.smallest_p
        (0.2333, 0.25, 0.25)
    """
    as_choice("reference", reference, scores)
    tables = {name: _per_seed(name, each) for name, each in scores.items()}
    base = tables[reference]
    for name, each in tables.items():
        if [row.size for row in each] != [row.size for row in base]:
            raise ShapeError(
                f"scores[{name!r}] has {len(each)} seeds with {[row.size for row in each][:3]} items, and "
                f"{reference!r} {len(base)} with {[row.size for row in base][:3]}; pairs need the same of both."
            )
    generator = as_rng(rng)
    means = {name: np.array([row.mean() for row in each]) for name, each in tables.items()}
    found = []
    for name, each in tables.items():
        one = Comparison(name, reference, len(each), _interval(each, same_items, generator, draws))
        if name != reference:
            apart = [mine - theirs for mine, theirs in zip(each, base, strict=True)]
            one = replace(
                one,
                difference=_interval(apart, same_items, generator, draws),
                test=sign_flip_test(means[name], means[reference], generator),
                equivalence=None
                if margin is None
                else equivalence_test(means[name], means[reference], margin, generator),
            )
        found.append(one)
    return adjusted([found])[0]


def adjusted(families: Sequence[Sequence[Comparison]]) -> tuple[tuple[Comparison, ...], ...]:
    """The same comparisons with Holm's correction over all of them: one family, for instance all cells of a study.

    Args:
        families: Comparisons by cell.

    Returns:
        The same, with other `holm_p`.
    """
    p_values = [each.test.p_value for cell in families for each in cell if each.test is not None]
    left = iter(holm(p_values).tolist() if p_values else [])
    return tuple(
        tuple(each if each.test is None else replace(each, holm_p=next(left)) for each in cell) for cell in families
    )


def comparison_table(
    title: str, comparisons: Sequence[Comparison], *, score: str, digits: int = 4, note: str = ""
) -> Table:
    """Comparisons as a table for the report.

    Args:
        title: What it compares.
        comparisons: At least one; all with the same reference.
        score: Name of the score with its direction ("soft NLL, lower is better").
        digits: Decimals of the scores.
        note: What is to be said beside seeds, tests and margin.

    Returns:
        The table: mean, difference to the reference, p beside the smallest attainable, Holm's p, and the p of
        equivalence where a margin was given.
    """
    first = comparisons[0]
    margins = [each.equivalence.margin for each in comparisons if each.equivalence is not None]
    head = ("method", score, f"less {first.reference}", "p", "Holm p", *(("same within margin, p",) if margins else ()))
    rows = tuple(_row(each, bool(margins)) for each in comparisons)
    said = [
        f"Mean over {first.n_seeds} paired seeds, in brackets the {round(first.mean.level * 100)} % interval over "
        "seeds and items. p: two-sided sign flips of the seeds’ means, in brackets the smallest that so many pairs can "
        "give."
    ]
    if margins:
        said.append(f"The margin is {margins[0]:g}.")
    return Table(title, head, rows, " ".join([*said, *([note] if note else [])]), digits)


def estimate(interval: Interval, *, signed: bool = False) -> Estimate:
    """An interval of `variorum.evaluation` as a cell of a table or a row of a chart.

    Example:
        >>> estimate(Interval(0.5, 0.4, 0.6, 0.95, 100))
        Estimate(value=0.5, low=0.4, high=0.6, signed=False)
    """
    return Estimate(interval.mean, interval.low, interval.high, signed)


def mean_and_range(values: ArrayLike) -> Estimate:
    """Mean over seeds between the lowest and the highest, for what is shown and not tested.

    Args:
        values: A value a seed, shape (n_seeds,); undefined ones are left out.

    Example:
        >>> mean_and_range([0.5, 0.25, float("nan")])
        Estimate(value=0.375, low=0.25, high=0.5, signed=False)
    """
    each = as_array("values", values, 1)
    defined = each[~np.isnan(each)]
    if not defined.size:
        return Estimate(float("nan"))
    return Estimate(float(defined.mean()), float(defined.min()), float(defined.max()))


def _row(each: Comparison, with_margin: bool) -> tuple[Cell, ...]:
    test, same = each.test, each.equivalence
    cells: tuple[Cell, ...] = (
        each.method,
        estimate(each.mean),
        None if each.difference is None else estimate(each.difference, signed=True),
        None if test is None else PValue(test.p_value, test.smallest_p),
        None if test is None else PValue(each.holm_p),
    )
    return (*cells, None if same is None else PValue(same.p_value, same.smallest_p)) if with_margin else cells


def _per_seed(name: str, scores: Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
    return [np.atleast_1d(as_array(f"scores[{name!r}][{k}]", each, 0, 1)) for k, each in enumerate(scores)]


def _interval(
    scores: Sequence[NDArray[np.float64]], same_items: bool, rng: np.random.Generator, draws: int
) -> Interval:
    if same_items:
        return two_level_interval(np.array(scores), rng, n_draws=draws)
    return nested_interval(scores, rng, n_draws=draws)
