"""Every method beside one model for all, by corpus, split and score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.evaluation import Interval, SignFlipTest, holm, nested_interval, sign_flip_test
from variorum.studies.annotators.methods import REFERENCE, TRUTHS
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, compare

__all__ = ["MARGIN", "SCORES", "Cells", "Loss", "Place", "by_place", "cells_of", "gaps_of", "losses_of", "truth_of"]

MARGIN: Final = 0.01
"""The population's soft cross-entropy counts as the same within it, in nats."""

SCORES: Final[Mapping[str, tuple[str, ...]]] = {
    "population JS": ("population", "js"),
    "population soft CE": ("population", "soft-ce"),
    "annotators’ CE": ("ce",),
    "annotators’ error": ("error",),
    "worst-off annotator": ("worst",),
    "worst tenth": ("worst tenth",),
    "worst group": ("worst group",),
}
"""Scores, all lower is better, with where a run keeps them."""

Place = tuple[str, str]
"""A corpus and a split."""

Cells = Mapping[Place, Mapping[str, tuple[Comparison, ...]]]
"""For each place, and each score that is defined there, the methods beside one model for all."""

_Outcomes = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Loss:
    """What an answer loses against another of the same run.

    Attributes:
        place: Corpus and split.
        method: Whose answers they are.
        own: Mean soft cross-entropy of the mean over annotators, against the population.
        other: That of the other answer.
        difference: Other less own, with its interval over seeds and items.
        test: Sign flips of the seeds' means.
        holm_p: Its p, corrected over all losses of this kind.
    """

    place: Place
    method: str
    own: float
    other: float
    difference: Interval
    test: SignFlipTest
    holm_p: float


def truth_of(method: str) -> str:
    """What the posited ground truth of a method is called beside the method."""
    return f"{method}’s truth"


def by_place(runs: Sequence[Run]) -> dict[Place, dict[str, list[Run]]]:
    """Runs by corpus and split, then by method, in the order of the seeds."""
    found: dict[Place, dict[str, list[Run]]] = {}
    for run in runs:
        found.setdefault((run.key["corpus"], run.key["split"]), {}).setdefault(run.key["method"], []).append(run)
    return found


def cells_of(runs: Sequence[Run], rng: np.random.Generator, draws: int) -> Cells:
    """Compare all methods with one model for all.

    Args:
        runs: Of methods.
        rng: Source of the resamples.
        draws: Resamples behind each interval.

    Returns:
        The comparisons; Holm's correction is over the methods of a corpus, split and score. Scores that are undefined
        in a seed (no annotator with enough votes, no groups) are left out.
    """
    cells: dict[Place, dict[str, tuple[Comparison, ...]]] = {}
    for place, methods in by_place(runs).items():
        outcomes = _outcomes(methods)
        cells[place] = {}
        for score, path in SCORES.items():
            values = {name: [_scores(each, path) for each in of_seeds] for name, of_seeds in outcomes.items()}
            if all(np.isfinite(seed).all() for of_seeds in values.values() for seed in of_seeds):
                margin = MARGIN if score == "population soft CE" else None
                cells[place][score] = compare(values, REFERENCE, rng, margin=margin, draws=draws)
    return cells


def losses_of(runs: Sequence[Run], other: str, rng: np.random.Generator, draws: int) -> tuple[Loss, ...]:
    """What another answer for the population loses against the mean over annotators, in the same runs.

    Args:
        runs: Of methods.
        other: ``truth``, or ``by votes``: the mean over annotators weighted by their training votes.
        rng: Source of the resamples.
        draws: Resamples behind each interval.

    Returns:
        A loss for each place and method that has such an answer.
    """
    found = []
    for place, methods in by_place(runs).items():
        for method, of_method in methods.items():
            if other not in of_method[0].values:
                continue
            own = [_scores(run.values["own"], ("population", "soft-ce")) for run in of_method]
            path = (other, "population", "soft-ce") if other == "truth" else (other, "soft-ce")
            theirs = [_scores(run.values, path) for run in of_method]
            means = [np.array([seed.mean() for seed in side]) for side in (own, theirs)]
            apart = nested_interval([b - a for a, b in zip(own, theirs, strict=True)], rng, n_draws=draws)
            test = sign_flip_test(means[1], means[0], rng)
            found.append(Loss(place, method, float(means[0].mean()), float(means[1].mean()), apart, test, float("nan")))
    p_values: ArrayLike = holm([loss.test.p_value for loss in found]) if found else []
    return tuple(
        Loss(**{**vars(loss), "holm_p": float(p)}) for loss, p in zip(found, np.asarray(p_values), strict=True)
    )  # fmt: skip


def gaps_of(
    methods: Mapping[str, Sequence[Run]], path: tuple[str | int, ...], rng: np.random.Generator, draws: int
) -> tuple[Interval | None, dict[str, Interval]]:
    """A single score a seed of one model for all, and the differences of the others to it.

    Args:
        methods: Runs of one place, by method.
        path: Where a run keeps the score.
        rng: Source of the resamples.
        draws: Resamples behind each interval.

    Returns:
        The reference's mean and the differences by method, with intervals over seeds; seeds in which the score is
        undefined are left out; ``None`` and no difference where it always is.
    """
    table = {
        name: np.array([float(_scores(run.values["own"], path)) for run in each]) for name, each in methods.items()
    }
    base = table[REFERENCE]
    kept = np.isfinite(base)
    if not kept.any():
        return None, {}
    known = [[value] for value in base[kept]]
    apart = {
        name: nested_interval([[value] for value in (each - base)[kept]], rng, n_draws=draws)
        for name, each in table.items()
        if name != REFERENCE
    }
    return nested_interval(known, rng, n_draws=draws), apart


def _outcomes(methods: Mapping[str, Sequence[Run]]) -> _Outcomes:
    """What is compared: each method, and beneath it the truth that it posits."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for name, each in methods.items():
        found[name] = [run.values["own"] for run in each]
        if name in TRUTHS:
            found[truth_of(name)] = [run.values["truth"] for run in each]
    return found


def _scores(values: Mapping[str, Any], path: Sequence[str | int]) -> NDArray[np.float64]:
    found: Any = values
    for step in path:
        found = found[step]
    given: ArrayLike = found
    return np.array(given, np.float64)
