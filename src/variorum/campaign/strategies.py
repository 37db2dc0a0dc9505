"""The strategies by name, a line each: what to ask, whom, how often, and whom to believe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from variorum.campaign.config import Arm

__all__ = ["REFERENCE", "STRATEGIES", "YARDSTICK", "Strategy"]


@dataclass(frozen=True)
class Strategy:
    """A way to spend the budget.

    Attributes:
        acquisition: Which item, a name of `variorum.acquisition.METHODS`.
        assignment: Which annotator, a name of `variorum.assignment.METHODS`.
        overlap: Votes bought for an item at a time.
        first: Which item in the first round.
        vote_weights: What a vote weighs in training, as `CampaignConfig.vote_weights`.
    """

    acquisition: str
    assignment: str = "random"
    overlap: int = 1
    first: str = "random"
    vote_weights: str = "raw"

    def arm(self, name: str) -> Arm:
        """The strategy as an arm of a campaign.

        Example:
            >>> Strategy("bald", overlap=2).arm("two votes by BALD")
            Arm(name='two votes by BALD', acquisition='bald', assignment='random', overlap=2, first='random')
        """
        return Arm(name, self.acquisition, self.assignment, self.overlap, self.first)

    def settings(self) -> dict[str, Any]:
        """The strategy as settings of `CampaignConfig`.

        Example:
            >>> Strategy("bald").settings()["acquisition"]
            'bald'
        """
        return {
            "acquisition": self.acquisition,
            "assignment": self.assignment,
            "overlap": self.overlap,
            "first_acquisition": self.first,
            "vote_weights": self.vote_weights,
        }


REFERENCE: Final = "one-vote-random"
"""What every strategy is compared with."""

YARDSTICK: Final = "fixed-overlap-5"
"""Whose final score every strategy is to reach with less money."""

STRATEGIES: Final[Mapping[str, Strategy]] = {
    REFERENCE: Strategy("random"),
    "fixed-overlap-3": Strategy("random", overlap=3),
    YARDSTICK: Strategy("random", overlap=5),
    "entropy": Strategy("entropy"),
    "entropy-revisiting": Strategy("entropy-revisiting"),
    "least-confidence": Strategy("least-confidence"),
    "margin": Strategy("margin"),
    "bald": Strategy("bald"),
    "epig": Strategy("epig"),
    "variance-reduction": Strategy("variance-reduction"),
    "k-center": Strategy("k-center"),
    "badge": Strategy("badge"),
    "typical-first": Strategy("random", first="typical"),
    "herding-first": Strategy("random", first="herding"),
    "daal": Strategy("daal"),
    "most-disagreement": Strategy("most-disagreement"),
    "activelab": Strategy("activelab"),
    "round-robin": Strategy("random", "round-robin"),
    "label-minority": Strategy("random", "label-minority"),
    "semantic-diversity": Strategy("random", "semantic-diversity"),
    "representation-diversity": Strategy("random", "representation-diversity"),
    "interval-estimation": Strategy("random", "interval-estimation"),
    "thompson": Strategy("random", "thompson"),
    "coverage": Strategy("random", "coverage"),
    "cost-aware": Strategy("random", "cost-aware"),
    "population-error": Strategy("population-error"),
    "population-error-items": Strategy("population-error-items"),
    "population-error-coverage": Strategy("population-error-items", "coverage"),
    "one-vote-random-weighed": Strategy("random", vote_weights="decomposition"),
    "population-error-weighed": Strategy("population-error-items", vote_weights="decomposition"),
}
"""Strategies by name; a name stands in the keys of runs, so that one that changes needs another name."""
