"""How votes reach the loss: the seats of deliveries, and what they hand over for one epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from variorum.training.base import TrainingData

__all__ = ["Delivery", "Examples", "FixedSchedule", "Schedule"]


@dataclass(frozen=True, eq=False)
class Examples:
    """What a learner goes through in one epoch; the order is no order of training, which is the learner's to shuffle.

    Arrays may be shared between epochs: read them, do not write into them.

    Attributes:
        item: Row of the training data that each example shows, shape (n_examples,).
        target: What the example is to predict. Either hard labels, shape (n_examples,), or (n_examples, n_labels) of 0
            and 1 for a multilabel scheme, in the smallest unsigned integer type that holds every class; or label
            distributions, float32, shape (n_examples, n_classes) or (n_examples, n_labels, 2), rows of the last axis
            summing to one.
        weight: Multiplier of each example's loss, positive, shape (n_examples,); ``None`` for one everywhere.
        annotator: Who gave the label, index into the annotators of the data, shape (n_examples,); ``None`` where labels
            are not delivered by annotator.
        partner: Position among these examples of the one that is mixed in, shape (n_examples,); ``None`` where nothing
            is mixed.
        share: Share of the example itself in the mixture, in [0, 1], shape (n_examples,); its partner has the rest.
            `target` is the example's own: who trains mixes inputs, and targets or losses.
    """

    item: NDArray[np.int64]
    target: NDArray[Any]
    weight: NDArray[np.float32] | None = None
    annotator: NDArray[np.int64] | None = None
    partner: NDArray[np.int64] | None = None
    share: NDArray[np.float32] | None = None


@runtime_checkable
class Schedule(Protocol):
    """A delivery bound to data and a seed.

    Contract: an epoch is a pure function of the data, the seed and its number, so epochs may be asked for in any order
    and training resumes exactly without a saved state; only items with votes of positive weight are delivered.
    """

    def epoch(self, t: int) -> Examples:
        """The examples of one epoch.

        Args:
            t: Number of the epoch, 0 or more.

        Returns:
            The examples.
        """
        ...


@runtime_checkable
class Delivery(Protocol):
    """A way in which votes reach the loss.

    Contract: the data stay as they are; the same data and seed give the same schedule; `TrainingData.weights` multiply
    the weights of an item's examples; items without a vote, or of weight 0, deliver nothing, and data without any
    deliver epochs of no example.
    """

    def __call__(self, data: TrainingData, seed: int) -> Schedule:
        """Bind the delivery to data.

        Args:
            data: Items and their votes.
            seed: Source of all randomness, 0 or more; unused where nothing is random.

        Returns:
            The schedule.

        Raises:
            ArgumentError: If the data lack what the delivery needs.
        """
        ...


@dataclass(frozen=True, eq=False)
class FixedSchedule:
    """A schedule whose epochs are all the same.

    Attributes:
        examples: Those of every epoch.
    """

    examples: Examples

    def epoch(self, t: int) -> Examples:  # noqa: ARG002 - the seat's signature
        """The examples of one epoch, whatever its number."""
        return self.examples
