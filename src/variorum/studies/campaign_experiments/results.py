"""Runs of an experiment put together by corpus, arm and seed, and compared in families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.studies.base import Run
from variorum.studies.campaign_experiments.experiment import Experiment, Family
from variorum.studies.campaign_experiments.scores import ITEMWISE
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.comparison import Comparison, compare
from variorum.studies.strategies.curves import N_GRID, heights_at
from variorum.studies.strategies.replaying import LINES

__all__ = ["Results"]

Array = NDArray[np.float64]


class Results:
    """Values of the runs.

    Args:
        experiment: The experiment.
        settings: Of it.
        runs: All of them.

    Attributes:
        names: Arms that ran, in order.
        corpora: Names of the corpora, in order.
        cells: By corpus, then by arm, a run a seed.
        lines: Reference lines by corpus, a run a seed.
    """

    def __init__(self, experiment: Experiment, settings: ExperimentSettings, runs: Sequence[Run]) -> None:
        self.experiment, self.settings = experiment, settings
        self.names, self.corpora = experiment.names(settings), settings.corpora
        self.cells: dict[str, dict[str, list[Mapping[str, Any]]]] = {corpus: {} for corpus in self.corpora}
        self.lines: dict[str, list[Mapping[str, Any]]] = {corpus: [] for corpus in self.corpora}
        for run in runs:
            corpus, arm = run.key["corpus"], run.key["arm"]
            kept = self.lines[corpus] if arm == LINES else self.cells[corpus].setdefault(arm, [])
            kept.append(run.values)
        self._compared: dict[tuple[str, str, str, tuple[str, ...]], tuple[Comparison, ...]] = {}

    def values(self, corpus: str, arm: str, score: str) -> Array:
        """A score's values by seed, nan where undefined."""
        return np.array([run[score] for run in self.cells[corpus][arm]], np.float64)

    def compared(self, corpus: str, score: str, reference: str, arms: Sequence[str]) -> tuple[Comparison, ...]:
        """Arms against one of them, by a score.

        Args:
            corpus: Name of the corpus.
            score: Of `SCORES`.
            reference: Arm that the others are compared with.
            arms: The others; those that did not run are passed over.

        Returns:
            The reference, then the others; none where the score is undefined on this corpus. Intervals are over seeds
            and items for scores that are kept by item, else over seeds.
        """
        mine = (reference, *(arm for arm in arms if arm in self.names and arm != reference))
        at = corpus, score, reference, mine
        if at not in self._compared:
            if any(np.isnan(self.values(corpus, arm, score)).any() for arm in mine):
                self._compared[at] = ()
            else:
                scores = {
                    arm: [
                        np.array(run["items"][score] if score in ITEMWISE else run[score], np.float64)
                        for run in self.cells[corpus][arm]
                    ]
                    for arm in mine
                }
                self._compared[at] = compare(scores, reference, 0, draws=self.settings.draws)
        return self._compared[at]

    def family(self, corpus: str, score: str, family: Family) -> tuple[Comparison, ...]:
        """A family of the experiment, compared; none where no arm of it ran or the score is undefined."""
        if not set(family.arms) & set(self.names):
            return ()
        return self.compared(corpus, score, family.reference, family.arms)

    def curve(self, corpus: str, arm: str) -> tuple[Array, Array]:
        """JS of an arm by votes spent: places, and heights of shape (n_seeds, n_places)."""
        runs = self.cells[corpus][arm]
        # Budgets differ by what the pool offers, a little, from split to split.
        budget = float(np.mean([run["budget"] for run in runs]))
        at = np.linspace(min(self.settings.cold_start, budget / 2), budget, N_GRID)
        heights = [heights_at(np.array(run["votes"]), np.array(run["js"]), at) for run in runs]
        return at, np.array(heights)
