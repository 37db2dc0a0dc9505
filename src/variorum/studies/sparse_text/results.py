"""Runs of the study put together: scores by corpus, votes and delivery, compared with soft labels over paired seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import nested_interval, two_level_interval
from variorum.reporting.study import Estimate
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, adjusted, compare, estimate
from variorum.studies.sparse_text.settings import DELIVERED, SparseTextSettings

__all__ = ["MARGIN", "Results", "over_seeds"]

MARGIN: Final = 0.01
"""Nats of soft NLL that count as no difference."""

Array = NDArray[np.float64]
Cell = tuple[str, int | str]
"""A corpus and votes an item."""


def over_seeds(values: Sequence[Array | float], draws: int, *, signed: bool = False) -> Estimate:
    """Mean over seeds with its interval; seeds without a defined value are left out, and without any it is undefined.

    Args:
        values: A seed's value, or those of its items.
        draws: Resamples.
        signed: Whether it is a difference.
    """
    rows = [row[~np.isnan(row)] for row in (np.atleast_1d(np.asarray(each, np.float64)) for each in values)]
    rows = [row for row in rows if row.size]
    if not rows:
        return Estimate(float("nan"), signed=signed)
    # A seed's single value leaves nothing to draw within it, which is much the faster resample.
    if all(row.size == 1 for row in rows):
        return estimate(two_level_interval(np.array(rows), 0, n_draws=draws), signed=signed)
    return estimate(nested_interval(rows, 0, n_draws=draws), signed=signed)


@dataclass(frozen=True, eq=False)
class Results:
    """Values of the runs.

    Attributes:
        settings: Of the study.
        votes: Heads by corpus and votes an item, a run a seed.
        money: Heads by corpus and votes an item where equal money is compared.
        tuned: Encoders by corpus and delivery.
        lines: Reference lines by corpus.
    """

    settings: SparseTextSettings
    votes: Mapping[Cell, list[Mapping[str, Any]]]
    money: Mapping[Cell, list[Mapping[str, Any]]]
    tuned: Mapping[Cell, list[Mapping[str, Any]]]
    lines: Mapping[str, list[Mapping[str, Any]]]

    @classmethod
    def of(cls, settings: SparseTextSettings, runs: Sequence[Run]) -> Results:
        """Sort runs by what they are of; those of a cell stay in the order of their seeds."""
        arms: dict[str, dict[Any, list[Mapping[str, Any]]]] = {arm: {} for arm in ("votes", "money", "tuning", "lines")}
        for run in runs:
            key = run.key
            second = {"votes": "votes", "money": "votes", "tuning": "delivery"}.get(key["arm"])
            cell = key["corpus"] if second is None else (key["corpus"], key[second])
            arms[key["arm"]].setdefault(cell, []).append(run.values)
        return cls(settings, arms["votes"], arms["money"], arms["tuning"], arms["lines"])

    @property
    def corpora(self) -> tuple[str, ...]:
        """Names of the corpora, in order."""
        return tuple(dict.fromkeys(name for name, _ in self.votes))

    def votes_of(self, corpus: str) -> tuple[int | str, ...]:
        """Votes an item that were tried, all of them last."""
        return tuple(votes for name, votes in self.votes if name == corpus)

    def few_of(self, corpus: str) -> tuple[int | str, ...]:
        """Those that count as few."""
        return tuple(votes for votes in self.votes_of(corpus) if votes in self.settings.few)

    def x_of(self, corpus: str, votes: int | str) -> float:
        """Where they stand on an axis: all votes as the most that an item has."""
        return float(self.lines[corpus][0]["votes"] if votes == "all" else votes)

    def nll(self, corpus: str, votes: int | str, delivery: str) -> list[Array]:
        """Soft NLL of each seed's test items."""
        return [np.array(run["scores"][delivery]["nll"], np.float64) for run in self.votes[corpus, votes]]

    def few_nll(self, corpus: str, delivery: str) -> list[Array]:
        """The same, item by item the mean over few votes: one split has the same test items at any number of votes."""
        several = [self.nll(corpus, votes, delivery) for votes in self.few_of(corpus)]
        return [np.mean(rows, axis=0) for rows in zip(*several, strict=True)]

    def mean(self, corpus: str, votes: int | str, delivery: str, score: str) -> list[float]:
        """Another score's mean of each seed; nan where undefined."""
        return [float(np.array(run["scores"][delivery][score], np.float64)) for run in self.votes[corpus, votes]]

    @cached_property
    def main(self) -> dict[str, tuple[Comparison, ...]]:
        """Deliveries against soft labels, mean over few votes; one family over corpora."""
        cells = [self._compared({d: self.few_nll(corpus, d) for d in DELIVERED}) for corpus in self.corpora]
        return dict(zip(self.corpora, adjusted(cells), strict=True))

    @cached_property
    def by_votes(self) -> dict[Cell, tuple[Comparison, ...]]:
        """The same at each number of votes but one, where there is nothing to compare; one family."""
        cells = [cell for cell in self.votes if cell[1] != 1]
        found = [self._compared({d: self.nll(*cell, d) for d in DELIVERED}) for cell in cells]
        return dict(zip(cells, adjusted(found), strict=True))

    @cached_property
    def equal_money(self) -> dict[str, tuple[Comparison, ...]]:
        """More votes an item against one vote on more items, soft labels; one family over corpora."""
        found = []
        for corpus in self.corpora:
            rows = {_named(votes): runs for (name, votes), runs in self.money.items() if name == corpus}
            scores = {name: [np.array(run["nll"], np.float64) for run in runs] for name, runs in rows.items()}
            found.append(compare(scores, next(iter(scores)), 0, margin=MARGIN, draws=self.settings.draws))
        return dict(zip(self.corpora, adjusted(found), strict=True))

    @cached_property
    def at_one(self) -> dict[str, Estimate]:
        """Soft NLL of soft labels at one vote an item, which is that of every delivery; by corpus."""
        ones = [corpus for corpus, votes in self.votes if votes == 1]
        return {corpus: over_seeds(self.nll(corpus, 1, "soft"), self.settings.draws) for corpus in ones}

    def gains(self, corpus: str, delivery: str, tercile: int) -> Estimate:
        """Gain over soft labels with few votes on test items of a third of human entropy."""
        soft, own = self.few_nll(corpus, "soft"), self.few_nll(corpus, delivery)
        which = [np.array(run["tercile"]) == tercile for run in self.votes[corpus, self.few_of(corpus)[0]]]
        parts = [(a - b)[mask] for a, b, mask in zip(soft, own, which, strict=True)]
        return over_seeds(parts, self.settings.draws, signed=True)

    def rank_correlation(self, corpus: str, votes: Sequence[int | str], delivery: str) -> Estimate:
        """Spearman of gain with distance on training items, mean over numbers of votes; interval over seeds."""
        several = [
            [
                float(np.array(run["where"].get(delivery, {}).get("spearman"), np.float64))
                for run in self.votes[corpus, each]
            ]
            for each in votes
        ]
        return over_seeds([float(np.mean(row)) for row in zip(*several, strict=True)], self.settings.draws, signed=True)

    def _compared(self, scores: Mapping[str, list[Array]]) -> tuple[Comparison, ...]:
        return compare(scores, "soft", 0, margin=MARGIN, draws=self.settings.draws)


def _named(votes: int | str) -> str:
    return "1 vote" if votes == 1 else f"{votes} votes"
