"""What an alarm sees of a campaign, what it says, and at which level it tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ShapeError

__all__ = ["LEVEL", "Alarm", "AlarmTest", "RoundView"]

LEVEL: Final = 0.05
"""Nominal probability that an alarm goes off at all in a campaign in which nothing is wrong."""


@dataclass(frozen=True)
class Alarm:
    """Something that chance does not explain.

    Attributes:
        name: A name of `ALARMS`.
        round: The round after which it went off, from 0.
        value: Probability of what was seen, or of more, if nothing were wrong; in [0, 1].
        threshold: What `value` fell below.
        message: One sentence with the numbers.
    """

    name: str
    round: int
    value: float
    threshold: float
    message: str


@dataclass(frozen=True, eq=False)
class RoundView:
    """What a campaign may see after a round: bought votes, requests and predictions, never a vote that was not bought.

    Attributes:
        round: The round just finished, from 0.
        n_rounds: Rounds that the budget allows; each alarm's level is divided by it.
        labels: Names of the classes.
        annotators: Ids of the annotators.
        llm: Whether each annotator is an LLM, shape (n_annotators,).
        predicted: Present mean prediction for the items with a vote, in the order of their first votes, shape
            (n_voted, n_classes).
        validates: Whether each of them is a validation item, which the model has not learned from, shape (n_voted,).
        vote_item: Row in `predicted` of each vote bought, in order; abstentions are no votes.
        vote_annotator: Its annotator, -1 for the unknown one.
        vote_label: Its class.
        vote_round: Its round.
        vote_apart: Whether it is an LLM's that does not count as people's; all false unless given.
        past: The predictions of earlier rounds for the validation items that had a vote by then, in the same order,
            each of shape (at most the validation rows of `predicted`, n_classes).
        pool: Present mean prediction for all pool items, shape (n_pool, n_classes); ``None`` where there are validation
            votes.
        visits: Rounds in which each pool item was asked about, shape (n_pool,).
        left: Requests that each pool item still allows, shape (n_pool,).
        asked: Requests to each annotator, shape (n_annotators,).
        expected: Requests that each would have got had every item been put to one of those who could be asked about it
            at random, shape (n_annotators,).
        groups: Group of each annotator, -1 where it is not known, shape (n_annotators,); ``None`` where no attribute
            is named.
        group_names: Their names.
        group_shares: Share of each group among those who can be asked, mean over items, shape (n_groups,).

    Raises:
        ShapeError: If the axes do not agree.
    """

    round: int
    n_rounds: int
    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    llm: NDArray[np.bool_]
    predicted: NDArray[np.float64]
    validates: NDArray[np.bool_]
    vote_item: NDArray[np.int64]
    vote_annotator: NDArray[np.int32]
    vote_label: NDArray[np.int64]
    vote_round: NDArray[np.int64]
    past: tuple[NDArray[np.float64], ...]
    pool: NDArray[np.float64] | None
    visits: NDArray[np.int64]
    left: NDArray[np.int64]
    asked: NDArray[np.int64]
    expected: NDArray[np.float64]
    groups: NDArray[np.int32] | None = None
    group_names: tuple[str, ...] = ()
    group_shares: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    vote_apart: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.predicted.shape != (self.validates.size, len(self.labels)):
            raise ShapeError(
                f"predicted has shape {self.predicted.shape} for {self.validates.size} items with a vote and "
                f"{len(self.labels)} classes."
            )
        sizes = {self.vote_item.size, self.vote_annotator.size, self.vote_label.size, self.vote_round.size}
        if len(sizes) > 1:
            raise ShapeError(f"the columns of the votes have {sorted(sizes)} rows; they must be the same.")
        if self.visits.shape != self.left.shape:
            raise ShapeError(f"visits speak of {self.visits.size} pool items and left of {self.left.size}.")
        n = len(self.annotators)
        if not self.llm.size == self.asked.size == self.expected.size == n:
            raise ShapeError(f"llm, asked or expected do not fit the {n} annotators.")

    @property
    def of_people(self) -> NDArray[np.bool_]:
        """Which votes count as people's, shape (n_votes,)."""
        return np.ones(self.vote_item.size, bool) if self.vote_apart is None else ~self.vote_apart

    @property
    def level(self) -> float:
        """The level of one round, so that all rounds together keep `LEVEL` (Bonferroni)."""
        return LEVEL / max(self.n_rounds, self.round + 1)

    def alarm(self, name: str, value: float, message: str) -> Alarm | None:
        """The alarm, if its value is below the round's level."""
        return Alarm(name, self.round, value, self.level, message) if value < self.level else None


class AlarmTest(Protocol):
    """Looks for one failure.

    The contract: bought votes alone decide; over all rounds of a campaign in which nothing is wrong it goes off with a
    probability of about `LEVEL` at most; a few milliseconds.
    """

    def __call__(self, view: RoundView) -> Alarm | None:
        """Look at a round.

        Args:
            view: What the campaign may see.

        Returns:
            The alarm, or ``None``.
        """
        ...
