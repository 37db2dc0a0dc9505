"""Settings of the study, and its corpora."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from variorum.campaign import REFERENCE, STRATEGIES, YARDSTICK, CampaignConfig
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.studies.base import need_seeds_and_draws, take_several
from variorum.studies.errors.planting import NOISES

__all__ = ["CLEANED", "CORPORA", "KINDS", "ORACLE", "RAW", "SPREAD", "VOTES", "NoisyCampaignsSettings"]

CORPORA: Final = ("synthetic-plain", "synthetic-perspectives", "hs-brexit", "chaosnli-snli")
"""Corpora on which the weights were developed; nothing that comes out on them confirms anything."""

SPREAD: Final = "spread"
KINDS: Final = (*NOISES, SPREAD)
"""Kinds of noise: those of `studies.errors.plant`, and any vote of anybody at random."""

RAW: Final = "raw"
CLEANED: Final = "cleaned"
ORACLE: Final = "oracle"
VOTES: Final = (RAW, CLEANED, ORACLE)
"""What the learner gets: votes as they are bought, by their weights, or without those that were planted."""

_MOST: Final = 0.5


@dataclass(frozen=True)
class NoisyCampaignsSettings:
    """Settings of the study.

    Attributes:
        seeds: Seeds from 0, each with a split, noise, a first round and learner's draws of its own, which all
            strategies and votes share.
        corpora: Names of corpora.
        kinds: Kinds of noise, of `KINDS`.
        shares: Shares of the pool's votes that are planted errors, in (0, 0.5]; none at all always runs.
        strategies: Names of strategies of the benchmark; the first is what the others are compared with.
        features: Name of the features.
        votes: Most votes to pay for; half of what the pool offers, if that is less.
        cold_start: Requests in the first round.
        batch: Requests in each further round.
        members: Draws from the learner's posterior.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range, or a list is empty.
        UnknownNameError: If a kind of noise or a strategy does not exist.

    Example:
        >>> NoisyCampaignsSettings(10, shares=0.2, strategies="population-error").cells
        (('', 0.0, 'raw'), ('', 0.0, 'cleaned'), ('random', 0.2, 'raw'), ('random', 0.2, 'cleaned'), \
('random', 0.2, 'oracle'))
    """

    seeds: int
    corpora: tuple[str, ...] = CORPORA
    kinds: tuple[str, ...] = ("random",)
    shares: tuple[float, ...] = (0.1, 0.2, 0.3)
    strategies: tuple[str, ...] = (REFERENCE, YARDSTICK, "population-error")
    features: str = "minilm"
    votes: int = 1000
    cold_start: int = 100
    batch: int = 100
    members: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        take_several(self, "corpora", "kinds", "shares", "strategies")
        for name in ("corpora", "kinds", "shares", "strategies"):
            if not getattr(self, name):
                raise ArgumentError(f"{name} is empty; give one at least.")
        for kind in self.kinds:
            as_choice("kind of noise", kind, KINDS)
        for strategy in self.strategies:
            as_choice("strategy", strategy, STRATEGIES)
        bad = [share for share in self.shares if not isinstance(share, int | float) or not 0 < share <= _MOST]
        if bad:
            raise ArgumentError(f"shares must lie above 0 and be at most {_MOST}, not {bad[0]!r}; 0 always runs.")
        need_seeds_and_draws(self.seeds, self.draws)
        if self.votes <= self.cold_start:
            raise ArgumentError(f"votes = {self.votes} must be more than the first round's {self.cold_start}.")

    @property
    def noises(self) -> tuple[tuple[str, float], ...]:
        """Kinds and shares of noise, none at all first."""
        return (("", 0.0), *((kind, float(share)) for kind in self.kinds for share in self.shares))

    @property
    def cells(self) -> tuple[tuple[str, float, str], ...]:
        """Kinds and shares of noise, with what the learner gets; without noise there is nothing to take out."""
        return tuple((*noise, votes) for noise in self.noises for votes in VOTES if noise[0] or votes != ORACLE)

    def config(self, corpus: str, votes: str) -> CampaignConfig:
        """The campaign in which strategies run; everybody costs 1, and every vote goes into training."""
        return CampaignConfig(
            corpus,
            features=self.features,
            price="1",
            cold_start=self.cold_start,
            batch=self.batch,
            validation_share=0.0,
            # Members of exact covariance: what strategies read of them is then not noise of the draws.
            learner_options={"orthogonal": True},
            members=self.members,
            vote_weights="decomposition" if votes == CLEANED else "raw",
        )
