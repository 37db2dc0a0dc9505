"""Runs of the benchmark put together: curves, comparisons with one-vote random, ranks, and votes saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import REFERENCE, YARDSTICK
from variorum.evaluation import FriedmanTest, friedman, nemenyi_difference
from variorum.reporting.study import Estimate
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, compare
from variorum.studies.strategies.curves import N_GRID, first_reach, heights_at, seed_weights
from variorum.studies.strategies.replaying import LINES
from variorum.studies.strategies.scores import ITEMWISE, SCORES
from variorum.studies.strategies.settings import StrategiesSettings

__all__ = ["TARGETS", "Cell", "Ranking", "Results", "Saving", "interval_of"]

Array = NDArray[np.float64]

Cell = tuple[str, str]
"""Features and a corpus."""

TARGETS: Final = (YARDSTICK, REFERENCE)
"""Strategies whose final scores are to be reached with less money."""

_LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False)
class Ranking:
    """Strategies ranked on a score, a corpus being one unit.

    Attributes:
        strategies: Those that ran on every corpus.
        corpora: The corpora.
        test: Mean ranks, and Friedman's test.
        critical: The difference of mean ranks from which two strategies are told apart (Nemenyi); nan for one alone.
    """

    strategies: tuple[str, ...]
    corpora: tuple[str, ...]
    test: FriedmanTest
    critical: float

    def rank(self, strategy: str) -> float:
        """Mean rank of a strategy, 1 is best; nan for one that did not run everywhere."""
        if strategy not in self.strategies:
            return float("nan")
        return float(self.test.mean_ranks[self.strategies.index(strategy)])


@dataclass(frozen=True, eq=False)
class Saving:
    """Share of the budget that a strategy saves: not yet spent when its curve reaches a score.

    Attributes:
        share: By the mean curve over seeds, in [0, 1); 0 for one that does not get there within the budget.
        draws: The same for seeds drawn anew, the same ones for all strategies of a corpus, shape (n_draws,).
        reached: Whether it gets there.
    """

    share: float
    draws: Array
    reached: bool

    @property
    def estimate(self) -> Estimate:
        """The share with its interval."""
        return interval_of(self.share, self.draws)


class Results:
    """Values of the runs.

    Args:
        settings: Of the benchmark.
        runs: All of them.

    Attributes:
        cells: By features and corpus, then by strategy, a run a seed; strategies that could not run are left out.
        left_out: Why, by features, corpus and strategy.
        lines: Reference lines by corpus, a run a seed.
        compared: By cell and score of `ITEMWISE`, every strategy against one-vote random, a family of its own.
    """

    def __init__(self, settings: StrategiesSettings, runs: Sequence[Run]) -> None:
        self.settings = settings
        self.cells: dict[Cell, dict[str, list[Mapping[str, Any]]]] = {}
        self.left_out: dict[tuple[str, str, str], str] = {}
        self.lines: dict[str, list[Mapping[str, Any]]] = {}
        for run in runs:
            corpus, features, strategy = run.key["corpus"], run.key["features"], run.key["strategy"]
            if strategy == LINES:
                self.lines.setdefault(corpus, []).append(run.values)
            elif "left_out" in run.values:
                self.left_out[features, corpus, strategy] = run.values["left_out"]
            else:
                self.cells.setdefault((features, corpus), {}).setdefault(strategy, []).append(run.values)
        # A strategy that lacks what it reads lacks it with every seed; one that fails with some has no pairs.
        for features, corpus, strategy in self.left_out:
            self.cells.get((features, corpus), {}).pop(strategy, None)
        self.compared: dict[tuple[Cell, str], tuple[Comparison, ...]] = {
            (cell, score): compare(
                {name: [np.array(run["items"][score]) for run in each] for name, each in by_strategy.items()},
                REFERENCE,
                0,
                draws=settings.draws,
            )
            for cell, by_strategy in self.cells.items()
            for score in ITEMWISE
        }

    def corpora(self, features: str) -> tuple[str, ...]:
        """Corpora with these features, in order."""
        return tuple(corpus for made_with, corpus in self.cells if made_with == features)

    def comparison(self, cell: Cell, strategy: str, score: str = "area") -> Comparison | None:
        """A strategy against one-vote random; ``None`` where it could not run."""
        return next((each for each in self.compared[cell, score] if each.method == strategy), None)

    def claims(self, features: str, strategy: str, score: str = "area") -> dict[str, str]:
        """What can be said of a strategy on each corpus where it ran: "better", "worse", "open", or "" of itself."""
        found = {}
        for corpus in self.corpora(features):
            each = self.comparison((features, corpus), strategy, score)
            if each is not None:
                found[corpus] = {"higher": "worse", "lower": "better"}.get(each.claim, each.claim)
        return found

    def values(self, cell: Cell, strategy: str, score: str) -> Array:
        """A score's values by seed, nan where undefined."""
        return np.array([run[score] for run in self.cells[cell][strategy]], np.float64)

    def ranking(self, features: str, score: str = "area") -> Ranking:
        """Strategies ranked by their mean over seeds on each corpus; corpora where the score is undefined stay out."""
        cells = [(features, corpus) for corpus in self.corpora(features)]
        means = {c: {s: float(self.values(c, s, score).mean()) for s in self.cells[c]} for c in cells}
        defined = [c for c in cells if not any(np.isnan(mean) for mean in means[c].values())]
        shared = tuple(s for s in self.settings.names if defined and all(s in means[c] for c in defined))
        if not shared:
            nothing = FriedmanTest(np.zeros(0), float("nan"), float("nan"), 0)
            return Ranking((), (), nothing, float("nan"))
        table = [[means[c][s] for s in shared] for c in defined]
        critical = nemenyi_difference(len(shared), len(defined)) if len(shared) > 1 else float("nan")
        test = friedman(table, higher=SCORES[score].higher)
        return Ranking(shared, tuple(corpus for _, corpus in defined), test, critical)

    def curve(self, cell: Cell, strategy: str) -> tuple[Array, Array]:
        """A strategy's JS by share of the budget spent: places, and heights of shape (n_seeds, n_places)."""
        runs = self.cells[cell][strategy]
        return self._grid(runs[0]), self._curves[cell, strategy]

    def saving(self, cell: Cell, strategy: str, target: str = YARDSTICK) -> Saving:
        """What a strategy saves until it has the score that another one has at its full budget.

        Args:
            cell: Features and corpus.
            strategy: Whose curve.
            target: Whose final score, of `TARGETS`.
        """
        return self._savings[cell, strategy, target]

    def median_saving(self, features: str, strategy: str) -> Saving:
        """The median over corpora where the strategy ran, to fixed-overlap-5's score; draws draw seeds, not corpora."""
        each = [
            self.saving(cell, strategy) for cell in self.cells if cell[0] == features and strategy in self.cells[cell]
        ]
        draws = np.median([one.draws for one in each], axis=0)
        return Saving(float(np.median([one.share for one in each])), draws, all(one.reached for one in each))

    def _grid(self, run: Mapping[str, Any]) -> Array:
        first = min(self.settings.cold_start * run["price"] / run["budget"], 0.5)
        return np.linspace(first, 1.0, N_GRID)

    @cached_property
    def _curves(self) -> dict[tuple[Cell, str], Array]:
        return {
            (cell, strategy): np.array(
                [
                    heights_at(np.array(run["spent"]) / run["budget"], np.array(run["js"]), self._grid(runs[0]))
                    for run in runs
                ]
            )
            for cell, by_strategy in self.cells.items()
            for strategy, runs in by_strategy.items()
        }

    @cached_property
    def _savings(self) -> dict[tuple[Cell, str, str], Saving]:
        found = {}
        for cell, by_strategy in self.cells.items():
            weights = seed_weights(len(by_strategy[REFERENCE]), self.settings.draws)
            at = self._grid(by_strategy[REFERENCE][0])
            means = {strategy: weights @ self._curves[cell, strategy] for strategy in by_strategy}
            for target in TARGETS:
                for strategy, curves in means.items():
                    reached = first_reach(at, curves, means[target][:, -1])
                    share = np.nan_to_num(1.0 - reached, nan=0.0)
                    saving = Saving(float(share[0]), share[1:], bool(~np.isnan(reached[0])))
                    found[cell, strategy, target] = saving
        return found


def interval_of(value: float, draws: Array) -> Estimate:
    """A value with the percentiles of its draws."""
    low, high = np.quantile(draws, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Estimate(value, float(low), float(high))
