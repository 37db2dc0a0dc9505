"""Vote counts taken apart into single votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.training.base import TrainingData
from variorum.training.delivery.voted import Voted, label_type, need_one_choice, need_whole_votes, voted_items

__all__ = ["SingleVotes", "single_votes"]


@dataclass(frozen=True, eq=False)
class SingleVotes:
    """The votes of each item, one after the other.

    Attributes:
        voted: The items.
        label: Class of each vote, item by item and within an item class by class, shape (n_votes,).
        n_votes: Votes of each item, shape (n_voted,).
    """

    voted: Voted
    label: NDArray[Any]
    n_votes: NDArray[np.int64]


def single_votes(delivery: str, data: TrainingData) -> SingleVotes:
    """Take vote counts apart.

    Args:
        delivery: Who wants them, for the error message.
        data: Items and their votes.

    Returns:
        The votes.

    Raises:
        ArgumentError: If counts are multilabel.
        NotCountsError: If a count is not a whole number.
    """
    need_one_choice(delivery, data)
    voted = voted_items(data)
    need_whole_votes(delivery, voted)
    counts = voted.counts.astype(np.int64)
    classes = np.arange(voted.n_classes, dtype=label_type(voted.n_classes))
    label = np.repeat(np.tile(classes, voted.item.size), counts.ravel())
    return SingleVotes(voted, label, counts.sum(axis=1))
