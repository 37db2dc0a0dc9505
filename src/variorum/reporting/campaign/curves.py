"""Scores over money: what the seeds of an arm have in common, and how two arms differ in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import Arm, CampaignResult, RoundScore
from variorum.evaluation import Interval, SignFlipTest, nested_interval, sign_flip_test

__all__ = [
    "Comparison",
    "Curve",
    "arm_curve",
    "arm_curves",
    "compare_arms",
    "coverage_curves",
    "final_scores",
    "metric_names",
    "short_names",
]


@dataclass(frozen=True, eq=False)
class Curve:
    """A score over the money spent, over all seeds of an arm.

    Attributes:
        arm: Name of the arm, or a shorter one.
        spent: Micro-units, increasing, shape (n_points,).
        mean: Mean over seeds, shape (n_points,).
        low: Lowest seed, shape (n_points,).
        high: Highest seed, shape (n_points,).
        n_seeds: Number of seeds.
    """

    arm: str
    spent: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_seeds: int


@dataclass(frozen=True)
class Comparison:
    """The chosen arm against the random one at the end, on the seeds that both have.

    Attributes:
        chosen: Mean final score of the chosen arm over its seeds.
        random: The same of the random arm; nan where there is none.
        n_seeds: Seeds in common.
        difference: Chosen minus random with its interval over seeds and items; ``None`` with fewer than two seeds.
        test: Sign-flip test of it; ``None`` with fewer than two.
    """

    chosen: float
    random: float
    n_seeds: int
    difference: Interval | None
    test: SignFlipTest | None


def metric_names(result: CampaignResult) -> list[str]:
    """Metrics with a finite score in at least one round."""
    names = {name: None for row in result.rounds for name, score in row.scores.items() if np.isfinite(score)}
    return list(names)


_Points: TypeAlias = dict[int, list[tuple[int, float]]]


def _by_seed(rounds: Iterable[RoundScore], arm: str, value: Callable[[RoundScore], float]) -> _Points:
    seeds: _Points = {}
    for row in rounds:
        if row.arm == arm and np.isfinite(value(row)):
            seeds.setdefault(row.seed, []).append((row.spent, value(row)))
    return {seed: sorted(points) for seed, points in sorted(seeds.items())}


def _metric(name: str) -> Callable[[RoundScore], float]:
    return lambda row: row.scores.get(name, float("nan"))


def arm_curve(rounds: tuple[RoundScore, ...], arm: str, metric: str) -> Curve:
    """One arm's curve.

    Args:
        rounds: Every round of every arm and seed.
        arm: Name of the arm.
        metric: Name of the metric; rounds without a finite value of it are left out.

    Returns:
        The curve. Where all seeds spent the same in every round its points are the rounds; else scores are interpolated
        between rounds, over the money that all seeds have spent. The last point is always the last round of every seed,
        at the mean of what they spent.
    """
    return _curve(arm, _by_seed(rounds, arm, _metric(metric)))


def _curve(arm: str, seeds: _Points) -> Curve:
    if not seeds:
        empty = np.empty(0)
        return Curve(arm, empty, empty, empty, empty, 0)
    paths = [np.array(points, np.float64) for points in seeds.values()]
    first = paths[0][:, 0]
    if all(np.array_equal(path[:, 0], first) for path in paths):
        spent, values = first, np.stack([path[:, 1] for path in paths])
    else:
        low, high = max(path[0, 0] for path in paths), min(path[-1, 0] for path in paths)
        inside = first[(first > low) & (first < high)]
        spent = np.unique(np.concatenate(([low], inside, [max(low, high)])))
        values = np.stack([np.interp(spent, path[:, 0], path[:, 1]) for path in paths])
        # Interpolation at the lowest final sum would leave out what the other seeds learned last.
        spent[-1] = np.mean([path[-1, 0] for path in paths])
        values[:, -1] = [path[-1, 1] for path in paths]
    return Curve(arm, spent, values.mean(axis=0), values.min(axis=0), values.max(axis=0), len(paths))


def arm_curves(result: CampaignResult, metric: str) -> list[Curve]:
    """The curves of all arms that have one, the chosen arm first, under their short names."""
    return _named(result, [arm_curve(result.rounds, outcome.arm.name, metric) for outcome in result.outcomes])


def coverage_curves(result: CampaignResult) -> list[Curve]:
    """Pool items with at least one answer over the money spent, for every arm, under their short names."""
    names = [outcome.arm.name for outcome in result.outcomes]
    return _named(result, [_curve(name, _by_seed(result.rounds, name, lambda row: float(row.items))) for name in names])


def _named(result: CampaignResult, curves: list[Curve]) -> list[Curve]:
    names = short_names([outcome.arm for outcome in result.outcomes])
    return [replace(curve, arm=name) for curve, name in zip(curves, names, strict=True) if curve.n_seeds]


def short_names(arms: Sequence[Arm]) -> list[str]:
    """Names for figures: how the arms choose, and their overlap only where it tells them apart.

    Args:
        arms: The arms of a campaign.

    Returns:
        A name for each.

    Example:
        >>> short_names([Arm("bald, one vote an item", "bald", "random", 1), Arm("random, 2 …", "random", "random", 2)])
        ['bald, 1 vote', 'random, 2 votes']
    """
    names = [arm.acquisition + ("" if arm.assignment == "random" else f" + {arm.assignment}") for arm in arms]
    if len({arm.overlap for arm in arms}) < 2:
        return names
    votes = [f"{arm.overlap} {'vote' if arm.overlap == 1 else 'votes'}" for arm in arms]
    return [f"{name}, {count}" for name, count in zip(names, votes, strict=True)]


def final_scores(result: CampaignResult, arm: str, metric: str) -> dict[int, float]:
    """The score of each seed in its last round."""
    return {seed: points[-1][1] for seed, points in _by_seed(result.rounds, arm, _metric(metric)).items()}


def compare_arms(result: CampaignResult, metric: str) -> Comparison:
    """Compare the two arms in their last rounds, seed by seed.

    Args:
        result: The campaign.
        metric: Name of the metric.

    Returns:
        The comparison; without a random arm, what the chosen one scores.
    """
    chosen = final_scores(result, result.outcomes[0].arm.name, metric)
    random = final_scores(result, result.outcomes[1].arm.name, metric) if len(result.outcomes) > 1 else {}
    both = [seed for seed in chosen if seed in random]
    left, right = [chosen[seed] for seed in both], [random[seed] for seed in both]
    several = len(both) > 1
    return Comparison(
        _mean(chosen),
        _mean(random),
        len(both),
        nested_interval(_item_differences(result, metric), 0) if several else None,
        sign_flip_test(left, right, 0) if several else None,
    )


def _item_differences(result: CampaignResult, metric: str) -> list[NDArray[np.float64]]:
    chosen, random = (outcome.item_scores[metric] for outcome in result.outcomes[:2])
    every = [ours - theirs for ours, theirs in zip(chosen, random, strict=True)]
    # A seed whose score is infinite is left out, as in the final scores.
    return [each for each in every if np.isfinite(each).all()]


def _mean(scores: dict[int, float]) -> float:
    return float(np.mean(list(scores.values()))) if scores else float("nan")
