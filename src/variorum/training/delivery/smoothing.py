"""Label smoothing: the majority's label, with some of its mass spread over all classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from variorum.errors import ArgumentError
from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples, FixedSchedule
from variorum.training.delivery.majority import majority_labels
from variorum.training.delivery.voted import voted_items

__all__ = ["LabelSmoothing"]


@dataclass(frozen=True)
class LabelSmoothing:
    """Every item once an epoch, with `(1 - smoothing) onehot + smoothing / n_classes` as target.

    The one-hot label is that of `Majority`, ties included. For a multilabel scheme each label is smoothed by itself.

    Attributes:
        smoothing: Mass that is spread over all classes, in [0, 1].

    Raises:
        ArgumentError: If `smoothing` is outside [0, 1].

    Source:
        Szegedy et al. 2016 (CVPR), "Rethinking the Inception architecture for computer vision", section 7.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(2), np.array([[3, 1], [0, 2]]))
        >>> LabelSmoothing(smoothing=0.2)(data, seed=0).epoch(0).target
        array([[0.9, 0.1],
               [0.1, 0.9]], dtype=float32)
    """

    smoothing: float = 0.1

    def __post_init__(self) -> None:
        if not 0.0 <= self.smoothing <= 1.0:
            raise ArgumentError(f"smoothing must be in [0, 1], not {self.smoothing}.")

    def __call__(self, data: TrainingData, seed: int) -> FixedSchedule:
        """Bind to data and break ties.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
            ArgumentError: If the seed is negative.
        """
        voted = voted_items(data)
        rest = self.smoothing / voted.n_classes
        target = np.full(voted.counts.shape, rest, np.float32)
        np.put_along_axis(
            target, majority_labels(voted, seed)[..., None].astype(np.int64), 1 - self.smoothing + rest, -1
        )
        return FixedSchedule(Examples(voted.item, target, voted.weight))
