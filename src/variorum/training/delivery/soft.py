"""Soft labels: the whole label distribution, every epoch."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples, FixedSchedule
from variorum.training.delivery.voted import voted_items

__all__ = ["Soft"]


@dataclass(frozen=True)
class Soft:
    """Every item once an epoch, with its vote shares as target (those of each label, for a multilabel scheme).

    An item's number of votes does not weigh; `TrainingData.weights` can.

    Source:
        Peterson et al. 2019 (ICCV), "Human uncertainty makes classification more robust".

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(3), np.array([[3, 1], [0, 0], [0, 2]]))
        >>> examples = Soft()(data, seed=0).epoch(0)
        >>> examples.item, examples.target
        (array([0, 2]), array([[0.75, 0.25], [0. , 1. ]], dtype=float32))
    """

    def __call__(self, data: TrainingData, seed: int) -> FixedSchedule:  # noqa: ARG002 - the seat's signature
        """Bind to data; nothing is random.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
        """
        voted = voted_items(data)
        return FixedSchedule(Examples(voted.item, voted.shares, voted.weight))
