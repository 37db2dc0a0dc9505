"""Settings of the study."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.campaign import CampaignConfig
from variorum.errors import ArgumentError
from variorum.studies.base import need_seeds_and_draws, take_several

__all__ = ["RealisedDropSettings"]


@dataclass(frozen=True)
class RealisedDropSettings:
    """Settings of the study.

    Attributes:
        seeds: Seeds, each with a split, votes, candidates and learner's draws of its own.
        corpora: Names of corpora.
        features: Name of the features.
        votes: After how many votes by one-vote random it is asked what the next one would bring, increasing; all are
            scaled down alike where the pool would not leave enough items unasked.
        unasked: Candidates at each moment that nobody was asked about, as far as there are so many.
        asked: Candidates that somebody was asked about and that can be asked again.
        best: How many candidates are taken by a score where its drop is compared with random's.
        members: Draws from the learner's posterior.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range.

    Example:
        >>> RealisedDropSettings(2).moments(pool=740)
        (100, 250, 500)
    """

    seeds: int
    corpora: tuple[str, ...] = ("chaosnli-snli", "hs-brexit", "synthetic-perspectives", "synthetic-item-error")
    features: str = "minilm"
    votes: tuple[int, ...] = (200, 500, 1000)
    unasked: int = 240
    asked: int = 60
    best: int = 50
    members: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        take_several(self, "corpora", "votes")
        if not self.corpora:
            raise ArgumentError("corpora is empty; give one name at least.")
        if not self.votes or self.votes[0] < 1 or any(a >= b for a, b in zip(self.votes, self.votes[1:], strict=False)):
            raise ArgumentError(f"votes must be whole numbers from 1 that increase, not {self.votes}.")
        need_seeds_and_draws(self.seeds, self.draws)
        if self.unasked < 3 or self.asked < 0 or not 1 <= self.best <= self.unasked:
            raise ArgumentError(
                f"unasked must be at least 3, asked at least 0 and best between 1 and unasked, not {self.unasked}, "
                f"{self.asked} and {self.best}."
            )

    def moments(self, pool: int) -> tuple[int, ...]:
        """After how many votes candidates are drawn.

        Args:
            pool: Items in the pool.

        Returns:
            `votes`, all scaled alike so that the last of them leaves `unasked` items, or half of the pool, unasked.

        Raises:
            ArgumentError: If the pool is too small for as many moments.
        """
        most = max(pool - self.unasked, pool // 2)
        scale = min(1.0, most / self.votes[-1])
        found = tuple(int(votes * scale) for votes in self.votes)
        if found[0] < 1 or len(set(found)) < len(found):
            raise ArgumentError(f"a pool of {pool} items is too small for votes = {self.votes}; give fewer moments.")
        return found

    def config(self, corpus: str, votes: int) -> CampaignConfig:
        """The campaign that buys so many votes, all at once and each for one unit of money: one-vote random."""
        return CampaignConfig(
            corpus,
            features=self.features,
            price="1",
            cold_start=votes,
            validation_share=0.0,
            # Members of exact covariance: what scores read of them is then not noise of the draws.
            learner_options={"orthogonal": True},
            members=self.members,
        )
