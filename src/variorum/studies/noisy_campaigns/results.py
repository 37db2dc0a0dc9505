"""Runs of the study put together: differences to raw votes, and the share of the loss that cleaning wins back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import Interval, nested_interval
from variorum.reporting.study import Estimate
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, adjusted, compare, mean_and_range
from variorum.studies.noisy_campaigns.settings import CLEANED, ORACLE, RAW, NoisyCampaignsSettings
from variorum.studies.strategies.curves import seed_weights

__all__ = ["SCORES", "Place", "Results"]

Array = NDArray[np.float64]

SCORES: Final[Mapping[str, str]] = {"area": "area under the JS curve", "final": "final JS"}
"""Scores of a run by name, with their titles; lower is better."""

_TAILS: Final = (0.025, 0.975)


class Place(NamedTuple):
    """What was run.

    Attributes:
        corpus: Name of the corpus.
        noise: Kind of noise; empty without any.
        share: Share of the votes that are planted errors.
        strategy: Name of the strategy.
        votes: What the learner gets, of `VOTES`.
    """

    corpus: str
    noise: str
    share: float
    strategy: str
    votes: str


class Results:
    """Values of the runs.

    Args:
        settings: Of the study.
        runs: All of them.

    Attributes:
        cells: A run a seed, by place; places that were left out are in none.
        left_out: Reasons why places were left out, each once.
        corpora: Names of the corpora, in order.
    """

    def __init__(self, settings: NoisyCampaignsSettings, runs: Sequence[Run]) -> None:
        self.settings = settings
        self.cells: dict[Place, list[Mapping[str, Any]]] = {}
        reasons: dict[str, None] = {}
        for run in runs:
            key = run.key
            if "left_out" in run.values:
                reasons[run.values["left_out"]] = None
                continue
            place = Place(key["corpus"], key["noise"], float(key["share"]), key["strategy"], key["votes"])
            self.cells.setdefault(place, []).append(run.values)
        self.left_out = tuple(reasons)
        self.corpora = tuple(dict.fromkeys(place.corpus for place in self.cells))

    @cached_property
    def against_raw(self) -> dict[tuple[str, Place], Comparison]:
        """Every place that is not raw against raw votes, by score; Holm over one corpus, score and kind of votes."""
        return self._compared(lambda place: place._replace(votes=RAW), lambda place: place.votes)

    @cached_property
    def against_first(self) -> dict[tuple[str, Place], Comparison]:
        """Every strategy against the first one, by score; Holm over one corpus and score."""
        first = self.settings.strategies[0]
        return self._compared(lambda place: place._replace(strategy=first), lambda _: "")

    @cached_property
    def alone(self) -> dict[tuple[str, Place], Interval]:
        """The mean of every score and place, with its interval over seeds and items."""
        rng = np.random.default_rng(0)
        return {
            (score, place): nested_interval(self._items(place, score), rng, n_draws=self.settings.draws)
            for score in SCORES
            for place in self.cells
        }

    def won_back(self, place: Place, score: str) -> Estimate:
        """Which share of what planted errors cost, oracle-cleaned less raw, cleaning wins back.

        Args:
            place: Of cleaned votes with noise.
            score: Of `SCORES`.

        Returns:
            Of means over seeds, with an interval over seeds; 1 is all of it, above 1 more, below 0 a further loss. nan
            where raw votes lose nothing for sure, by the interval over seeds, and with one seed.
        """
        raw, cleaned, oracle = (self._means(place._replace(votes=votes), score) for votes in (RAW, CLEANED, ORACLE))
        weights = seed_weights(raw.size, self.settings.draws)
        lost, won = weights @ (raw - oracle), weights @ (raw - cleaned)
        if raw.size < 2 or np.quantile(lost[1:], _TAILS[0]) <= 0 or lost[0] <= 0:
            return Estimate(float("nan"))
        drawn = won[1:] / np.where(lost[1:] > 0, lost[1:], np.nan)
        low, high = np.nanquantile(drawn, _TAILS)
        return Estimate(float(won[0] / lost[0]), float(low), float(high))

    def mean(self, place: Place, value: str) -> Estimate:
        """Mean of a value over seeds, between the lowest and the highest; nan where it is undefined."""
        return mean_and_range(np.array([run[value] for run in self.cells[place]], np.float64))

    def _compared(
        self, base: Callable[[Place], Place], family: Callable[[Place], str]
    ) -> dict[tuple[str, Place], Comparison]:
        groups: dict[tuple[str, str, str], list[Place]] = {}
        for score in SCORES:
            for place in self.cells:
                if base(place) != place and base(place) in self.cells:
                    groups.setdefault((score, place.corpus, family(place)), []).append(place)
        found: dict[tuple[str, Place], Comparison] = {}
        for (score, _, _), places in groups.items():
            pairs = []
            for place in places:
                scores = {"base": self._items(base(place), score), "this": self._items(place, score)}
                pairs.append(compare(scores, "base", 0, draws=self.settings.draws)[1:])
            found |= {(score, place): one for place, (one,) in zip(places, adjusted(pairs), strict=True)}
        return found

    def _items(self, place: Place, score: str) -> list[Array]:
        return [np.array(run["items"][score], np.float64) for run in self.cells[place]]

    def _means(self, place: Place, score: str) -> Array:
        return np.array([run[score] for run in self.cells[place]], np.float64)
