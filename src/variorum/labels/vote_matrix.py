"""The votes as a sparse matrix, items x (annotator, label), in shards of whole items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from variorum.annotations import ANSWERED, Annotations

__all__ = ["Rows", "VoteMatrix", "vote_matrix"]

# One shard's scores stay in the second-level cache.
_SHARD_ITEMS: Final = 16_384


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Who said what about which item: each row an item with votes, each column a cell, a label that an annotator gave.

    Column order is annotator first, then label; only cells that occur have a column. Unknown annotators share the cells
    of one annotator behind the last.

    Attributes:
        shards: Consecutive blocks of rows as sparse arrays, in memory or read when asked for; entries are vote weights;
            an entry may stand twice and then adds up.
        starts: First row of each shard, and the number of rows, length n_shards + 1.
        voted: Position of each row's item, int64, shape (n_voted,), increasing.
        cell_annotator: Annotator of each cell, n_annotators for the unknown ones, shape (n_cells,).
        cell_label: Label of each cell, shape (n_cells,).
        n_annotators: Number of known annotators, with votes or without.
        n_classes: Number of classes.
        n_votes: Sum of the vote weights.
    """

    shards: Sequence[Any]
    starts: NDArray[np.int64]
    voted: NDArray[np.int64]
    cell_annotator: NDArray[np.int64]
    cell_label: NDArray[np.int64]
    n_annotators: int
    n_classes: int
    n_votes: float

    @property
    def n_rows(self) -> int:
        """Number of items with votes."""
        return int(self.voted.size)

    def blocks(self) -> Iterator[tuple[Any, int, int]]:
        """Each shard with its first row and the one behind its last."""
        return zip(self.shards, self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)


class Rows(Protocol):
    """Where a posterior is written, shape (n_rows, n_classes): an array, or a file of which a part is in memory."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers, which is that of the arithmetic."""
        ...

    def __getitem__(self, rows: slice, /) -> NDArray[Any]:
        """Consecutive rows; what is written to them is kept."""
        ...


def vote_matrix(
    annotations: Annotations, dtype: DTypeLike = np.float64, *, shard_items: int = _SHARD_ITEMS
) -> VoteMatrix:
    """Arrange the answered rows of a scheme with classes as a sparse matrix; linear in the number of votes.

    Args:
        annotations: The votes; an elicited distribution is one fractional vote for each class it gives mass to.
        dtype: Type of the entries, float64 or float32.
        shard_items: Fewest items in a shard, the last excepted. Shards are longer where the cells are many.

    Returns:
        The matrix.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 0, 1])
        >>> vote_matrix(votes).shards[0].toarray()
        array([[1., 1.],
               [1., 0.]])
    """
    n_items, n_classes = len(annotations.items), annotations.scheme.n_classes
    item, cell, weight = _entries(annotations)
    per_item = np.bincount(item, minlength=n_items)
    voted = np.flatnonzero(per_item)
    if item.size and (item[1:] < item[:-1]).any():
        order = _by_item(item, n_items)
        cell, weight = cell[order], None if weight is None else weight[order]
    given = np.bincount(cell, minlength=(len(annotations.annotators) + 1) * n_classes) > 0
    cells = np.flatnonzero(given)
    if cells.size < given.size:
        cell = (np.cumsum(given, dtype=np.int32) - np.int32(1))[cell]
    cell = cell.astype(np.int32, copy=False)
    pointer = np.concatenate(([0], np.cumsum(per_item[voted])))
    # Each shard's sums are added over all cells, which must not cost more than its votes do.
    length = max(shard_items, 4 * cells.size * voted.size // max(1, item.size))
    starts = np.append(np.arange(0, voted.size, length), voted.size)
    # All shards look at the same ones, which then stay in the cache.
    longest = int(np.diff(pointer[starts]).max(initial=0))
    ones = np.ones(longest if weight is None else 0, dtype)
    shards = []
    for first, last in pairwise(starts):
        low, high = pointer[first], pointer[last]
        entries = ones[: high - low] if weight is None else weight[low:high].astype(dtype)
        row_start = (pointer[first : last + 1] - low).astype(np.int32)
        shards.append(sparse.csr_array((entries, cell[low:high], row_start), shape=(last - first, cells.size)))
    n_votes = float(item.size if weight is None else weight.sum())
    k = max(1, n_classes)
    n_annotators = len(annotations.annotators)
    return VoteMatrix(tuple(shards), starts, voted, cells // k, cells % k, n_annotators, n_classes, n_votes)


def _entries(annotations: Annotations) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None]:
    """Item, cell code and weight (None: all 1) of every vote."""
    item: NDArray[Any] = annotations.item
    annotator: NDArray[Any] = annotations.annotator
    label: NDArray[Any] = annotations.label
    weight: NDArray[np.float64] | None = None
    answered = annotations.status == ANSWERED
    if annotations.distribution is not None:
        elicited = answered & ~np.isnan(annotations.distribution[:, 0])
        row, column = np.nonzero(np.where(elicited[:, None], annotations.distribution, 0.0))
        plain = np.flatnonzero(answered & ~elicited)
        weight = np.concatenate((np.ones(plain.size), annotations.distribution[row, column]))
        row = np.concatenate((plain, row))
        item, annotator = item[row], annotator[row]
        label = np.concatenate((label[plain], column.astype(np.int32)))
    elif not answered.all():
        item, annotator, label = item[answered], annotator[answered], label[answered]
    n_annotators, n_classes = len(annotations.annotators), annotations.scheme.n_classes
    if (n_annotators + 1) * n_classes >= 2**31:
        annotator, label = annotator.astype(np.int64), label.astype(np.int64)
    if (annotator < 0).any():
        annotator = np.where(annotator < 0, annotator.dtype.type(n_annotators), annotator)
    cell: NDArray[Any] = annotator * n_classes + label
    return item, cell, weight


def _by_item(item: NDArray[Any], n_items: int) -> NDArray[Any]:
    """Stable order of the votes by item: the transpose of a sparse matrix is a counting sort."""
    n = item.size
    place = np.int32 if n < 2**31 else np.int64
    rows = sparse.csr_array((np.arange(n, dtype=place), item, np.arange(n + 1, dtype=place)), shape=(n, n_items))
    return np.asarray(rows.tocsc().data)
