"""Votes sorted by item, packed into files of codes, and read again shard by shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from variorum.engines.coding import Coding
from variorum.engines.database import Database
from variorum.errors import DuplicateError
from variorum.labels.vote_matrix import VoteMatrix

__all__ = ["Chunk", "Packed", "pack", "stored_votes"]

# One shard's scores stay in the second-level cache, and its votes in some 64 MB.
_SHARD_ITEMS: Final = 16_384
_SHARD_VOTES: Final = 1 << 22


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of the table ``votes`` that hold whole items: first of each, and the one behind the last.

    Attributes:
        rows: In the table.
        items: Among all items.
        voted: Among the items with votes.
    """

    rows: tuple[int, int]
    items: tuple[int, int]
    voted: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Packed:
    """Votes in files.

    Attributes:
        folder: Holds ``cells`` (the cell of each vote), ``sizes`` (votes of each item with votes, int32) and ``voted``
            (position of each such item among all, int64), in the order of items.
        code: Type of the cells in their file.
        chunks: Parts of the table ``votes``.
        cell_votes: Votes in each cell, shape (n_cells,).
        n_repeated: Votes that were left out since they repeat another one.
    """

    folder: Path
    code: np.dtype[Any]
    chunks: tuple[Chunk, ...]
    cell_votes: NDArray[np.int64]
    n_repeated: int

    @property
    def n_items(self) -> int:
        """Number of items."""
        return self.chunks[-1].items[1]

    @property
    def n_voted(self) -> int:
        """Number of items with votes."""
        return self.chunks[-1].voted[1]

    def voted(self, chunk: Chunk) -> NDArray[np.int64]:
        """Position of each item with votes among the items of the chunk."""
        first, last = chunk.voted
        return np.fromfile(self.folder / "voted", np.int64, last - first, offset=8 * first) - chunk.items[0]


def pack(
    database: Database,
    folder: Path,
    coding: Coding,
    *,
    chunk_rows: int,
    keep_repeated: bool | None,
    repeats: int,
    watch: Callable[[int, int], None],
) -> Packed:
    """Write the votes of the table ``votes`` (item, cell), which is sorted by both, to files.

    Args:
        database: Holds the table.
        folder: Where the files go.
        coding: The codes.
        chunk_rows: Rows to read at a time, about.
        keep_repeated: Whether the same label of the same annotator for the same item counts again; ``None`` forbids it.
        repeats: How many such repetitions are forgiven, and kept, where they are forbidden.
        watch: Called with the number of rows done, and of all.

    Returns:
        The packed votes.

    Raises:
        DuplicateError: If votes repeat others, and must not.
    """
    code = np.dtype(np.uint16 if coding.cell_label.size <= 2**16 else np.int32)
    # Rows of unknown annotators repeat nothing: they may be two people's.
    n_known = int(np.searchsorted(coding.cell_annotator, coding.n_annotators))
    chunks: list[Chunk] = []
    cell_votes = coding.cell_votes.copy()
    n_repeated, first_repeated, item, row = 0, (0, 0), 0, 0
    n_rows = int(database.one("SELECT count(*) FROM votes"))
    with (
        (folder / "cells").open("wb") as cells,
        (folder / "sizes").open("wb") as sizes,
        (folder / "voted").open("wb") as voted,
    ):
        for start, cell, begins in _whole_items(database, n_rows, chunk_rows):
            again = np.zeros(cell.size, bool)
            again[1:] = (cell[1:] == cell[:-1]) & ~begins[1:] & (cell[1:] >= 0) & (cell[1:] < n_known)
            if again.any() and not n_repeated:
                first_repeated = (start + int(again.argmax()), int(cell[again.argmax()]))
            n_repeated += int(again.sum())
            counts = cell >= 0
            if keep_repeated is False:
                counts &= ~again
                cell_votes -= np.bincount(cell[again], minlength=cell_votes.size)
            of_item = np.cumsum(begins) - 1
            per_item = np.bincount(of_item[counts], minlength=int(of_item[-1]) + 1)
            with_votes = np.flatnonzero(per_item)
            cells.write(cell[counts].astype(code).data)
            sizes.write(per_item[with_votes].astype(np.int32).data)
            voted.write((with_votes + item).astype(np.int64).data)
            stop = start + cell.size
            chunks.append(Chunk((start, stop), (item, item + per_item.size), (row, row + with_votes.size)))
            item, row = item + per_item.size, row + with_votes.size
            watch(stop, n_rows)
    if n_repeated > repeats and keep_repeated is None:
        raise _repeated(database, coding, *first_repeated, n_repeated)
    return Packed(folder, code, tuple(chunks), cell_votes, n_repeated if keep_repeated is False else 0)


