"""Multipass: the votes of an item one after the other, one an epoch; and its control of another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples
from variorum.training.delivery.single_votes import SingleVotes, single_votes
from variorum.training.delivery.streams import stream
from variorum.training.delivery.voted import Voted

__all__ = ["DeterministicControl", "Multipass", "VoteByVote"]


@dataclass(frozen=True, eq=False)
class VoteByVote:
    """Votes of each item in a fixed order, over and over.

    Attributes:
        voted: The items.
        label: Class of each vote, item by item in the order of delivery, shape (n_votes,).
        first: Where an item's votes start, shape (n_voted,).
        n_votes: Votes of each item, shape (n_voted,).
    """

    voted: Voted
    label: NDArray[Any]
    first: NDArray[np.int64]
    n_votes: NDArray[np.int64]

    @classmethod
    def shuffled(cls, votes: SingleVotes, rng: np.random.Generator) -> VoteByVote:
        """Votes in an order that is uniformly random within each item."""
        item = np.repeat(np.arange(votes.n_votes.size), votes.n_votes)
        order = rng.permutation(item.size)
        # Grouped by item with the random order kept: sorting numbers is four times faster than a stable argsort.
        rank = np.sort((item[order] << 32) | np.arange(item.size)) & (2**32 - 1)
        label = votes.label[order[rank]]
        return cls(votes.voted, label, np.cumsum(votes.n_votes) - votes.n_votes, votes.n_votes)

    def epoch(self, t: int) -> Examples:
        """Vote `t mod n_votes` of each item."""
        return Examples(self.voted.item, self.label[self.first + t % self.n_votes], self.voted.weight)


@dataclass(frozen=True)
class Multipass:
    """Every item once an epoch, with one of its votes as target: all of them in turn, then again from the first.

    The votes of each item are shuffled once, by the seed; epoch t delivers vote `t mod n_votes`. So an epoch is as long
    as there are items, and over `n_votes` epochs an item's mean target is its vote shares exactly. Memory grows with
    the number of votes.

    Source:
        Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), multipass.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(2), np.array([[3, 1], [0, 2]]))
        >>> schedule = Multipass()(data, seed=0)
        >>> np.mean([schedule.epoch(t).target for t in range(4)], axis=0)
        array([0.25, 1.  ])
    """

    def __call__(self, data: TrainingData, seed: int) -> VoteByVote:
        """Bind to data and shuffle the votes.

        Raises:
            ArgumentError: If counts are multilabel or the seed is negative.
            NotCountsError: If a count is not a whole number.
        """
        return VoteByVote.shuffled(single_votes("multipass", data), stream(seed, "order"))


@dataclass(frozen=True)
class DeterministicControl:
    """`Multipass` with the votes in another order, also fixed by the seed.

    A control: where it does as well as `Multipass` of the same seed, the order of votes is not what matters.

    Source:
        Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), deterministic control.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(2), np.array([[3, 1], [0, 2]]))
        >>> schedule = DeterministicControl()(data, seed=0)
        >>> np.mean([schedule.epoch(t).target for t in range(4)], axis=0)
        array([0.25, 1.  ])
    """

    def __call__(self, data: TrainingData, seed: int) -> VoteByVote:
        """Bind to data and shuffle the votes.

        Raises:
            ArgumentError: If counts are multilabel or the seed is negative.
            NotCountsError: If a count is not a whole number.
        """
        return VoteByVote.shuffled(single_votes("deterministic-control", data), stream(seed, "control order"))
