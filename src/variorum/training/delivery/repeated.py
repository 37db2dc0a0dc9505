"""Repeated labelling: every vote an example of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples, FixedSchedule
from variorum.training.delivery.single_votes import single_votes

__all__ = ["RepeatedLabelling"]


@dataclass(frozen=True)
class RepeatedLabelling:
    """Every item as often an epoch as it has votes, each time with one of them as target.

    An epoch is as long as there are votes, and an item weighs as much as it has votes (times its weight).

    Source:
        Sheng, Provost and Ipeirotis 2008 (KDD), "Get another label?", with every vote at weight 1. At weight 1 an item,
        cross-entropy would be that of `Soft`.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(2), np.array([[2, 1], [0, 1]]))
        >>> examples = RepeatedLabelling()(data, seed=0).epoch(0)
        >>> examples.item, examples.target
        (array([0, 0, 0, 1]), array([0, 0, 1, 1], dtype=uint8))
    """

    def __call__(self, data: TrainingData, seed: int) -> FixedSchedule:  # noqa: ARG002 - the seat's signature
        """Bind to data; nothing is random.

        Raises:
            ArgumentError: If counts are multilabel.
            NotCountsError: If a count is not a whole number.
        """
        votes = single_votes("repeated-labelling", data)
        voted = votes.voted
        weight = None if voted.weight is None else np.repeat(voted.weight, votes.n_votes)
        return FixedSchedule(Examples(np.repeat(voted.item, votes.n_votes), votes.label, weight))
