"""What ranks labels by how likely they are errors: item-label pairs, evidence about them, the seat of a scorer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations
from variorum.errors import ArgumentError, ShapeError
from variorum.labels import need_classes

__all__ = ["ErrorScorer", "ItemLabelPairs", "PairEvidence", "item_label_pairs"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ItemLabelPairs:
    """The labels that somebody gave, item by item.

    Attributes:
        item: Item of each pair, shape (n_pairs,), not decreasing.
        label: Its label, increasing within an item.
        of_row: Pair of each annotation, -1 for rows that were not answered, shape (n_rows,).
        n_annotators: Annotators who gave the label, shape (n_pairs,); unknown ones count one each.
    """

    item: NDArray[np.int64]
    label: NDArray[np.int64]
    of_row: NDArray[np.int64]
    n_annotators: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.item.size)

    def total(self, per_row: Array) -> Array:
        """Sum over each pair's rows, shape (n_pairs,)."""
        rows = self.of_row >= 0
        return np.asarray(np.bincount(self.of_row[rows], per_row[rows], minlength=len(self)), np.float64)


def item_label_pairs(annotations: Annotations) -> ItemLabelPairs:
    """Find the labels that somebody gave.

    Args:
        annotations: The votes of a nominal, ordinal or pairwise scheme; elicited distributions are no single label.

    Returns:
        The pairs, in the order of items and labels.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 1, 0])
        >>> item_label_pairs(votes).n_annotators
        array([2, 1])
    """
    need_classes(annotations, "ranking labels by error")
    k, n_annotators = annotations.scheme.n_classes, len(annotations.annotators)
    rows = np.flatnonzero((annotations.status == ANSWERED) & (annotations.label >= 0))
    code = annotations.item[rows].astype(np.int64) * k + annotations.label[rows]
    pairs, pair = np.unique(code, return_inverse=True)
    of_row = np.full(annotations.n_rows, -1, np.int64)
    of_row[rows] = pair
    who = annotations.annotator[rows].astype(np.int64)
    person = np.where(who < 0, n_annotators + np.arange(rows.size), who)
    given = np.unique(pair.astype(np.int64) * (n_annotators + rows.size) + person)
    counted = np.bincount(given // max(1, n_annotators + rows.size), minlength=pairs.size)
    return ItemLabelPairs(pairs // k, pairs % k, of_row, counted.astype(np.int64))


@dataclass(frozen=True, eq=False)
class PairEvidence:
    """What a scorer may look at; each says which of it it needs.

    Attributes:
        pairs: The pairs to rank.
        crowd: Votes of a larger crowd on the same items, shape (n_items, n_classes).
        trajectories: A classifier's label probabilities epoch by epoch, shape (n_epochs, n_items, n_classes), in
            [0, 1]; rows need not sum to one.
        judgments: Judgments of each annotation by others than its author, shape (n_rows,).
        accepted: How many of them say that the reason makes sense, shape (n_rows,).
        errors: Known errors, shape (n_pairs,), for scorers that learn from examples; never of the fold they score.
        groups: Group of each item, shape (n_items,), whole in each fold; items by themselves if not given.

    Raises:
        ShapeError: If an array does not fit the others.
    """

    pairs: ItemLabelPairs
    crowd: Array | None = None
    trajectories: Array | None = None
    judgments: Array | None = None
    accepted: Array | None = None
    errors: NDArray[np.bool_] | None = None
    groups: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        n_rows, n_pairs = self.pairs.of_row.size, len(self.pairs)
        for name, length in (("judgments", n_rows), ("accepted", n_rows), ("errors", n_pairs)):
            value = getattr(self, name)
            if value is not None and np.shape(value) != (length,):
                raise ShapeError(f"{name} has shape {np.shape(value)}; it must have ({length},).")
        n_items = int(self.pairs.item.max(initial=-1)) + 1
        n_classes = int(self.pairs.label.max(initial=-1)) + 1
        crowd = (n_items, n_classes) if self.crowd is None else np.shape(self.crowd)
        if len(crowd) != 2 or np.less(crowd, (n_items, n_classes)).any():
            raise ShapeError(f"crowd has shape {crowd} for {n_items} items and {n_classes} classes.")
        if self.groups is not None and len(self.groups) < n_items:
            raise ShapeError(f"groups has {len(self.groups)} rows for {n_items} items.")
        shape = None if self.trajectories is None else np.shape(self.trajectories)
        if shape is not None and (len(shape) != 3 or np.less(shape, (1, n_items, n_classes)).any()):
            raise ShapeError(
                f"trajectories have shape {shape}; they are (n_epochs, n_items, n_classes) for an epoch at least, "
                f"{n_items} items and {n_classes} classes."
            )

    def need(self, name: str, scorer: str) -> Any:
        """One kind of evidence.

        Raises:
            ArgumentError: If there is none of it.
        """
        value = getattr(self, name)
        if value is None:
            raise ArgumentError(
                f"the scorer {scorer!r} needs {name}, and the evidence holds none; pass it, or choose another scorer."
            )
        return value


class ErrorScorer(Protocol):
    """Ranks item-label pairs by how likely the label is an error.

    The contract: a higher score is a likelier error; the order of items, annotators and rows does not matter, and
    neither do names (a scorer that learns from examples forms its folds by the order of `groups`, which go with the
    items); evidence that it needs and does not get is an ArgumentError that names it; equal input gives equal output.
    """

    def __call__(self, evidence: PairEvidence) -> NDArray[np.float64]:
        """Score every pair, shape (n_pairs,), finite."""
        ...
