"""How many items and votes a target will cost, told from a pilot, by overlap and by strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, group_codes
from variorum.campaign.config import CampaignConfig
from variorum.campaign.inputs import learner_inputs, learner_of, reads_of
from variorum.campaign.layout import of_people
from variorum.campaign.planning.resamples import FOLDS, Resamples
from variorum.campaign.planning.vote_worth import PilotReplays, VoteWorth
from variorum.campaign.power_law import PowerLaw, fit_power_law
from variorum.campaign.strategies import STRATEGIES
from variorum.checks import as_choice, as_whole
from variorum.errors import ArgumentError, SchemeError
from variorum.features import featurizer
from variorum.training import Inputs, Learner, TrainingData, take_inputs

__all__ = ["LEVEL", "Forecast", "Plan", "Reach", "StrategyReach", "plan_campaign"]

LEVEL: Final = 0.8
"""Probability of the intervals: a plan is made for the likely case, and says how likely."""

_FEWEST_ITEMS, _FEWEST_PAIRED, _FEWEST_CELL = 60, 30, 12
_REPEATS, _SIZES = 3, 4
_FARTHEST = 20


@dataclass(frozen=True)
class Forecast:
    """The score that some items and votes will bring.

    Attributes:
        items: Items.
        overlap: Votes on each.
        js: Expected mean JS divergence to people on new items, nats.
        low: Lower end of its interval.
        high: Upper end of its interval.
    """

    items: int
    overlap: int
    js: float
    low: float
    high: float

    @property
    def votes(self) -> int:
        """Items times overlap."""
        return self.items * self.overlap


@dataclass(frozen=True)
class Reach:
    """What it takes to reach the target with an overlap.

    Attributes:
        overlap: Votes on each item.
        items: Items needed; infinite where the target lies beyond what the pilot lets one see (`Plan.farthest`).
        low: Lower end of its interval.
        high: Upper end of its interval; often infinite.
    """

    overlap: int
    items: float
    low: float
    high: float

    @property
    def votes(self) -> float:
        """Items times overlap."""
        return self.items * self.overlap


@dataclass(frozen=True)
class StrategyReach:
    """What it takes to reach the target by a strategy.

    Attributes:
        strategy: A name of `campaign.STRATEGIES`.
        worth: How many votes at random, one an item, a vote of its money makes up for, the first round left out where
            it is the same; in [1/8, 8], at an end as little or less, as much or more.
        worth_low: Lower end of its interval.
        worth_high: Upper end of its interval.
        votes: Votes needed, at the median price; infinite beyond `Plan.farthest`, and not fewer than replays of the
            pilot looked at.
        low: Lower end of its interval.
        high: Upper end of its interval; often infinite.
        forced: Share of the choices of an annotator that the pilot decided and not the strategy, in [0, 1].
    """

    strategy: str
    worth: float
    worth_low: float
    worth_high: float
    votes: float
    low: float
    high: float
    forced: float


@dataclass(frozen=True, eq=False)
class Plan:
    """What a pilot says of the campaign to come.

    Attributes:
        target: The JS divergence aimed at, nats.
        items: Items of the pilot with a vote.
        votes: Votes of the pilot.
        curve: The pilot's own learning curve, corrected for its few votes, with intervals.
        forecasts: Items by overlap, overlaps first.
        reaches: Votes for the target, one an overlap.
        strategies: Votes for the target, one a strategy.
        redundancy: How little a second vote on an item is worth beside a first one on another, in [0, 1]; nan where
            the pilot had one overlap to learn from.
        farthest: Votes up to which forecasts are made: twenty times the pilot's.
        level: Probability of the intervals.
    """

    target: float
    items: int
    votes: int
    curve: tuple[Forecast, ...]
    forecasts: tuple[Forecast, ...]
    reaches: tuple[Reach, ...]
    strategies: tuple[StrategyReach, ...]
    redundancy: float
    farthest: int
    level: float


def plan_campaign(
    pilot: Corpus,
    target: float,
    *,
    overlaps: Sequence[int] = (1, 2, 5),
    strategies: Sequence[str] = (),
    features: str = "tfidf",
    learner: str = "softmax-regression",
    seed: int = 0,
) -> Plan:
    """Extrapolate a pilot's learning curves to a target.

    The pilot's items are held out in turn, and the learner is fitted to parts of the rest: fewer items, fewer votes an
    item. The JS divergence on held-out items is corrected for their few votes (`hidden_js`); a power law in items and
    overlap is fitted, and again to items resampled with replacement, whole groups at a time. Each strategy is replayed
    on the pilot beside one random vote an item (`PilotReplays`).

    Args:
        pilot: The pilot: its items and votes.
        target: JS divergence to reach, nats, in (0, ln 2).
        overlaps: Votes an item to plan for; more than the pilot has are extrapolated.
        strategies: Names of `campaign.STRATEGIES` to plan for.
        features: How items become vectors; fitted to the pilot's items.
        learner: The model of the label distribution.
        seed: Seed of splits and resamples.

    Returns:
        The plan. Intervals tell of the pilot's items being a sample; not of a curve that bends beyond the pilot.

    Raises:
        ArgumentError: If the pilot is too small, with what it lacks; or an argument is out of range.
        SchemeError: If the labels form no distribution over classes.
        UnknownNameError: If a method or a strategy does not exist.

    Source:
        Learning curves as power laws; `docs/planning.md` compares plans with what happened.
    """
    if not 0 < target < math.log(2):
        raise ArgumentError(f"target = {target} must lie between 0 and ln 2 = 0.693, the range of the JS divergence.")
    overlaps = tuple(dict.fromkeys(as_whole("overlap", k, least=1) for k in overlaps))
    strategies = tuple(dict.fromkeys(as_choice("strategy", name, STRATEGIES) for name in strategies))
    config = CampaignConfig(pilot.name, features=features, learner=learner, members=2)
    study = _Pilot(pilot, config, seed)
    # What the pilot cannot show is refused before anything is fitted.
    replays = study.replays(strategies) if strategies else None
    law, ones, curve = study.laws()
    votes = int(study.counts.sum())
    farthest = _FARTHEST * votes
    ladder = [votes * step for step in (1, 2, 4, 8, 16)]
    forecasts = tuple(_forecast(law, ones, max(1, round(n / k)), k) for k in overlaps for n in ladder)
    worths = () if replays is None else replays.worths()
    return Plan(
        target=target,
        items=study.counts.shape[0],
        votes=votes,
        curve=curve,
        forecasts=forecasts,
        reaches=tuple(_reach(law, ones, target, k, farthest) for k in overlaps),
        strategies=tuple(_strategy_reach(law, ones, target, each, farthest) for each in worths),
        redundancy=float(ones.redundancy[0]) if len({row.overlap for row in curve}) > 1 else math.nan,
        farthest=farthest,
        level=LEVEL,
    )


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    # Ends that are among the draws: between a number and infinity there is nothing.
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    return float(low), float(high)


def _forecast(law: PowerLaw, one: PowerLaw, items: int, overlap: int) -> Forecast:
    return Forecast(items, overlap, float(one.at(items, overlap)[0]), *_interval(law.at(items, overlap)))


def _reach(law: PowerLaw, one: PowerLaw, target: float, overlap: int, farthest: int) -> Reach:
    def within(items: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(items * overlap <= farthest, np.ceil(items), np.inf)

    low, high = _interval(within(law.items_for(target, overlap)))
    return Reach(overlap, float(within(one.items_for(target, overlap))[0]), low, high)


def _strategy_reach(law: PowerLaw, one: PowerLaw, target: float, found: VoteWorth, farthest: int) -> StrategyReach:
    def votes(of: PowerLaw, worth: NDArray[np.float64]) -> NDArray[np.float64]:
        needed = np.ceil(found.votes_for(of.items_for(target), worth))
        return np.where(needed <= farthest, needed, np.inf)

    best = float(votes(one, np.array([found.worth]))[0])
    ends = *_interval(found.drawn), best, *_interval(votes(law, found.drawn))
    return StrategyReach(found.strategy, found.worth, *ends, found.forced)


class _Pilot:
    """The items of a pilot that have votes, and what the learner makes of parts of them."""

    def __init__(self, corpus: Corpus, config: CampaignConfig, seed: int) -> None:
        if corpus.scheme.kind in ("multilabel", "numeric"):
            raise SchemeError(
                f"{corpus.name} has a {corpus.scheme.kind} scheme; a plan is made for one distribution over classes an "
                "item. Use a nominal, ordinal or pairwise scheme."
            )
        counts = of_people(corpus.annotations).counts()
        rows = np.flatnonzero(counts.sum(axis=1) > 0)
        self.counts = np.rint(counts[rows])
        _need_enough(self.counts)
        groups = np.unique(group_codes(corpus.items)[rows], return_inverse=True)[1]
        _need_folds(groups)
        self._resamples = Resamples.of(groups, seed)
        learner = learner_of(config)
        self._learner: Learner = learner
        self._corpus, self._config, self._rows, self._seed = corpus, config, rows, seed
        self._features = featurizer(config.features)
        self._all_inputs: Inputs = learner_inputs(corpus.items, reads_of(learner), self._features, rows)
        self._inputs: Inputs = take_inputs(self._all_inputs, rows)
        self._ordinal = corpus.scheme.kind == "ordinal"
        self._rng = np.random.default_rng([seed, 1])

    def replays(self, strategies: tuple[str, ...]) -> PilotReplays:
        """The same items, to be replayed by strategies."""
        return PilotReplays(
            self._corpus,
            strategies,
            rows=self._rows,
            counts=self.counts,
            resamples=self._resamples,
            config=self._config,
            inputs=self._all_inputs,
            features=self._features,
            seed=self._seed,
        )

    def laws(self) -> tuple[PowerLaw, PowerLaw, tuple[Forecast, ...]]:
        """Laws of resampled items, the law of all items, and the learning curve."""
        folds = self._resamples.folds(self._rng)
        cells = self._cells(int(min(np.count_nonzero(folds != fold) for fold in range(FOLDS))))
        scores = np.stack([self._score(items, overlap) for items, overlap in cells], axis=1)
        items, overlap = np.array(cells, np.float64).T
        curve = tuple(Forecast(n, k, float(scores[0, c]), *_interval(scores[1:, c])) for c, (n, k) in enumerate(cells))
        laws = fit_power_law(items, overlap, scores[1:], self._rng)
        return laws, fit_power_law(items, overlap, scores[:1]), curve

    def _cells(self, n_train: int) -> list[tuple[int, int]]:
        """Items and votes an item to fit with: sizes in equal steps of their logarithm, every overlap that is there."""
        votes = self.counts.sum(axis=1)
        cells = []
        for overlap in (1, 2, 3, 5, 10):
            most = int(n_train * np.mean(votes >= overlap) * 0.9) if overlap > 1 else n_train
            least = max(_FEWEST_CELL, most // 4)
            if most >= 2 * _FEWEST_CELL:
                sizes = np.unique(np.geomspace(least, most, _SIZES).astype(int))
                cells += [(int(size), overlap) for size in sizes]
        return cells

    def _score(self, n_items: int, overlap: int) -> NDArray[np.float64]:
        """`Resamples.score` of held-out items, mean over repeated parts of the rest."""
        found = []
        for _ in range(_REPEATS):
            folds = self._resamples.folds(self._rng)
            predicted = np.zeros(self.counts.shape)
            for fold in range(FOLDS):
                held_out = folds == fold
                able = np.flatnonzero(~held_out & (self.counts.sum(axis=1) >= overlap))
                part = self._rng.permutation(able)[:n_items]
                data = TrainingData(
                    take_inputs(self._inputs, part), self._some_votes(part, overlap), ordinal=self._ordinal
                )
                predictor = self._learner.fit(data, self._rng)
                predicted[held_out] = predictor.predict(take_inputs(self._inputs, np.flatnonzero(held_out))).mean
            found.append(self._resamples.score(self.counts, predicted, self._rng))
        return np.asarray(np.mean(found, axis=0), np.float64)

    def _some_votes(self, rows: NDArray[np.int64], overlap: int) -> NDArray[np.float64]:
        votes = self.counts[rows].astype(np.int64)
        drawn = [self._rng.multivariate_hypergeometric(each, overlap) for each in votes]
        return np.array(drawn, np.float64)


def _need_enough(counts: NDArray[np.float64]) -> None:
    votes = counts.sum(axis=1)
    paired = int(np.count_nonzero(votes >= 2))
    if votes.size < _FEWEST_ITEMS:
        raise ArgumentError(
            f"pilot has votes on {votes.size} items and a learning curve needs at least {_FEWEST_ITEMS}; "
            f"annotate {_FEWEST_ITEMS - votes.size} more."
        )
    if paired < _FEWEST_PAIRED:
        raise ArgumentError(
            f"pilot has {paired} items with two votes or more, and it takes at least {_FEWEST_PAIRED} to tell "
            f"people who differ from a model that errs; buy a second vote on {_FEWEST_PAIRED - paired} more."
        )


def _need_folds(groups: NDArray[np.int64]) -> None:
    sizes = np.bincount(groups)
    rest = groups.size - int(sizes.max())
    if sizes.size < FOLDS or rest < 2 * _FEWEST_CELL:
        raise ArgumentError(
            f"pilot has {sizes.size} groups of items, the largest of {sizes.max()} of {groups.size} items, and a "
            f"quarter of the groups is held out in turn; annotate items of {FOLDS} groups at least, and "
            f"{2 * _FEWEST_CELL} items beside the largest."
        )
