"""Votes as columns for the models of this room: one entry a vote, in the order of items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from variorum.annotations import ANSWERED, Annotations

__all__ = ["Cells", "Entries", "as_entries", "unit_matrix"]


@dataclass(frozen=True, eq=False)
class Cells:
    """Votes that a model cannot tell apart: those of one voter for one label.

    Attributes:
        of_entry: Cell of each entry, shape (n_entries,).
        voter: Voter of each cell, shape (n_cells,).
        label: Label of each cell.
    """

    of_entry: NDArray[np.int64]
    voter: NDArray[np.int64]
    label: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Entries:
    """The votes, one entry each; an elicited distribution is one entry for each class it gives mass to.

    Attributes:
        row: Row of the annotation, shape (n_entries,).
        item: Position of the item.
        voter: Who voted, as a position among `annotator`.
        label: Class index.
        weight: 1, or the mass that an elicited distribution gives to the class.
        annotator: Annotator of each voter, n_annotators for the unknown ones, who are one voter, the last.
        pooled: Whether the last voter stands for unknown annotators.
        n_items: Number of items.
        n_classes: Number of classes.
    """

    row: NDArray[np.int64]
    item: NDArray[np.int64]
    voter: NDArray[np.int64]
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    annotator: NDArray[np.int64]
    pooled: bool
    n_items: int
    n_classes: int

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(self.row.size)

    @property
    def n_voters(self) -> int:
        """Number of voters."""
        return int(self.annotator.size)

    @cached_property
    def cells(self) -> Cells:
        """The entries' cells, in the order of voters and labels."""
        code, of_entry = np.unique(self.voter * self.n_classes + self.label, return_inverse=True)
        return Cells(of_entry.astype(np.int64), code // self.n_classes, code % self.n_classes)

    def per_voter(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of the values over each voter's entries, shape (n_voters,)."""
        return np.asarray(np.bincount(self.voter, values, minlength=self.n_voters), np.float64)

    def counts(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of the weights over each item's entries by label, shape (n_items, n_classes)."""
        code = self.item * self.n_classes + self.label
        flat = np.bincount(code, weight, minlength=self.n_items * self.n_classes)
        return np.asarray(flat.reshape(-1, self.n_classes), np.float64)

    def take(self, chosen: NDArray[Any]) -> Entries:
        """The entries at these positions, or of this mask; voters keep their positions."""
        return Entries(
            self.row[chosen],
            self.item[chosen],
            self.voter[chosen],
            self.label[chosen],
            self.weight[chosen],
            self.annotator,
            self.pooled,
            self.n_items,
            self.n_classes,
        )


def as_entries(annotations: Annotations) -> Entries:
    """Arrange the answered rows of a scheme with classes as entries, in the order of items.

    Args:
        annotations: The votes.

    Returns:
        The entries; voters are the annotators with votes, in their order.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [1, 0, 0], [0, 0, 1], [1, 1, 0])
        >>> as_entries(votes).row
        array([1, 2, 0])
    """
    answered = annotations.status == ANSWERED
    elicited = np.zeros(annotations.n_rows, np.bool_)
    row, label = np.flatnonzero(answered), annotations.label[answered].astype(np.int64)
    weight = np.ones(row.size)
    if annotations.distribution is not None:
        elicited = answered & ~np.isnan(annotations.distribution[:, 0])
        plain = np.flatnonzero(answered & ~elicited)
        spread_row, spread_label = np.nonzero(np.where(elicited[:, None], annotations.distribution, 0.0))
        row = np.concatenate((plain, spread_row))
        label = np.concatenate((annotations.label[plain].astype(np.int64), spread_label))
        weight = np.concatenate((np.ones(plain.size), annotations.distribution[spread_row, spread_label]))
    order = np.argsort(annotations.item[row], kind="stable")
    row, label, weight = row[order], label[order], weight[order]
    n_annotators = len(annotations.annotators)
    who = annotations.annotator[row].astype(np.int64)
    who[who < 0] = n_annotators
    annotator, voter = np.unique(who, return_inverse=True)
    return Entries(
        row,
        annotations.item[row].astype(np.int64),
        voter.astype(np.int64),
        label,
        weight,
        annotator,
        bool(annotator.size and annotator[-1] == n_annotators),
        len(annotations.items),
        annotations.scheme.n_classes,
    )


def unit_matrix(
    unit: NDArray[np.int64], cell: NDArray[np.int64], weight: NDArray[np.float64], shape: tuple[int, int]
) -> Any:
    """Votes as a sparse matrix, units x cells, entries are weights, shape (n_units, n_cells)."""
    return sparse.csr_array((weight, (unit, cell)), shape=shape)
