"""What a campaign came to: every round's score, and the last predictions of the first seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Corpus
from variorum.campaign.alarms import Alarm
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.forecast import GainForecast
from variorum.evaluation import ReferenceLine

__all__ = ["POPULATION", "ArmOutcome", "CampaignResult", "RoundScore"]

POPULATION: Final = "equal annotators: every vote on an item weighs the same"


@dataclass(frozen=True)
class RoundScore:
    """One round of one arm and seed.

    Attributes:
        arm: Name of the arm.
        seed: Its seed.
        round: Number of the round, from 0.
        requests: Requests made so far, validation included; those to LLMs beside people are not among them.
        spent: Micro-units spent so far.
        items: Pool items with at least one answer.
        scores: Mean of each metric over the test items, human against model.
        validation: Mean soft cross-entropy of the validation votes bought so far, nats; nan without any.
        alarms: What went off after this round.
        stopped: Why the arm ended here before its money was gone, or with the last of it; empty where it did not.
        gain: What the votes on pool items that this round asked for were expected to bring when they were chosen, nats
            of JS divergence for 1,000 units of money; nan unless the campaign stops by it, and without a model.
        llm_requests: Requests made so far to LLMs beside people; 0 where an LLM counts as a person.
    """

    arm: str
    seed: int
    round: int
    requests: int
    spent: int
    items: int
    scores: Mapping[str, float]
    validation: float
    alarms: tuple[Alarm, ...] = ()
    stopped: str = ""
    gain: float = math.nan
    llm_requests: int = 0


@dataclass(frozen=True, eq=False)
class ArmOutcome:
    """What an arm came to.

    Attributes:
        arm: Its settings.
        predicted: Final prediction for the test items of the first seed, shape (n_test, n_classes).
        bought: Every annotation bought with the first seed, in order, with cost and round.
        n_assignments: Assignments made over all seeds, validation excluded.
        n_forced: Those in which availability or chance decided and not the policy (`Assignments.forced`).
        item_scores: Every metric on every test item at the end, an array for each seed in the order of seeds; seeds may
            have different test items.
        forecasts: What a fifth more requests would have bought, for each seed; ``None`` where validation votes or
            rounds are too few to tell.
    """

    arm: Arm
    predicted: NDArray[np.float64]
    bought: Annotations
    n_assignments: int
    n_forced: int
    item_scores: Mapping[str, tuple[NDArray[np.float64], ...]]
    forecasts: tuple[GainForecast | None, ...] = ()


@dataclass(frozen=True, eq=False)
class CampaignResult:
    """All that a report needs.

    Attributes:
        config: The settings.
        corpus: What was replayed.
        budget: Micro-units for each arm and seed.
        n_pool: Items that could be bought for training, first seed.
        n_validation: Items that could be bought for validation, first seed.
        test: Positions of the test items in the corpus, first seed, shape (n_test,).
        human: Their label distribution by all their votes, shape (n_test, n_classes).
        human_votes: Votes behind each, shape (n_test,).
        outcomes: One an arm, the chosen one first.
        rounds: Every round of every arm and seed.
        lines: Reference lines by metric, first seed.
        population: Whose distribution the target is, in words.
        validation: Positions of the validation items in the corpus, first seed, shape (n_validation,); ``None`` where
            it was not kept. It tells what of `ArmOutcome.bought` was spent on validation.
    """

    config: CampaignConfig
    corpus: Corpus
    budget: int
    n_pool: int
    n_validation: int
    test: NDArray[np.int64]
    human: NDArray[np.float64]
    human_votes: NDArray[np.float64]
    outcomes: tuple[ArmOutcome, ...]
    rounds: tuple[RoundScore, ...]
    lines: Mapping[str, tuple[ReferenceLine, ...]]
    population: str
    validation: NDArray[np.int64] | None = None

    @property
    def alarmed(self) -> tuple[RoundScore, ...]:
        """The rounds, of any arm and seed, in which an alarm went off."""
        return tuple(row for row in self.rounds if row.alarms)
