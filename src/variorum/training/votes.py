"""Who gave which label: the votes behind the counts, for learners of single annotators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations
from variorum.checks import as_vector
from variorum.errors import ArgumentError, ShapeError

__all__ = ["AnnotatorVotes", "annotator_votes"]


@dataclass(frozen=True, eq=False)
class AnnotatorVotes:
    """Triples (item, annotator, label), one a vote.

    Attributes:
        item: Row of the training data, shape (n_votes,).
        annotator: Number of the annotator, in [0, n_annotators), shape (n_votes,).
        label: Number of the label, shape (n_votes,); for multilabel schemes 0 or 1 for each, shape (n_votes, n_labels).
        n_annotators: How many annotators there are, those without a vote included.
        weight: Weight of each vote, shape (n_votes,), non-negative; ``None`` for one everywhere.

    Raises:
        ShapeError: If the columns have different lengths.
        ArgumentError: If a number is out of range.

    Example:
        >>> AnnotatorVotes(np.array([0, 0]), np.array([0, 1]), np.array([1, 0]), 2).n_votes
        2
    """

    item: NDArray[np.int64]
    annotator: NDArray[np.int64]
    label: NDArray[np.int64]
    n_annotators: int
    weight: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        for name in ("item", "annotator", "label"):
            column = np.asarray(getattr(self, name), dtype=np.int64)
            object.__setattr__(self, name, column)
            if column.ndim < 1 or len(column) != len(self.item):
                raise ShapeError(f"{name} has shape {column.shape}, and there are {len(self.item)} votes.")
            if column.size and column.min() < 0:
                raise ArgumentError(f"{name}[{int((column < 0).argmax())}] is negative.")
        if self.annotator.size and self.annotator.max() >= self.n_annotators:
            raise ArgumentError(f"annotator {self.annotator.max()} is not among {self.n_annotators}.")
        if self.weight is not None:
            weight = as_vector("weight", self.weight, length=len(self.item))
            if weight.min(initial=0.0) < 0:
                raise ArgumentError(f"weight[{int((weight < 0).argmax())}] is negative.")
            object.__setattr__(self, "weight", weight)

    @property
    def n_votes(self) -> int:
        """Number of votes."""
        return len(self.item)


def annotator_votes(annotations: Annotations, items: NDArray[np.integer]) -> AnnotatorVotes | None:
    """The votes of known annotators on some items.

    Args:
        annotations: The votes.
        items: Positions of the items, which become rows 0, 1, ... of the training data; one that is there twice has its
            votes twice.

    Returns:
        The triples; ``None`` where an answer has no label or no annotator, since such votes cannot be told apart.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> people = synthetic_corpus(Population("small", seed=1, n_items=60)).annotations
        >>> votes = annotator_votes(people, np.arange(10))
        >>> votes.n_annotators == len(people.annotators), bool((votes.item < 10).all())
        (True, True)
    """
    answered = np.flatnonzero(annotations.status == ANSWERED)
    by_item = answered[np.argsort(annotations.item[answered], kind="stable")]
    first, end = (np.searchsorted(annotations.item[by_item], items, side) for side in ("left", "right"))
    # All votes of the first item, of the second and so on, as often as it is there; then in the order of the table.
    item = np.repeat(np.arange(len(items)), end - first)
    rows = by_item[np.arange(item.size) + np.repeat(end - np.cumsum(end - first), end - first)]
    order = np.argsort(rows, kind="stable")
    item, rows = item[order], rows[order]
    annotator = annotations.annotator[rows].astype(np.int64)
    label, multilabel = annotations.label[rows].astype(np.int64), annotations.scheme.kind == "multilabel"
    if (annotator < 0).any() or (not multilabel and (label < 0).any()):
        return None
    n_annotators = len(annotations.annotators)
    if not multilabel:
        return AnnotatorVotes(item, annotator, label, n_annotators)
    _, first, answer = np.unique(item * n_annotators + annotator, return_index=True, return_inverse=True)
    given = np.zeros((first.size, annotations.scheme.n_classes), np.int64)
    given[answer[label >= 0], label[label >= 0]] = 1
    return AnnotatorVotes(item[first], annotator[first], given, n_annotators)
