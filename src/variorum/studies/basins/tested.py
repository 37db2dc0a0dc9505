"""All tests of the study, and the families that they are corrected over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import Interval, SignFlipTest, holm, paired_bootstrap, sign_flip_test
from variorum.studies.basins.results import Results
from variorum.studies.basins.scores import SCORES
from variorum.studies.basins.settings import ALL, HARD, BasinsSettings
from variorum.studies.comparison import LEVEL, Comparison, adjusted, compare

__all__ = ["FLATNESS", "Signed", "Tested", "can_pass", "tested"]

Array = NDArray[np.float64]
Name = TypeVar("Name")

FLATNESS: Final = ("top eigenvalue", "trace")
_PRIMARY: Final = "soft NLL"
_OTHERS: Final = ("majority", "shuffled-sls", "repeated-labelling", "label-smoothing", "mixup")


@dataclass(frozen=True)
class Signed:
    """A value of each split, against zero.

    Attributes:
        mean: Mean over splits with its interval.
        test: Sign flips, two-sided.
        holm_p: Its p value, adjusted for the family.
    """

    mean: Interval
    test: SignFlipTest
    holm_p: float

    @property
    def claim(self) -> str:
        """``"higher"`` or ``"lower"`` than zero at the level of .05, else ``"open"``."""
        if self.holm_p > LEVEL:
            return "open"
        return "higher" if self.test.mean_difference > 0 else "lower"


@dataclass(frozen=True)
class Tested:
    """What was tested; each attribute is a family of its own for Holm's correction, or several where it says so.

    Attributes:
        hard: Soft NLL of hard deliveries less that of soft labels, by votes (more than one): the study's question.
        others: The same of the other deliveries; each number of votes is a family.
        order: Soft NLL of the deterministic control less that of multipass, by votes.
        stale: Soft NLL of draws that are held less that of fresh ones.
        secondary: Hard deliveries less soft labels by score and votes; each score is a family.
        flatness: Logarithm of curvature under hard delivery over that under soft labels, by votes, delivery, measure.
        gains: Rank correlation of gain and distance over images, by votes and delivery.
        partial: The same with entropy held fixed.
    """

    hard: Mapping[str, tuple[Comparison, ...]]
    others: Mapping[str, tuple[Comparison, ...]]
    order: Mapping[str, tuple[Comparison, ...]]
    stale: tuple[Comparison, ...]
    secondary: Mapping[str, Mapping[str, tuple[Comparison, ...]]]
    flatness: Mapping[tuple[str, str, str], Signed]
    gains: Mapping[tuple[str, str], Signed]
    partial: Mapping[tuple[str, str], Signed]

    def of(self, votes: str, delivery: str) -> Comparison | None:
        """The comparison of a delivery with soft labels in soft NLL; ``None`` if there is none."""
        every = (*self.hard.get(votes, ()), *self.others.get(votes, ()))
        return next((each for each in every if each.method == delivery and each.test is not None), None)


def tested(results: Results, settings: BasinsSettings) -> Tested:
    """Do all tests.

    Args:
        results: Of the arm that carries the tests.
        settings: Margin and resamples.

    Returns:
        The tests.
    """
    rng = np.random.default_rng(0)
    several = tuple(votes for votes in results.votes if votes != "1")

    def against(votes: str, reference: str, names: Sequence[str], score: str = _PRIMARY) -> tuple[Comparison, ...]:
        kept = [name for name in (reference, *names) if name in results.deliveries(votes)]
        if kept[:1] != [reference] or len(kept) < 2:
            return ()
        if score == _PRIMARY:
            values = {name: results.items(votes, name) for name in kept}
            return compare(values, reference, rng, margin=settings.margin, draws=settings.draws)
        means = {name: results.scores(votes, name, score).mean(axis=1) for name in kept}
        if not all(np.isfinite(each).all() for each in means.values()):
            return ()
        return compare({name: list(each) for name, each in means.items()}, reference, rng, draws=settings.draws)

    def family(reference: str, names: Sequence[str], score: str = _PRIMARY) -> dict[str, tuple[Comparison, ...]]:
        found = {votes: against(votes, reference, names, score) for votes in several}
        cells = {votes: each for votes, each in found.items() if each}
        return dict(zip(cells, adjusted(list(cells.values())), strict=True))

    stale = against(ALL, "sls", [f"stale-sls-{hold}" for hold in results.arm.holds]) if ALL in results.votes else ()
    return Tested(
        hard=family("soft", HARD),
        others={votes: cell for votes in results.votes if (cell := against(votes, "soft", _OTHERS))},
        order=family("multipass", ("deterministic-control",)),
        stale=stale,
        # The entropy of people is the same whatever is predicted: a difference of KL is that of soft NLL.
        secondary={score: family("soft", HARD, score) for score in SCORES if score not in (_PRIMARY, "KL")},
        flatness=_signed(_flatness(results), rng, settings.draws),
        gains=_signed(_correlations(results, "spearman"), rng, settings.draws),
        partial=_signed(_correlations(results, "partial"), rng, settings.draws),
    )


def can_pass(smallest_p: float, n_tests: int) -> bool:
    """Whether the most extreme outcome would pass Holm's correction in a family of so many tests.

    Example:
        >>> can_pass(2 / 2**10, 12), can_pass(2 / 2**5, 1)
        (True, False)
    """
    return smallest_p * n_tests <= LEVEL


def _flatness(results: Results) -> dict[tuple[str, str, str], Array]:
    found = {}
    for votes in results.arm.measured_at:
        names = results.measured(votes)
        for measure in FLATNESS if "soft" in names else ():
            soft = results.geometry(votes, "soft", measure)
            for name in names:
                values = results.geometry(votes, name, measure)
                # Nowhere near a minimum there may be no positive curvature, and no ratio.
                if name in HARD and (values > 0).all() and (soft > 0).all():
                    found[votes, name, measure] = np.log(values / soft)
    return found


def _correlations(results: Results, name: str) -> dict[tuple[str, str], Array]:
    return {
        (votes, delivery): results.gains(votes, delivery, name)
        for votes in results.few
        for delivery in HARD
        if delivery in results.deliveries(votes)
    }


def _signed(values: Mapping[Name, Array], rng: np.random.Generator, draws: int) -> dict[Name, Signed]:
    found = {}
    for name, each in values.items():
        defined = each[np.isfinite(each)]
        if defined.size:
            zeros = np.zeros(defined.size)
            test = sign_flip_test(defined, zeros, rng)
            found[name] = Signed(paired_bootstrap(defined, zeros, rng, n_draws=draws), test, test.p_value)
    if not found:
        return {}
    corrected = holm([each.test.p_value for each in found.values()])
    return {name: replace(each, holm_p=float(p)) for (name, each), p in zip(found.items(), corrected, strict=True)}
