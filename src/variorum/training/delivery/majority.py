"""Majority vote: one hard label an item, every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from variorum.labels import hard_labels
from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples, FixedSchedule
from variorum.training.delivery.streams import stream
from variorum.training.delivery.voted import Voted, label_type, voted_items

__all__ = ["Majority", "majority_labels"]


@dataclass(frozen=True)
class Majority:
    """Every item once an epoch, with the class of most votes as target (of each label, for a multilabel scheme).

    A tie is broken at random once, by the seed, and stays so over all epochs: trained over several seeds, both sides of
    a tie are seen.

    Source:
        The convention that label distributions replace; "majority vote" of Gheibi and Ghazizadeh 2026 (arXiv
        2605.20642), which does not say what becomes of ties.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(3), np.array([[3, 1], [0, 0], [0, 2]]))
        >>> examples = Majority()(data, seed=0).epoch(0)
        >>> examples.item, examples.target
        (array([0, 2]), array([0, 1], dtype=uint8))
    """

    def __call__(self, data: TrainingData, seed: int) -> FixedSchedule:
        """Bind to data and break ties.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
            ArgumentError: If the seed is negative.
        """
        voted = voted_items(data)
        return FixedSchedule(Examples(voted.item, majority_labels(voted, seed), voted.weight))


def majority_labels(voted: Voted, seed: int) -> NDArray[Any]:
    """The class of most votes, ties broken at random by the seed.

    Args:
        voted: Items with votes.
        seed: The seed of the schedule; the same one breaks ties the same way in every delivery.

    Returns:
        Shape (n_voted,) or (n_voted, n_labels).
    """
    label = hard_labels(voted.rows, ties="random", rng=stream(seed, "ties"))
    return label.astype(label_type(voted.n_classes)).reshape(voted.counts.shape[:-1])
