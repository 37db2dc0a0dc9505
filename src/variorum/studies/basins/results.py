"""Finished runs of an arm, as arrays over splits and initialisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.studies.base import Run
from variorum.studies.basins.settings import ALIKE_AT_ONE, ALL, Arm

__all__ = ["Components", "Results", "variance_components"]

Array = NDArray[np.float64]


class Results:
    """What the runs of an arm came to.

    Args:
        arm: The arm.
        runs: All runs of the study; those of other arms are left alone.
    """

    def __init__(self, arm: Arm, runs: Sequence[Run]) -> None:
        self.arm = arm
        self._runs: dict[str, dict[int, Mapping[str, Any]]] = {}
        for run in runs:
            if run.key["arm"] == arm.network:
                self._runs.setdefault(str(run.key["votes"]), {})[int(run.key["split"])] = run.values

    @property
    def votes(self) -> tuple[str, ...]:
        """Numbers of votes with runs, in the arm's order."""
        return tuple(votes for votes in self.arm.votes if votes in self._runs)

    @property
    def few(self) -> tuple[str, ...]:
        """Those above one and below all: where hard delivery is something else than soft, and votes are few."""
        return tuple(votes for votes in self.votes if votes not in ("1", ALL))

    def n_splits(self, votes: str) -> int:
        """Splits with so many votes."""
        return len(self._runs[votes])

    def runs(self, votes: str) -> list[Mapping[str, Any]]:
        """Values of the runs with so many votes, split by split."""
        return [self._runs[votes][split] for split in sorted(self._runs[votes])]

    def n_votes(self, votes: str) -> float:
        """Mean number of votes an image."""
        return float(np.mean([values["votes"] for values in self.runs(votes)]))

    def deliveries(self, votes: str) -> tuple[str, ...]:
        """Deliveries that were trained."""
        return tuple(self.runs(votes)[0]["deliveries"])

    def has(self, votes: str, delivery: str) -> bool:
        """Whether there is a score of it, its own or, with one vote, that of its equals."""
        return votes in self._runs and self._trained(votes, delivery) in self.deliveries(votes)

    def scores(self, votes: str, delivery: str, score: str) -> Array:
        """A score, shape (n_splits, n_initialisations)."""
        name = self._trained(votes, delivery)
        found = [values["deliveries"][name]["scores"][score] for values in self.runs(votes)]
        return np.array(found, np.float64)

    def checkpoints(self, votes: str, delivery: str) -> Array:
        """How far into training the chosen weights are from, in (0, 1], shape (n_splits, n_initialisations)."""
        name = self._trained(votes, delivery)
        return np.array([values["deliveries"][name]["checkpoint"] for values in self.runs(votes)], np.float64)

    def items(self, votes: str, delivery: str) -> list[Array]:
        """Soft NLL of each split's test images, the mean over initialisations."""
        name = self._trained(votes, delivery)
        return [np.array(values["deliveries"][name]["items"], np.float64) for values in self.runs(votes)]

    def strata(self, votes: str, delivery: str) -> Array:
        """Soft NLL by stratum, shape (n_splits, n_strata); nan for an empty one."""
        name = self._trained(votes, delivery)
        return np.array([values["deliveries"][name]["strata"] for values in self.runs(votes)], np.float64)

    def gains(self, votes: str, delivery: str, name: str) -> Array:
        """A field of `Gains`, split by split."""
        return np.array([values["gains"][delivery][name] for values in self.runs(votes)], np.float64)

    def measured(self, votes: str) -> tuple[str, ...]:
        """Deliveries whose geometry was measured."""
        return tuple(self.runs(votes)[0].get("geometry", ())) if votes in self._runs else ()

    def geometry(self, votes: str, delivery: str, name: str) -> Array:
        """A measure of geometry, the mean over initialisations, shape (n_splits,)."""
        return np.array([np.mean([one[name] for one in values["geometry"][delivery]]) for values in self.runs(votes)])

    def barrier(self, votes: str, name: str) -> Array:
        """Loss barrier to the network of soft labels, the mean over initialisations, shape (n_splits,), or empty."""
        found = [values["barrier"][name] for values in self.runs(votes) if name in values.get("barrier", {})]
        return np.array([np.mean(each) for each in found], np.float64)

    def outside(self, votes: str, delivery: str, pictures: str, score: str, measure: str) -> Array:
        """How well other pictures are detected, the mean over initialisations, shape (n_splits,)."""
        return np.array(
            [
                np.mean([one[pictures][score][measure] for one in values["outside"][delivery]])
                for values in self.runs(votes)
            ]
        )

    def outside_sets(self, votes: str) -> dict[str, tuple[str, ...]]:
        """Sets of other pictures that were at hand in every run, with the scores."""
        sets = [one for values in self.runs(votes) for each in values["outside"].values() for one in each]
        return {name: tuple(sets[0][name]) for name in sets[0] if all(name in each for each in sets)} if sets else {}

    def lines(self) -> Mapping[str, Mapping[str, Array]]:
        """Reference lines by score and name: mean, lower and upper end, averaged over splits."""
        found = [values["lines"] for values in self.runs(ALL) if "lines" in values] if ALL in self._runs else []
        if not found:
            return {}
        return {
            score: {name: np.mean([each[score][name] for each in found], axis=0) for name in found[0][score]}
            for score in found[0]
        }

    @staticmethod
    def _trained(votes: str, delivery: str) -> str:
        return "soft" if votes == "1" and delivery in ALIKE_AT_ONE else delivery


@dataclass(frozen=True)
class Components:
    """Where a score's variance comes from.

    Attributes:
        split: Standard deviation over splits: which images are tested, and which votes were drawn; nan where one
            initialisation cannot tell it apart.
        initialisation: Standard deviation over initialisations of a split; nan with one.
        total: Standard deviation over splits of the means over initialisations; nan with one split.
    """

    split: float
    initialisation: float
    total: float


def variance_components(scores: Array) -> Components:
    """Components of variance of a score over splits and initialisations, by one-way analysis of variance.

    Args:
        scores: Shape (n_splits, n_initialisations).

    Returns:
        Standard deviations; an estimate of a variance below zero counts as zero.

    Example:
        >>> found = variance_components(np.array([[1.0, 1.0], [3.0, 3.0]]))
        >>> round(found.split, 3), found.initialisation
        (1.414, 0.0)
    """
    n_splits, n = scores.shape
    between = float(scores.mean(axis=1).var(ddof=1)) if n_splits > 1 else float("nan")
    within = float(scores.var(axis=1, ddof=1).mean()) if n > 1 else float("nan")
    split = np.sqrt(max(0.0, between - within / n)) if n > 1 and n_splits > 1 else float("nan")
    return Components(float(split), float(np.sqrt(within)), float(np.sqrt(between)))
