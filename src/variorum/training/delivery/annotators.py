"""Votes by annotator: every vote an example that names who gave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from variorum.errors import ArgumentError, ShapeError
from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples, FixedSchedule
from variorum.training.delivery.voted import label_type

__all__ = ["VotesByAnnotator"]


@dataclass(frozen=True)
class VotesByAnnotator:
    """Every vote once an epoch: the item, the annotator, and the label as target.

    The weight of an example is that of the vote times that of the item; votes of weight 0 are left out.

    Source:
        What learners of annotators train on: Davani, Díaz and Prabhakaran 2022 (TACL), "Dealing with disagreements".

    Example:
        >>> import numpy as np
        >>> from variorum.training.base import AnnotatorVotes
        >>> votes = AnnotatorVotes(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 0, 1]), n_annotators=2)
        >>> data = TrainingData(np.eye(2), np.array([[1, 1], [0, 1]]), by_annotator=votes)
        >>> examples = VotesByAnnotator()(data, seed=0).epoch(0)
        >>> examples.item, examples.annotator, examples.target
        (array([0, 0, 1]), array([0, 1, 0]), array([1, 0, 1], dtype=uint8))
    """

    def __call__(self, data: TrainingData, seed: int) -> FixedSchedule:  # noqa: ARG002 - the seat's signature
        """Bind to data; nothing is random.

        Raises:
            ArgumentError: If the data do not hold votes by annotator, or a label is none of the counts' classes.
            ShapeError: If labels are sets of labels and counts are not, or the other way round.
        """
        votes = data.by_annotator
        if votes is None:
            raise ArgumentError(
                "data.by_annotator is None, and 'annotators' delivers votes with who gave them. "
                "Give TrainingData the votes by annotator, or use 'repeated-labelling', which needs counts only."
            )
        *choices, n_classes = data.counts.shape[1:]
        if list(votes.label.shape[1:]) != choices:
            raise ShapeError(
                f"by_annotator.label has shape {votes.label.shape} and counts {data.counts.shape}; "
                "a vote is one number, or for a multilabel scheme one a label."
            )
        bad = np.unique(np.nonzero(votes.label >= n_classes)[0])
        if bad.size:
            raise ArgumentError(
                f"by_annotator.label[{bad[0]}] = {votes.label[bad[0]].tolist()} is none of the {n_classes} classes of "
                f"counts; {bad.size} of {votes.n_votes} votes are affected."
            )
        weight = votes.weight
        if data.weights is not None:
            weight = data.weights[votes.item] * (1.0 if weight is None else weight)
        kept = slice(None) if weight is None else np.flatnonzero(weight > 0)
        return FixedSchedule(
            Examples(
                votes.item[kept],
                votes.label[kept].astype(label_type(n_classes)),
                None if weight is None else weight[kept].astype(np.float32),
                annotator=votes.annotator[kept],
            )
        )
