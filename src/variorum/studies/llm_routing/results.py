"""Runs of the study put together: final scores compared, and with how much of people's money a score is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.study import Estimate
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, adjusted, compare
from variorum.studies.llm_routing.settings import LlmRoutingSettings
from variorum.studies.llm_routing.strategies import STRATEGIES
from variorum.studies.strategies.curves import N_GRID, first_reach, heights_at, seed_weights

__all__ = ["Place", "Results", "interval_of"]

Array = NDArray[np.float64]

_LEVEL: Final = 0.95


class Place(NamedTuple):
    """Where a strategy ran.

    Attributes:
        corpus: Name of the corpus.
        llm: What is wrong with the simulated LLM, or the model's name; empty without one.
        cheaper: How many times less than a person it costs; 0 without one.
        strategy: Name of the strategy.
    """

    corpus: str
    llm: str
    cheaper: int
    strategy: str


@dataclass(frozen=True, eq=False)
class _Curves:
    """Curves of the seeds over the share of people's money: places, shape (n,), and heights, (n_seeds, n)."""

    at: Array
    heights: Array


class Results:
    """Values of the runs.

    Args:
        settings: Of the study.
        runs: All of them.

    Attributes:
        cells: A run a seed, by place.
        corpora: Names of the corpora, in order.
    """

    def __init__(self, settings: LlmRoutingSettings, runs: Sequence[Run]) -> None:
        self.settings = settings
        self.cells: dict[Place, list[Mapping[str, Any]]] = {}
        for run in runs:
            place = Place(run.key["corpus"], run.key["llm"], int(run.key["cheaper"]), run.key["strategy"])
            self.cells.setdefault(place, []).append(run.values)
        self.corpora = tuple(dict.fromkeys(place.corpus for place in self.cells))

    @cached_property
    def people(self) -> dict[str, tuple[Comparison, ...]]:
        """Strategies with people alone by corpus: final JS against the first of them."""
        return {
            corpus: compare(
                {name: self._finals(Place(corpus, "", 0, name)) for name in self.settings.people},
                self.settings.people[0],
                0,
                draws=self.settings.draws,
            )
            for corpus in self.corpora
        }

    @cached_property
    def compared(self) -> dict[Place, Comparison]:
        """Final JS of each strategy with an LLM against the same without; Holm over those of one corpus and LLM."""
        found: dict[Place, Comparison] = {}
        families: dict[tuple[str, str, int], list[Place]] = {}
        for corpus in self.corpora:
            for place in self.places(corpus):
                families.setdefault(place[:3], []).append(place)
        for places in families.values():
            pairs = [(self._against(place),) for place in places]
            found |= {place: one for place, (one,) in zip(places, adjusted(pairs), strict=True)}
        return found

    def places(self, corpus: str, price: int | None = None) -> tuple[Place, ...]:
        """Where strategies with an LLM ran on a corpus, in order: at one price, or at any."""
        found = (Place(corpus, llm, cheaper, name) for llm, cheaper, name in self.settings.arms(corpus) if llm)
        return tuple(place for place in found if price in (None, place.cheaper))

    def money(self, place: Place, target: str) -> Estimate:
        """With which share of people's money a strategy first has the score that people alone have for all of it.

        Args:
            place: Of the strategy.
            target: A strategy of people alone: whose final score.

        Returns:
            By the mean curve over seeds, with the ends of an interval over seeds; nan is more than was spent. One seed
            alone has no interval.
        """
        n = len(self.cells[place])
        weights = seed_weights(n, self.settings.draws)
        finals = np.array([run["final"] for run in self.cells[Place(place.corpus, "", 0, target)]])
        curves = self.curves[place]
        reached = first_reach(curves.at, weights @ curves.heights, weights @ finals)
        value = float(reached[0])
        return interval_of(value, reached[1:]) if n > 1 else Estimate(value)

    def llm_share(self, place: Place) -> float:
        """Share of the money spent that went to the LLM, mean over seeds."""
        return float(np.mean([run["llm_spent"] / run["spent"][-1] for run in self.cells[place]]))

    def llm_votes(self, place: Place) -> float:
        """Votes bought of the LLM, mean over seeds."""
        return float(np.mean([run["llm_votes"] for run in self.cells[place]]))

    @cached_property
    def curves(self) -> dict[Place, _Curves]:
        """JS by the share of people's money that was spent, from the last seed's first round on."""
        return {place: self._curves_of(place) for place in self.cells}

    def _curves_of(self, place: Place) -> _Curves:
        runs = self.cells[place]
        spent = [np.array(run["spent"], np.float64) / run["money"] for run in runs]
        at = np.linspace(max(each[0] for each in spent), max(each[-1] for each in spent), N_GRID)
        heights = [heights_at(x, np.array(run["js"], np.float64), at) for x, run in zip(spent, runs, strict=True)]
        return _Curves(at, np.array(heights))

    def _against(self, place: Place) -> Comparison:
        without = STRATEGIES[place.strategy].without
        scores = {
            without: self._finals(Place(place.corpus, "", 0, without)),
            place.strategy: self._finals(place),
        }
        return compare(scores, without, 0, draws=self.settings.draws)[1]

    def _finals(self, place: Place) -> list[Array]:
        return [np.array(run["items"]["final"], np.float64) for run in self.cells[place]]


def interval_of(value: float, draws: Array) -> Estimate:
    """A value with the percentiles of its draws, nan being larger than any number.

    Example:
        >>> interval_of(0.5, np.array([0.4] * 30 + [0.6] * 30 + [np.nan] * 40))
        Estimate(value=0.5, low=0.4, high=nan, signed=False)
    """
    tails = [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]
    # Without interpolation, which has no answer next to infinity.
    low, high = np.quantile(np.nan_to_num(draws, nan=np.inf), tails, method="inverted_cdf")
    return Estimate(value, _defined(low), _defined(high))


def _defined(end: float) -> float:
    return float(end) if np.isfinite(end) else float("nan")
