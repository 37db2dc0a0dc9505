"""Three reference lines for a score against few votes; there is no such thing as *the* human ceiling.

- `oracle_floor`: what a model that knew the true distribution of every item would score against these votes. Below it
  (for a score where lower is better), a result is luck or leakage.
- `fresh_panel`: what a second panel of the same size would score, taken for the model.
- `split_half`: how one half of the votes scores against the other, without any assumption; with 20 votes or more alone.

The first two need a prior, because the truth behind a few votes is unknown. A plug-in estimate (the vote shares
themselves) would call every unanimous item certain, and its bootstrap would come out too good. Here the truth of an
item is drawn from its Dirichlet posterior, ``prior + counts``: given the votes, the oracle's score *is* distributed
like the score of such a draw against the very votes observed, so the interval covers it at its nominal rate whenever
the prior describes the items. Votes are not drawn anew for the oracle: that would answer for a panel nobody asked.

A prior estimated from few votes an item is itself uncertain, and one estimate taken for certain makes the interval too
narrow: simulated with 2 votes an item, a nominal 80 % held the oracle's score half of the time. Pass several priors,
each fitted to items resampled with replacement (Laird and Louis 1987), and it holds again. With 10 votes an item one
estimate is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_counts, as_rng, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation._codes import as_whole_counts

__all__ = [
    "SPLIT_HALF_VOTES",
    "ReferenceLine",
    "Score",
    "fresh_panel",
    "oracle_floor",
    "reference_lines",
    "split_half",
]

Score = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""A score of (human, model), one value per item."""

SPLIT_HALF_VOTES = 20
"""Votes that an item needs for `split_half`: below it, a half says too little about a whole."""


@dataclass(frozen=True)
class ReferenceLine:
    """A line to draw beside a model's mean score.

    Attributes:
        name: ``"oracle floor"``, ``"fresh panel"`` or ``"split half"``.
        mean: Mean over draws of the mean score over items, in units of the score.
        low: Lower end of the central interval over draws.
        high: Upper end of it.
        n_items: Items it speaks of.
        n_excluded: Items left out: without votes, or for `split_half` with too few.
        level: Probability of the interval.
        n_draws: Number of draws.
    """

    name: str
    mean: float
    low: float
    high: float
    n_items: int
    n_excluded: int
    level: float
    n_draws: int


def oracle_floor(
    counts: ArrayLike,
    score: Score,
    prior: ArrayLike,
    rng: np.random.Generator | int,
    *,
    n_draws: int = 200,
    level: float = 0.95,
) -> ReferenceLine:
    """The score that a model which knew the truth would get against these votes.

    Args:
        counts: Vote counts, shape (n_items, n_classes).
        score: Score of (human, model), one value per item, such as `js_distance`; ``human`` are the vote shares.
        prior: Dirichlet concentration of the items' true distributions, above 0, shape (n_classes,), or several that
            the draws take in turn, shape (n_priors, n_classes). ``labels.fit_dirichlet_prior`` estimates one.
        rng: Source of the draws.
        n_draws: Draws of the truth.
        level: Probability of the interval, in (0, 1).

    Returns:
        The line; its interval holds the oracle's mean score on these items with probability ``level``, given the prior.

    Raises:
        ShapeError: If the prior has another number of classes, or the score does not give one value per item.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If no item has votes, or another argument is out of range.

    Source:
        Parametric bootstrap with empirical-Bayes smoothing (Efron and Morris 1975), by posterior draws; the module's
        docstring says why.

    Example:
        >>> from variorum.evaluation import total_variation
        >>> line = oracle_floor([[5, 0], [3, 2], [1, 4]], total_variation, prior=[1.0, 1.0], rng=0)
        >>> 0.0 < line.low < line.mean < line.high < 0.5
        True
    """
    return _one(_floor_draws(counts, prior, rng, n_draws), score, level)


def fresh_panel(
    counts: ArrayLike,
    score: Score,
    prior: ArrayLike,
    rng: np.random.Generator | int,
    *,
    n_draws: int = 200,
    level: float = 0.95,
) -> ReferenceLine:
    """The score that a second panel of the same size, drawn afresh, would get in the place of the model.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).
        score: Score of (human, model), one value per item; a panel leaves classes empty, so KL wants a floor.
        prior: Dirichlet concentration of the items' true distributions, above 0, shape (n_classes,), or several that
            the draws take in turn, shape (n_priors, n_classes). ``labels.fit_dirichlet_prior`` estimates one.
        rng: Source of the draws.
        n_draws: Number of panels.
        level: Probability of the interval, in (0, 1).

    Returns:
        The line; its interval holds the score of one fresh panel with probability ``level``, given the prior.

    Raises:
        ShapeError: If the prior has another number of classes, or the score does not give one value per item.
        NotCountsError: If a count is negative, not finite or not whole.
        ArgumentError: If no item has votes, or another argument is out of range.

    Source:
        Posterior predictive draws; Baan et al. 2022 score sub-samples of people as "human classifiers".

    Example:
        >>> from variorum.evaluation import total_variation
        >>> fresh_panel([[5, 0], [3, 2], [1, 4]], total_variation, prior=[1.0, 1.0], rng=0).n_items
        3
    """
    return _one(_panel_draws(counts, prior, rng, n_draws), score, level)


