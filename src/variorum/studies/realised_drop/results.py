"""Runs of the study put together: correlations with intervals, how reliable the target is, and what there is to win."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.study import Estimate
from variorum.studies.base import Run
from variorum.studies.realised_drop.measuring import LOOKAHEADS
from variorum.studies.realised_drop.rank_correlation import rank_correlation
from variorum.studies.realised_drop.scores import OURS, REFERENCE, SCORES
from variorum.studies.realised_drop.settings import RealisedDropSettings
from variorum.studies.strategies.curves import seed_weights
from variorum.studies.strategies.results import interval_of

__all__ = ["ALL", "DRAWN", "NEW", "Results", "View", "ceiling"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """Which candidates, and which of their drops.

    Attributes:
        drop: Name of the drop.
        new: Whether only candidates count that nobody was asked about.
    """

    drop: str = "expected"
    new: bool = False


ALL: Final = View()
NEW: Final = View(new=True)
DRAWN: Final = View("drawn")

_NAMES: Final = (*SCORES, *LOOKAHEADS)


@dataclass(frozen=True, eq=False)
class _Moment:
    """One moment of one seed, as arrays over candidates."""

    votes: int
    js: float
    asked: Array
    drops: Mapping[str, Array]
    scores: Mapping[str, Array]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> _Moment:
        drops, scores = (
            {name: np.array(each, np.float64) for name, each in values[part].items()} for part in ("drops", "scores")
        )
        return cls(int(values["votes"]), float(values["js"]), np.array(values["asked"], np.float64), drops, scores)


def ceiling(between_halves: Array) -> Array:
    """The correlation with the drop of what knew the drop on all items of the population, and no test item.

    The test items are a sample. From the correlation r of the drops on two halves of them follows the reliability of
    the drop on all, 2 r / (1 + r), and its root is how far anything can go that does not know which items these are.

    Args:
        between_halves: Correlation of the drops on two halves, in [-1, 1].

    Returns:
        In [0, 1]; 0 where the halves do not agree.

    Source:
        Spearman (1910) and Brown (1910), the prophecy formula; Spearman (1904), attenuation. Derived for Pearson's
        correlation, and taken over to ranks.

    Example:
        >>> ceiling(np.array([1.0, 0.5, -0.2])).round(3)
        array([1.   , 0.816, 0.   ])
    """
    r = np.maximum(between_halves, 0.0)
    return np.asarray(np.sqrt(2.0 * r / (1.0 + r)), np.float64)


class Results:
    """Values of the runs.

    Every statistic comes with draws of itself behind it, the value first: seeds are resampled, and within each seed and
    moment its candidates, the same for all scores.

    Args:
        settings: Of the study.
        runs: All of them.

    Attributes:
        moments: By corpus, the moments of each seed.
        sizes: By corpus, items of the pool and of the test.
    """

    def __init__(self, settings: RealisedDropSettings, runs: Sequence[Run]) -> None:
        self.settings = settings
        self.moments: dict[str, list[list[_Moment]]] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        for run in runs:
            corpus = run.key["corpus"]
            self.moments.setdefault(corpus, []).append([_Moment.of(each) for each in run.values["moments"]])
            self.sizes.setdefault(corpus, (int(run.values["pool"]), int(run.values["test"])))

    @property
    def corpora(self) -> tuple[str, ...]:
        """Names of the corpora."""
        return tuple(self.moments)

    @cached_property
    def _drawn(self) -> dict[str, list[list[Array]]]:
        """How often each candidate counts, shape (1 + n_draws, n_candidates): once each, then as resampled."""
        rng, found = np.random.default_rng(0), {}
        for corpus, seeds in self.moments.items():
            found[corpus] = [
                [
                    np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), self.settings.draws)])
                    for n in (moment.asked.size for moment in moments)
                ]
                for moments in seeds
            ]
        return found

    def _resampled(self, corpus: str, statistic: Callable[[_Moment, Array], Array], moment: int | None) -> Array:
        """Mean over moments, or one of them, and over seeds, shape (1 + n_draws,)."""
        per_seed = []
        for moments, drawn in zip(self.moments[corpus], self._drawn[corpus], strict=True):
            pairs = list(zip(moments, drawn, strict=True))
            kept = pairs if moment is None else [pairs[moment]]
            per_seed.append(np.mean([statistic(each, weights) for each, weights in kept], axis=0))
        table = np.array(per_seed)
        return np.asarray((seed_weights(len(table), self.settings.draws) * table.T).sum(axis=1), np.float64)

    @cached_property
    def _correlations(self) -> dict[tuple[str, str, View], Array]:
        return {
            (corpus, name, view): self._resampled(corpus, _correlation(name, view), None)
            for corpus in self.corpora
            for name in _NAMES
            for view in (ALL, NEW, DRAWN)
        }

    def correlation(self, corpus: str, name: str, view: View = ALL, moment: int | None = None) -> Estimate:
        """Spearman's correlation of a score with a drop, mean over moments and seeds; nan where the score is constant.

        Args:
            corpus: Name of the corpus.
            name: Of `SCORES` or `LOOKAHEADS`.
            view: Which candidates and drop.
            moment: Number of the moment; ``None`` for the mean over all.
        """
        if moment is None:
            return _estimate(self._correlations[corpus, name, view])
        return _estimate(self._resampled(corpus, _correlation(name, view), moment))

    def ours_less(self, corpus: str, other: str = REFERENCE, view: View = ALL) -> Estimate:
        """Our correlation less another score's, with the interval of paired candidates and seeds."""
        gap = self._correlations[corpus, OURS, view] - self._correlations[corpus, other, view]
        return _estimate(gap, signed=True)

    def between(self, corpus: str, left: str, right: str, moment: int | None = None) -> Estimate:
        """Spearman's correlation of two drops of the same candidates."""
        return _estimate(self._between(corpus, left, right, moment))

    def ceiling(self, corpus: str, moment: int | None = None) -> Estimate:
        """`ceiling` of the mean correlation between the halves of the test items."""
        return _estimate(ceiling(self._between(corpus, "first", "second", moment)))

    def model_ceiling(self, corpus: str, moment: int | None = None) -> Estimate:
        """How much the drops that the model expects vary over candidates, as a share of how much the drops do.

        Where a model is right about all that it is unsure of, its expectation correlates with the drop by just this
        (Pearson): the covariance of anything with its conditional mean is the variance of the mean. The rest is
        surprise. The expectation is that of refits, without the approximations of a score.
        """
        return _estimate(self._resampled(corpus, _model_share, moment))

    def _between(self, corpus: str, left: str, right: str, moment: int | None) -> Array:
        return self._resampled(corpus, lambda m, w: rank_correlation(m.drops[left], m.drops[right], w), moment)

    def mean_drop(self, corpus: str, moment: int | None = None) -> Estimate:
        """Mean drop over candidates, which is random's, nats."""
        return _estimate(self._resampled(corpus, lambda m, w: w @ m.drops["expected"] / w.sum(axis=1), moment))

    def spread(self, corpus: str, moment: int | None = None) -> float:
        """Standard deviation of the drops over candidates, nats, mean over moments and seeds."""
        kept = [each if moment is None else [each[moment]] for each in self.moments[corpus]]
        return float(np.mean([m.drops["expected"].std() for moments in kept for m in moments]))

    def best(self, corpus: str, name: str) -> Estimate:
        """Mean drop of the candidates that a score puts first, nats, with an interval over seeds alone.

        Args:
            corpus: Name of the corpus.
            name: Of `SCORES` or `LOOKAHEADS`; ``"the drop itself"``; or ``"the other half"``: chosen by the drop on
                one half of the test items, and measured on the other.
        """
        n, draws = self.settings.best, self.settings.draws
        each = np.array([np.mean([_best(m, name, n) for m in moments]) for moments in self.moments[corpus]])
        found = seed_weights(each.size, draws) @ each
        return _estimate(found) if each.size > 1 else Estimate(float(found[0]))


