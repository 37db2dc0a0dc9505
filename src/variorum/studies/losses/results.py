"""Runs of the study of losses put together: compared with cross-entropy seed by seed, and ranked over corpora."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import friedmanchisquare, rankdata

from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL, Comparison, compare
from variorum.studies.losses.scores import ITEMWISE, SCORES, scores_of
from variorum.studies.losses.settings import REFERENCE, LossesSettings, methods_of

__all__ = ["Ranking", "Results", "better"]

Array = NDArray[np.float64]


def better(score: str, comparison: Comparison) -> str:
    """What a comparison says of a method against cross-entropy: "better", "worse" or, of no claim, ``""``."""
    if comparison.test is None or not comparison.holm_p <= LEVEL:
        return ""
    return "better" if (comparison.test.mean_difference > 0) == SCORES[score].higher else "worse"


@dataclass(frozen=True)
class Ranking:
    """Methods ranked on a score, a corpus being one unit.

    Attributes:
        methods: Those of all corpora.
        ranks: 1 is best, equal scores share their mean rank, shape (n_corpora, n_methods).
        friedman_p: Of the hypothesis that all methods are alike, by its chi-square approximation; nan with fewer than
            three corpora.
    """

    methods: tuple[str, ...]
    ranks: Array
    friedman_p: float

    @property
    def mean(self) -> Array:
        """Mean rank of each method, shape (n_methods,)."""
        return np.asarray(self.ranks.mean(axis=0))

    @property
    def best(self) -> str:
        """The method with the best mean rank."""
        return self.methods[int(self.mean.argmin())]


class Results:
    """Values of the runs.

    Args:
        settings: Of the study.
        runs: All of them.

    Attributes:
        heads: By corpus and method, a run a seed.
        lines: Reference lines by corpus, a run a seed.
        corpora: Names, in order.
        compared: By corpus and score, every method against cross-entropy; each cell is a family of its own.
    """

    def __init__(self, settings: LossesSettings, runs: Sequence[Run]) -> None:
        self.settings = settings
        self.heads: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self.lines: dict[str, list[Mapping[str, Any]]] = {}
        for run in runs:
            if run.key["arm"] == "lines":
                self.lines.setdefault(run.key["corpus"], []).append(run.values)
            else:
                self.heads.setdefault((run.key["corpus"], run.key["method"]), []).append(run.values)
        self.corpora = tuple(self.lines)
        self.compared: dict[tuple[str, str], tuple[Comparison, ...]] = {
            (corpus, score): compare(
                {method: self._values(corpus, method, score) for method in self.methods(corpus)},
                REFERENCE,
                0,
                # A score with one value a seed has no items to draw: seeds alone are, in the faster way.
                same_items=score not in ITEMWISE,
                draws=settings.draws,
            )
            for corpus in self.corpora
            for score in self.scores(corpus)
        }

    def methods(self, corpus: str) -> tuple[str, ...]:
        """What was compared on a corpus."""
        return methods_of(self._ordinal(corpus))

    def scores(self, corpus: str) -> tuple[str, ...]:
        """What it was scored by."""
        return scores_of(self._ordinal(corpus))

    def means(self, corpus: str, method: str, score: str, *, by_cross_entropy: bool = False) -> Array:
        """A score's mean of each seed, nan where undefined."""
        runs = self.heads[corpus, method]
        return np.array([(run["by_cross_entropy"] if by_cross_entropy else run)[score] for run in runs], np.float64)

    def ranking(self, score: str, *, by_cross_entropy: bool = False) -> Ranking:
        """Methods of all corpora that have the score, ranked in each."""
        corpora = [corpus for corpus in self.corpora if score in self.scores(corpus)]
        shared = [set(self.methods(corpus)) for corpus in corpora]
        methods = tuple(m for m in self.methods(corpora[0]) if all(m in each for each in shared))
        sign = -1.0 if SCORES[score].higher else 1.0
        table = np.array(
            [
                [sign * _defined(self.means(c, m, score, by_cross_entropy=by_cross_entropy)).mean() for m in methods]
                for c in corpora
            ]
        )
        ranks = rankdata(table.round(12), axis=1)
        p = float(friedmanchisquare(*table.T).pvalue) if len(corpora) > 2 else float("nan")
        return Ranking(methods, ranks, p)

    def _ordinal(self, corpus: str) -> bool:
        return bool(self.lines[corpus][0]["ordinal"])

    def _values(self, corpus: str, method: str, score: str) -> list[Array]:
        if score in ITEMWISE:
            return [np.array(run["items"][score], np.float64) for run in self.heads[corpus, method]]
        return [np.atleast_1d(mean) for mean in _defined(self.means(corpus, method, score))]


def _defined(means: Array) -> Array:
    """An entropy correlation is undefined where a model is equally sure everywhere; it then tells nothing: 0."""
    return np.nan_to_num(means, nan=0.0)