def split_half(
    counts: ArrayLike,
    score: Score,
    rng: np.random.Generator | int,
    *,
    n_draws: int = 200,
    level: float = 0.95,
) -> ReferenceLine:
    """How one random half of the votes scores against the other half; items with 20 votes or more alone.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).
        score: Score of (human, model), one value per item; a half leaves classes empty, so KL wants a floor.
        rng: Source of the splits.
        n_draws: Number of splits.
        level: Probability of the interval, in (0, 1).

    Returns:
        The line; its interval is over splits of these votes. Halves are noisier than whole panels, so it lies on the
        worse side of `fresh_panel`. An odd vote goes to the half that stands for the model.

    Raises:
        ShapeError: If the score does not give one value per item.
        NotCountsError: If a count is negative, not finite or not whole.
        ArgumentError: If no item has 20 votes, or another argument is out of range.

    Example:
        >>> from variorum.evaluation import total_variation
        >>> split_half([[60, 40], [3, 2]], total_variation, rng=0).n_excluded
        1
    """
    return _one(_half_draws(counts, rng, n_draws), score, level)


def reference_lines(
    counts: ArrayLike,
    scores: Mapping[str, Score],
    prior: ArrayLike,
    rng: np.random.Generator | int,
    *,
    panel_scores: Mapping[str, Score] | None = None,
    n_draws: int = 200,
    level: float = 0.95,
) -> dict[str, tuple[ReferenceLine, ...]]:
    """Every line that the votes allow, for several scores on the same draws.

    Args:
        counts: Vote counts, shape (n_items, n_classes).
        scores: Scores of (human, model) by name.
        prior: As for `oracle_floor`.
        rng: Source of the draws.
        panel_scores: Scores to use in their place for people who stand in for the model, since a panel leaves classes
            empty (KL with a floor).
        n_draws: Draws for each line.
        level: Probability of the intervals, in (0, 1).

    Returns:
        For each name the oracle floor; where the counts are whole, the fresh panel; and where every item has 20 votes,
        the split half.

    Raises:
        ShapeError: If the prior has another number of classes, or a score does not give one value per item.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If no item has votes, or another argument is out of range.

    Example:
        >>> from variorum.evaluation import brier, total_variation
        >>> lines = reference_lines([[5, 0], [3, 2]], {"tvd": total_variation, "brier": brier}, [1.0, 1.0], rng=0)
        >>> [line.name for line in lines["brier"]]
        ['oracle floor', 'fresh panel']
    """
    votes = as_counts("counts", counts)
    generator = as_rng(rng)
    people = {**scores, **(panel_scores or {})}
    every = [_lines(_floor_draws(votes, prior, generator, n_draws), scores, level)]
    if (votes == np.round(votes)).all():
        every.append(_lines(_panel_draws(votes, prior, generator, n_draws), people, level))
        if votes.sum(axis=1).min() >= SPLIT_HALF_VOTES:
            every.append(_lines(_half_draws(votes, generator, n_draws), people, level))
    return {name: tuple(lines[name] for lines in every) for name in scores}


@dataclass(frozen=True)
class _Draws:
    """Pairs of (human, model) to score, and what the line over them is called."""

    name: str
    n_items: int
    n_excluded: int
    pairs: Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]


def _floor_draws(counts: ArrayLike, prior: ArrayLike, rng: np.random.Generator | int, n_draws: int) -> _Draws:
    votes, n_excluded = _voted(counts)
    priors = _priors(prior, votes.shape[1])
    generator = as_rng(rng)
    human = _shares(votes)
    pairs = (
        (human, _draw_dirichlet(votes + priors[draw % len(priors)], generator))
        for draw in range(_at_least_one(n_draws))
    )
    return _Draws("oracle floor", votes.shape[0], n_excluded, pairs)