def _correlation(name: str, view: View) -> Callable[[_Moment, Array], Array]:
    def statistic(moment: _Moment, weights: Array) -> Array:
        kept = moment.asked == 0 if view.new else np.ones(moment.asked.size, bool)
        return rank_correlation(moment.scores[name][kept], moment.drops[view.drop][kept], weights[:, kept])

    return statistic


def _model_share(moment: _Moment, weights: Array) -> Array:
    share = weights / weights.sum(axis=1, keepdims=True)
    expected, drop = moment.scores["refits, nothing known"], moment.drops["expected"]
    spread = [np.sqrt(np.maximum(share @ np.square(x) - np.square(share @ x), 0.0)) for x in (expected, drop)]
    undefined = np.full(len(share), np.nan)
    return np.asarray(np.divide(spread[0], spread[1], out=undefined, where=spread[1] > 0), np.float64)


def _best(moment: _Moment, name: str, n: int) -> float:
    drops = moment.drops
    if name == "the other half":
        halves = ((drops["first"], drops["second"]), (drops["second"], drops["first"]))
        return float(np.mean([measured[_top(chosen, n)].mean() for chosen, measured in halves]))
    by = drops["expected"] if name == "the drop itself" else moment.scores[name]
    # A constant score chooses nothing.
    return float("nan") if np.isnan(by).any() or np.ptp(by) == 0 else float(drops["expected"][_top(by, n)].mean())


def _top(values: Array, n: int) -> NDArray[np.int64]:
    return np.argsort(-values, kind="stable")[:n]


def _estimate(draws: Array, *, signed: bool = False) -> Estimate:
    found = interval_of(float(draws[0]), draws[1:])
    return Estimate(found.value, found.low, found.high, signed)