def _whole_items(
    database: Database, n_rows: int, chunk_rows: int
) -> Iterator[tuple[int, NDArray[np.int32], NDArray[np.bool_]]]:
    """First row, cells, and whether a row is its item's first, of parts that end where an item ends."""
    start, size = 0, chunk_rows
    while start < n_rows:
        part = database.arrays(
            "SELECT cell, item IS DISTINCT FROM lag(item) OVER () AS begins FROM votes "
            f"WHERE rowid >= {start} AND rowid < {start + size}"
        )
        cell, begins = part["cell"], np.asarray(part["begins"], bool)
        # There is nothing before the first row of a part, and items are not null.
        last = int(np.flatnonzero(begins)[-1]) if start + size < n_rows else cell.size
        if not last:
            size *= 2
            continue
        yield start, cell[:last], begins[:last]
        start, size = start + last, chunk_rows


def _repeated(database: Database, coding: Coding, row: int, cell: int, n_repeated: int) -> DuplicateError:
    item = database.one(f"SELECT item FROM votes WHERE rowid = {row}")
    who = database.one(f"SELECT annotator FROM annotators WHERE code = {coding.cell_annotator[cell]}")
    return DuplicateError(
        f"(item {item!r:.80}, annotator {who!r:.80}, label {coding.labels[coding.cell_label[cell]]!r:.80}) stands more "
        f"than once; {n_repeated:,} of {coding.n_rows:,} rows are duplicates. "
        'Choose with duplicates="all", "first" or "last", or remove them.'
    )


def stored_votes(packed: Packed, coding: Coding, dtype: DTypeLike) -> VoteMatrix:
    """The packed votes as a matrix whose shards are read when asked for.

    Args:
        packed: The votes.
        coding: Their codes.
        dtype: Type of the entries, float64 or float32.

    Returns:
        The matrix, rows in the order of items.
    """
    n_cells, n_votes = coding.cell_label.size, int(packed.cell_votes.sum())
    # Each shard's sums are added over all cells, which must not cost more than its votes do.
    length = max(_SHARD_ITEMS, 4 * n_cells * packed.n_voted // n_votes)
    starts, offsets = [0], [0]
    while starts[-1] < packed.n_voted:
        sizes = np.fromfile(packed.folder / "sizes", np.int32, length, offset=4 * starts[-1])
        upto = np.cumsum(sizes, dtype=np.int64)
        n = max(1, int(np.searchsorted(upto, max(_SHARD_VOTES, 8 * n_cells), side="right")))
        starts.append(starts[-1] + n)
        offsets.append(offsets[-1] + int(upto[n - 1]))
    return VoteMatrix(
        _Shards(packed, np.array(starts), np.array(offsets), n_cells, np.dtype(dtype)),
        np.array(starts),
        np.memmap(packed.folder / "voted", np.int64, "r"),
        coding.cell_annotator,
        coding.cell_label,
        coding.n_annotators,
        len(coding.labels),
        float(n_votes),
    )


class _Shards(Sequence[Any]):
    def __init__(
        self, packed: Packed, starts: NDArray[np.int64], offsets: NDArray[np.int64], n_cells: int, dtype: np.dtype[Any]
    ) -> None:
        self._packed, self._starts, self._offsets, self._n_cells = packed, starts, offsets, n_cells
        # All shards look at the same ones, which then stay in the cache.
        self._ones = np.ones(int(np.diff(offsets).max(initial=0)), dtype)

    def __len__(self) -> int:
        return self._starts.size - 1

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < len(self):
            raise IndexError(place)
        first, last = self._starts[place : place + 2].tolist()
        low, high = self._offsets[place : place + 2].tolist()
        code, folder = self._packed.code, self._packed.folder
        # Plain reads, since the pages of a map would count as memory of this process.
        sizes = np.fromfile(folder / "sizes", np.int32, last - first, offset=4 * first)
        cell = np.fromfile(folder / "cells", code, high - low, offset=code.itemsize * low).astype(np.int32, copy=False)
        row_start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
        entries = self._ones[: high - low]
        return sparse.csr_array((entries, cell, row_start), shape=(last - first, self._n_cells))
