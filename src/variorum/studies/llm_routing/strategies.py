"""The strategies of the study, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from variorum.campaign import Arm

__all__ = ["PEOPLE", "STRATEGIES", "Strategy"]


@dataclass(frozen=True)
class Strategy:
    """A way to spend the money on people and an LLM.

    Attributes:
        llm: What becomes of the LLM, one of `variorum.campaign.LLM_USES`; ``ignore`` buys of people alone.
        acquisition: Which item people are asked about, a name of `variorum.acquisition.METHODS`.
        assignment: Which annotator, a name of `variorum.assignment.METHODS`.
        without: Name of the strategy that does the same with people alone; empty for those that do.
    """

    llm: str
    acquisition: str
    assignment: str = "random"
    without: str = ""

    def arm(self) -> Arm:
        """The strategy as an arm of a campaign, one vote an item at a time.

        Its name says what people are asked, and random draws follow the name: a strategy with an LLM and the one
        without draw the same, so that they differ by the LLM.

        Example:
            >>> Strategy("prior", "bald").arm() == Strategy("ignore", "bald").arm()
            True
        """
        return Arm(f"{self.acquisition}, {self.assignment}", self.acquisition, self.assignment, 1)


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "people-random": Strategy("ignore", "random"),
    "people-population-error": Strategy("ignore", "population-error"),
    "prior-random": Strategy("prior", "random", without="people-random"),
    "prior-population-error": Strategy("prior", "population-error", without="people-population-error"),
    "as-people-cost-aware": Strategy("as-people", "random", "cost-aware", without="people-random"),
    "entropy-split": Strategy("entropy-split", "random", without="people-random"),
    "tested-as-person": Strategy("tested", "random", without="people-random"),
}
"""Strategies by name; a name stands in the keys of runs, so that one that changes needs another name."""

PEOPLE: Final = tuple(name for name, strategy in STRATEGIES.items() if not strategy.without)
"""Those with people alone; their final scores are to be reached with less money."""
