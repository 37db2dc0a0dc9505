"""What of the training data has something to deliver, and the votes behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ArgumentError, NotCountsError
from variorum.labels import normalize
from variorum.training.base import TrainingData

__all__ = ["Voted", "label_type", "need_one_choice", "need_whole_votes", "voted_items"]


@dataclass(frozen=True, eq=False)
class Voted:
    """Items with votes of positive weight.

    Attributes:
        item: Their rows in the data, shape (n_voted,), ascending.
        counts: Their vote counts, shape (n_voted, n_classes) or (n_voted, n_labels, 2).
        weight: Their weights, shape (n_voted,); ``None`` for one everywhere.
    """

    item: NDArray[np.int64]
    counts: NDArray[np.float64]
    weight: NDArray[np.float32] | None

    @property
    def n_classes(self) -> int:
        """Number of classes of a hard label: 2 for a multilabel scheme."""
        return int(self.counts.shape[-1])

    @property
    def rows(self) -> NDArray[np.float64]:
        """Counts with one choice a row, shape (n_voted, n_classes) or (n_voted * n_labels, 2)."""
        return self.counts.reshape(int(np.prod(self.counts.shape[:-1])), self.n_classes)

    @property
    def shares(self) -> NDArray[np.float32]:
        """Label distributions, of the shape of the counts."""
        return normalize(self.rows).astype(np.float32).reshape(self.counts.shape)


def voted_items(data: TrainingData) -> Voted:
    """Leave out items that have nothing to deliver.

    Args:
        data: Items and their votes.

    Returns:
        Items with a vote and a positive weight.

    Raises:
        NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
    """
    voted = data.counts.sum(axis=-1) > 0
    if voted.ndim == 2:
        whole, voted = voted.all(axis=1), voted.any(axis=1)
        bad = np.flatnonzero(whole != voted)
        if bad.size:
            label = int(np.flatnonzero(data.counts[bad[0]].sum(axis=-1) == 0)[0])
            raise NotCountsError(
                f"counts[{bad[0]}, {label}] holds no vote, although other labels of the item have some; {bad.size} of "
                f"{voted.size} items are affected. Leave these items out, or learn the labels one by one."
            )
    if data.weights is not None:
        voted = voted & (data.weights > 0)
    item = np.flatnonzero(voted)
    weight = None if data.weights is None else data.weights[item].astype(np.float32)
    return Voted(item, data.counts[item], weight)


def label_type(n_classes: int) -> np.dtype[Any]:
    """The smallest unsigned integer type that holds every class."""
    return np.min_scalar_type(max(n_classes - 1, 0))


def need_one_choice(delivery: str, data: TrainingData) -> None:
    """Refuse multilabel counts, where votes one by one are asked for.

    Raises:
        ArgumentError: If counts have three axes.
    """
    if data.counts.ndim == 3:
        raise ArgumentError(
            f"counts has shape {data.counts.shape}, of a multilabel scheme, and {delivery!r} delivers votes one by "
            "one, while counts of single labels do not say which of them were given together. "
            "Use 'sls', which draws each label by itself, or 'soft'."
        )


def need_whole_votes(delivery: str, voted: Voted) -> None:
    """Refuse counts that are not whole numbers, where votes one by one are asked for.

    Raises:
        NotCountsError: If a count is not a whole number.
    """
    bad = np.flatnonzero((voted.counts != np.rint(voted.counts)).any(axis=1))
    if bad.size:
        raise NotCountsError(
            f"counts[{voted.item[bad[0]]}] = {voted.counts[bad[0]].tolist()} holds a count that is not a whole number, "
            f"and {delivery!r} delivers votes one by one; {bad.size} of {voted.item.size} items with votes are "
            "affected. Use 'soft' or 'sls' for weighted or elicited votes."
        )
