"""Settings of the benchmark, and its corpora for development and for confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from variorum.campaign import REFERENCE, STRATEGIES, YARDSTICK, CampaignConfig
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.studies.base import need_seeds_and_draws, take_several

__all__ = ["CONFIRMATION", "DEVELOPMENT", "GROUPS", "PARTS", "StrategiesSettings"]

DEVELOPMENT: Final = (
    "chaosnli-snli",
    "hs-brexit",
    "synthetic-plain",
    "synthetic-item-error",
    "synthetic-cliques",
    "synthetic-drift",
    "synthetic-perspectives",
    "synthetic-mixture",
)
"""Corpora on which strategies are developed; nothing that comes out on them confirms anything."""

CONFIRMATION: Final = (
    "chaosnli-mnli",
    "md-agreement",
    "convabuse",
    "multipico-english",
    "popquorn-offensiveness",
    "dices-350",
)
"""Corpora on which frozen strategies are confirmed, once."""

PARTS: Final[Mapping[str, tuple[tuple[str, ...], int]]] = {
    "development": (DEVELOPMENT, 0),
    "confirmation": (CONFIRMATION, 100),
}
"""The parts of the benchmark: corpora, and the first seed."""

GROUPS: Final[Mapping[str, str]] = {
    "hs-brexit": "group",
    "multipico-english": "gender",
    "popquorn-offensiveness": "race",
    **{name: "group" for name in DEVELOPMENT if name.startswith("synthetic-") and name != "synthetic-perspectives"},
}
"""Attribute of the annotators that strategies may read as their group; elsewhere they have none."""


@dataclass(frozen=True)
class StrategiesSettings:
    """Settings of the benchmark.

    Attributes:
        seeds: Seeds, each with a split, a first round and learner's draws of its own, which all strategies share.
        part: ``development`` or ``confirmation``: which corpora, and seeds from 0 or from 100.
        corpora: Names of corpora instead; empty takes those of the part.
        strategies: Names of strategies; empty takes all. Those that the others are compared with always run.
        features: Names of the features.
        votes: Most requests to pay for, at the median price; half of what the pool offers, if that is less.
        cold_start: Requests in the first round.
        batch: Requests in each further round.
        members: Draws from the learner's posterior.
        learner: Name of the learner.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range.
        UnknownNameError: If a part or a strategy does not exist.

    Example:
        >>> StrategiesSettings(10, part="confirmation", strategies="bald").names
        ('one-vote-random', 'fixed-overlap-5', 'bald')
    """

    seeds: int
    part: str = "development"
    corpora: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    features: tuple[str, ...] = ("minilm",)
    votes: int = 1500
    cold_start: int = 100
    batch: int = 50
    members: int = 128
    learner: str = "softmax-regression"
    draws: int = 1000

    def __post_init__(self) -> None:
        take_several(self, "corpora", "strategies", "features")
        as_choice("part", self.part, PARTS)
        for strategy in self.strategies:
            as_choice("strategy", strategy, STRATEGIES)
        if not self.features:
            raise ArgumentError("features is empty; give one name at least.")
        need_seeds_and_draws(self.seeds, self.draws)
        if self.votes < self.cold_start:
            raise ArgumentError(f"votes = {self.votes} does not pay for the first round of {self.cold_start}.")

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the corpora."""
        return self.corpora or PARTS[self.part][0]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the strategies, those that the others are compared with first."""
        return tuple(dict.fromkeys((REFERENCE, YARDSTICK, *(self.strategies or STRATEGIES))))

    @property
    def seed_range(self) -> range:
        """The seeds."""
        first = PARTS[self.part][1]
        return range(first, first + self.seeds)

    def config(self, corpus: str, features: str) -> CampaignConfig:
        """The campaign in which all strategies run; prices are the annotators' own where they have any."""
        return CampaignConfig(
            corpus,
            features=features,
            cold_start=self.cold_start,
            batch=self.batch,
            annotator_group=GROUPS.get(corpus),
            validation_share=0.0,
            learner=self.learner,
            # Members of exact covariance: what strategies read of them is then not noise of the draws.
            learner_options={"orthogonal": True} if self.learner == "softmax-regression" else {},
            members=self.members,
        )
