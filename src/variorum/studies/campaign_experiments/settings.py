"""Settings of the experiments."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.campaign import CampaignConfig
from variorum.errors import ArgumentError
from variorum.studies.base import need_seeds_and_draws, take_several
from variorum.studies.strategies import CONFIRMATION
from variorum.studies.strategies.settings import GROUPS

__all__ = ["ExperimentSettings"]

_CONFIRMING_SEED = 100


@dataclass(frozen=True)
class ExperimentSettings:
    """Settings of an experiment.

    Attributes:
        seeds: Seeds, each with a split, a first round and learner's draws of its own, which all arms share; from 0, on
            corpora that confirm from 100.
        corpora: Names of corpora.
        arms: Names of arms; empty takes all. Those that others are compared with always run.
        features: Name of the features.
        votes: Most votes to pay for, half of what people offer in the pool if that is less; a vote costs the same
            whoever gives it.
        cold_start: Requests in the first round.
        batch: Requests in each further round.
        members: Draws from the learner's posterior.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range, or there is no corpus.

    Example:
        >>> ExperimentSettings(10, corpora=("hs-brexit", "md-agreement")).seed("md-agreement", 3)
        103
    """

    seeds: int
    corpora: tuple[str, ...]
    arms: tuple[str, ...] = ()
    features: str = "minilm"
    votes: int = 1500
    cold_start: int = 100
    batch: int = 50
    members: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        take_several(self, "corpora", "arms")
        if not self.corpora:
            raise ArgumentError("corpora is empty; give one at least.")
        need_seeds_and_draws(self.seeds, self.draws)
        if self.votes < self.cold_start:
            raise ArgumentError(f"votes = {self.votes} does not pay for the first round of {self.cold_start}.")

    def seed(self, corpus: str, number: int) -> int:
        """The seed of a corpus's run by its number, from 0."""
        return number + (_CONFIRMING_SEED if corpus in CONFIRMATION else 0)

    def config(self, corpus: str) -> CampaignConfig:
        """The campaign in which all arms run, but for their learners; every vote costs 1."""
        return CampaignConfig(
            corpus,
            features=self.features,
            price="1",
            cold_start=self.cold_start,
            batch=self.batch,
            annotator_group=GROUPS.get(corpus),
            validation_share=0.0,
            members=self.members,
        )
