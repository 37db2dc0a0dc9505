"""Small annotations and validity rounds for the tests of this room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations, Annotators, Items, LabelScheme, ValidityJudgments


def votes_of(
    item: ArrayLike, annotator: ArrayLike, label: ArrayLike, *, n: tuple[int, int, int], **columns: Any
) -> Annotations:
    """Votes of so many items, annotators and classes, `n`."""
    n_items, n_annotators, n_classes = n
    return Annotations(
        LabelScheme.nominal([f"label {k}" for k in range(n_classes)]),
        Items(tuple(f"item {i}" for i in range(n_items))),
        Annotators(tuple(f"x:{a}" for a in range(n_annotators))),
        np.asarray(item, np.int32),
        np.asarray(annotator, np.int32),
        np.asarray(label, np.int32),
        **columns,
    )


def full_design(labels: NDArray[Any], n_classes: int = 2) -> Annotations:
    """Everybody's vote on everything, from labels of shape (n_items, n_annotators)."""
    item, annotator = np.indices(labels.shape)
    return votes_of(item.ravel(), annotator.ravel(), labels.ravel(), n=(*labels.shape, n_classes))


def judgments(annotation: ArrayLike, judge: ArrayLike, makes_sense: ArrayLike) -> ValidityJudgments:
    return ValidityJudgments(
        np.asarray(annotation, np.int64), np.asarray(judge, np.int32), np.asarray(makes_sense, np.bool_)
    )


def random_round(
    rng: np.random.Generator, *, n_items: int, n_annotators: int, n_classes: int = 3
) -> tuple[Annotations, ValidityJudgments]:
    """Labels, some annotators giving two to an item, and most pairs of a reason and a judge, drawn at random."""
    item, annotator, label = np.nonzero(rng.random((n_items, n_annotators, n_classes)) < 0.4)
    votes = votes_of(item, annotator, label, n=(n_items, n_annotators, n_classes))
    row, judge = np.nonzero(rng.random((votes.n_rows, n_annotators)) < 0.8)
    return votes, judgments(row, judge, rng.random(row.size) < 0.7)