def _panel_draws(counts: ArrayLike, prior: ArrayLike, rng: np.random.Generator | int, n_draws: int) -> _Draws:
    votes, n_excluded = _voted(counts)
    sizes = as_whole_counts("counts", votes).sum(axis=1)
    priors = _priors(prior, votes.shape[1])
    generator = as_rng(rng)
    human = _shares(votes)

    def panel(draw: int) -> NDArray[np.float64]:
        truth = _draw_dirichlet(votes + priors[draw % len(priors)], generator)
        return _shares(generator.multinomial(sizes, truth).astype(np.float64))

    pairs = ((human, panel(draw)) for draw in range(_at_least_one(n_draws)))
    return _Draws("fresh panel", votes.shape[0], n_excluded, pairs)


def _half_draws(counts: ArrayLike, rng: np.random.Generator | int, n_draws: int) -> _Draws:
    votes = as_whole_counts("counts", as_counts("counts", counts))
    enough = votes.sum(axis=1) >= SPLIT_HALF_VOTES
    if not enough.any():
        most = int(votes.sum(axis=1).max(initial=0))
        raise ArgumentError(
            f"split-half agreement needs items with {SPLIT_HALF_VOTES} votes or more; the most that any of "
            f"{votes.shape[0]} items has is {most}. Use oracle_floor or fresh_panel."
        )
    kept = votes[enough]
    generator = as_rng(rng)

    def halves() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        first = _draw_half(kept, generator)
        return _shares(first.astype(np.float64)), _shares((kept - first).astype(np.float64))

    pairs = (halves() for _ in range(_at_least_one(n_draws)))
    return _Draws("split half", kept.shape[0], votes.shape[0] - kept.shape[0], pairs)


def _voted(counts: ArrayLike) -> tuple[NDArray[np.float64], int]:
    votes = as_counts("counts", counts)
    kept = votes[votes.sum(axis=1) > 0.0]
    if not kept.size:
        raise ArgumentError(f"counts must hold votes, but none of its {votes.shape[0]} items has any.")
    return kept, votes.shape[0] - kept.shape[0]


def _priors(prior: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    rows = np.atleast_2d(as_array("prior", prior, 1, 2))
    if rows.size == 0:
        raise ShapeError(f"prior is empty (its shape is {rows.shape}).")
    if rows.shape[1] != n_classes:
        raise ShapeError(f"prior has {rows.shape[1]} classes and counts {n_classes}; they must be the same.")
    flat = as_vector("prior", rows.ravel())
    bad = np.flatnonzero(flat <= 0.0)
    if bad.size:
        raise ArgumentError(f"prior must be above 0 everywhere, not {flat[bad[0]]}; {bad.size} cells are affected.")
    return rows


def _shares(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = votes / votes.sum(axis=1, keepdims=True)
    return shares


def _draw_dirichlet(alpha: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    # In logarithms: with a concentration of 0.01, plain gamma variates underflow to rows of zeros. The identity is
    # Gamma(a) = Gamma(a + 1) * U^(1 / a).
    logs = np.log(rng.standard_gamma(alpha + 1.0)) - rng.standard_exponential(alpha.shape) / alpha
    return _shares(np.exp(logs - logs.max(axis=1, keepdims=True)))


def _draw_half(votes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Half of each item's votes without replacement: class after class, hypergeometric given what is left."""
    half = np.empty_like(votes)
    left, wanted = votes.sum(axis=1), votes.sum(axis=1) // 2
    for k in range(votes.shape[1]):
        left = left - votes[:, k]
        half[:, k] = rng.hypergeometric(votes[:, k], left, wanted)
        wanted = wanted - half[:, k]
    return half


def _at_least_one(n_draws: int) -> int:
    if n_draws < 1:
        raise ArgumentError(f"n_draws must be at least 1, not {n_draws}.")
    return n_draws


def _one(draws: _Draws, score: Score, level: float) -> ReferenceLine:
    return _lines(draws, {"": score}, level)[""]


def _lines(draws: _Draws, scores: Mapping[str, Score], level: float) -> dict[str, ReferenceLine]:
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie strictly between 0 and 1, not {level}.")
    means: dict[str, list[float]] = {name: [] for name in scores}
    for human, model in draws.pairs:
        for name, score in scores.items():
            values = score(human, model)
            if np.shape(values) != (draws.n_items,):
                raise ShapeError(
                    f"score must return one value per item, shape ({draws.n_items},), not {np.shape(values)}."
                )
            means[name].append(float(np.mean(values)))
    return {name: _line(draws, of_draws, level) for name, of_draws in means.items()}


def _line(draws: _Draws, means: list[float], level: float) -> ReferenceLine:
    # Inverted CDF: interpolating between infinite scores would give nan.
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], method="inverted_cdf")
    return ReferenceLine(
        name=draws.name,
        mean=float(np.mean(means)),
        low=float(low),
        high=float(high),
        n_items=draws.n_items,
        n_excluded=draws.n_excluded,
        level=level,
        n_draws=len(means),
    )
