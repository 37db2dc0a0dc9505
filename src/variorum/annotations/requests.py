"""Annotations not yet made: what may be asked, what was picked, who shall answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.errors import MissingArrayError, ShapeError

__all__ = ["Assignments", "Picks", "PoolView"]

# What is not in every view, and how it comes into one.
_REMEDIES: Final[Mapping[str, str]] = {
    "features": "items need features (--features)",
    "by_annotator": "it takes a learner that models annotators "
    "(--learner mlp --set annotators=heads --set posterior=ensemble)",
    "disagreement": "a campaign predicts it from items with several votes",
    "groups": "name an attribute of the annotators (--annotator-group)",
    "annotator_effects": "the corpus names no annotators",
    "error_rates": "the corpus names no annotators",
}


def _no_codes() -> NDArray[Any]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class PoolView:
    """What acquisition and assignment see of a campaign: arrays, never a model, never a vote that was not bought.

    Rows are pool items, in pool order. The pairs that can be asked are sparse: item i may be asked of
    ``pair_annotator[pair_start[i]:pair_start[i + 1]]``.

    Attributes:
        members: Draws of the predictive distribution, shape (n_members, n_pool, n_classes).
        counts: Votes bought so far, shape (n_pool, n_classes).
        asked: Requests made so far, answered or not, shape (n_pool,).
        pair_start: Start of each item's pairs, int64, shape (n_pool + 1,).
        pair_annotator: Annotator of each pair that can still be asked, int32; -1 is unknown.
        pair_left: How often the pair can still be asked: 1, or for the unknown annotator the votes left.
        asked_item: Pool row of each request made so far, in order.
        asked_annotator: Its annotator, -1 for the unknown one.
        prices: Micro-units for one request to each annotator, int64, shape (n_annotators + 1,); the last is the price
            of the unknown annotator.
        features: Features of the pool items, shape (n_pool, n_features), where there are any.
        target_members: Draws for the items whose distribution is the goal, shape (n_members, n_target, n_classes).
        groups: Group of each annotator, -1 where unknown, shape (n_annotators,).
        annotator_effects: How each annotator departs from the population, shape (n_annotators, n_classes): what is to
            be added to an item's distribution, rows sum to zero.
        error_rates: Share of each annotator's votes that are slips, in [0, 1], shape (n_annotators,).
        disagreement: Predicted entropy of people's label on each pool item, nats, shape (n_pool,).
        by_annotator: Each annotator's predicted label distribution, shape (n_annotators, n_pool, n_classes).
        vote_item: Pool row of each vote bought so far, in order; abstentions are no votes.
        vote_annotator: Its annotator, -1 for the unknown one.
        vote_label: Its class.
        quota_left: How many further requests each annotator takes, shape (n_annotators,); ``None`` where it is any
            number. Whoever takes none has no pairs.

    Raises:
        ShapeError: If the axes do not agree.
    """

    members: NDArray[np.float64]
    counts: NDArray[np.float64]
    asked: NDArray[np.int64]
    pair_start: NDArray[np.int64]
    pair_annotator: NDArray[np.int32]
    pair_left: NDArray[np.int64]
    asked_item: NDArray[np.int64]
    asked_annotator: NDArray[np.int32]
    prices: NDArray[np.int64]
    features: NDArray[np.float64] | None = None
    target_members: NDArray[np.float64] | None = None
    groups: NDArray[np.int32] | None = None
    annotator_effects: NDArray[np.float64] | None = None
    error_rates: NDArray[np.float64] | None = None
    disagreement: NDArray[np.float64] | None = None
    by_annotator: NDArray[np.float64] | None = None
    vote_item: NDArray[np.int64] = field(default_factory=_no_codes)
    vote_annotator: NDArray[np.int32] = field(default_factory=_no_codes)
    vote_label: NDArray[np.int64] = field(default_factory=_no_codes)
    quota_left: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        n = self.counts.shape[0]
        if self.members.ndim != 3 or self.members.shape[1:] != self.counts.shape:
            raise ShapeError(f"members have shape {self.members.shape} and counts {self.counts.shape}.")
        if (
            self.asked.shape != (n,)
            or self.pair_start.shape != (n + 1,)
            or (
                self.pair_annotator.shape != (int(self.pair_start[-1]),)
                or self.pair_left.shape != self.pair_annotator.shape
            )
        ):
            raise ShapeError(f"asked or the pairs do not fit the {n} pool items.")
        if not self.vote_item.shape == self.vote_annotator.shape == self.vote_label.shape:
            raise ShapeError(f"the votes have {self.vote_item.size} items and {self.vote_label.size} labels.")

    @property
    def n_pool(self) -> int:
        """Number of pool items."""
        return int(self.counts.shape[0])

    @property
    def n_annotators(self) -> int:
        """Number of known annotators."""
        return int(self.prices.shape[0]) - 1

    @property
    def targets(self) -> NDArray[np.float64]:
        """Draws for the items whose distributions are to be right: `target_members`, else those of the pool.

        Shape (n_members, n_target, n_classes).
        """
        return self.members if self.target_members is None else self.target_members

    @cached_property
    def left(self) -> NDArray[np.int64]:
        """How many further requests each item allows, shape (n_pool,); not to be written to."""
        some = self.pair_start[1:] > self.pair_start[:-1]
        if some.all() and some.size:
            if some.size == self.pair_left.size:  # one pair each, and nothing to add up
                return self.pair_left
            return np.add.reduceat(self.pair_left, self.pair_start[:-1])
        left = np.zeros(self.n_pool, np.int64)
        left[some] = np.add.reduceat(self.pair_left, self.pair_start[:-1][some])
        return left

    def given(self, name: str, method: str) -> NDArray[np.float64]:
        """An array that not every view has.

        Args:
            name: Name of the attribute.
            method: Who reads it, for the error message.

        Returns:
            The array.

        Raises:
            MissingArrayError: If the view lacks it.
        """
        array: NDArray[np.float64] | None = getattr(self, name)
        if array is None:
            raise MissingArrayError(f"{method} reads {name}, which this campaign lacks: {_REMEDIES[name]}.")
        return array

    def annotators_of(self, item: int) -> NDArray[np.int32]:
        """The annotators who can still be asked about a pool item; -1 is the unknown one."""
        return self.pair_annotator[self.pair_start[item] : self.pair_start[item + 1]]


@dataclass(frozen=True, eq=False)
class Picks:
    """What an acquisition chose, in order of preference; an item stands as often as it is to be asked.

    Attributes:
        item: Pool rows, int64, shape (n_picks,).
        score: The score each was chosen by, larger first; nan where nothing was scored.
        annotator: The annotator, where the method chooses pairs; ``None`` leaves it to assignment.
    """

    item: NDArray[np.int64]
    score: NDArray[np.float64]
    annotator: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return int(self.item.shape[0])


@dataclass(frozen=True, eq=False)
class Assignments:
    """Who shall annotate what.

    Attributes:
        item: Pool rows, int64, shape (n_assignments,).
        annotator: Annotator of each, int32; -1 is unknown.
        forced: Whether availability decided and not the policy: one annotator alone was left to choose from, the one
            whom the policy wanted could not be asked, or the policy had nothing to choose by and fell back to chance.
    """

    item: NDArray[np.int64]
    annotator: NDArray[np.int32]
    forced: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.item.shape[0])
