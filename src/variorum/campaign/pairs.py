"""Which (item, annotator) pairs a corpus holds: all that a replay can sell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Annotations

__all__ = ["Pairs"]


@dataclass(frozen=True, eq=False)
class Pairs:
    """The distinct pairs, ordered by item and annotator; never a table of items x annotators.

    Attributes:
        start: First pair of each item, int64, shape (n_items + 1,).
        item: Item of each pair, int64, shape (n_pairs,).
        annotator: Its annotator, int32; -1 is unknown.
        quantity: How often it can be asked: once, or for the unknown annotator as often as there are rows.
        row_start: First of the pair's rows in `row`, int64, shape (n_pairs + 1,).
        row: Rows of the annotations, grouped by pair.
    """

    start: NDArray[np.int64]
    item: NDArray[np.int64]
    annotator: NDArray[np.int32]
    quantity: NDArray[np.int64]
    row_start: NDArray[np.int64]
    row: NDArray[np.int64]

    @classmethod
    def every(cls, n_items: int, annotators: NDArray[np.integer], without: Annotations) -> Pairs:
        """Every item with each of these annotators, once, but for the pairs that a table holds already.

        Args:
            n_items: Number of items.
            annotators: Positions of annotators, each once.
            without: The table.

        Returns:
            Pairs without rows: nobody knows yet what they will bring.
        """
        who = np.sort(annotators).astype(np.int32)
        width = int(max(who.max(initial=-1), without.annotator.max(initial=-1))) + 2
        item = np.repeat(np.arange(n_items, dtype=np.int64), who.size)
        annotator = np.tile(who, n_items)
        taken = without.item.astype(np.int64) * width + without.annotator + 1
        open_ = ~np.isin(item * width + annotator + 1, taken)
        item, annotator = item[open_], annotator[open_]
        return cls(
            start=np.searchsorted(item, np.arange(n_items + 1)).astype(np.int64),
            item=item,
            annotator=annotator,
            quantity=np.ones(item.size, np.int64),
            row_start=np.zeros(item.size + 1, np.int64),
            row=np.zeros(0, np.int64),
        )

    @classmethod
    def of(cls, annotations: Annotations, rng: np.random.Generator) -> Pairs:
        """Find the pairs of a table; the rows of an unknown annotator, who may be many, are put in random order."""
        width = len(annotations.annotators) + 1
        key = annotations.item.astype(np.int64) * width + annotations.annotator + 1
        unknown = annotations.annotator == UNKNOWN
        shuffle = np.where(unknown, rng.random(annotations.n_rows), 0.0)
        row = np.lexsort((shuffle, key))
        pairs, first, n_rows = np.unique(key[row], return_index=True, return_counts=True)
        annotator = (pairs % width - 1).astype(np.int32)
        item = pairs // width
        return cls(
            start=np.searchsorted(item, np.arange(len(annotations.items) + 1)).astype(np.int64),
            item=item,
            annotator=annotator,
            quantity=np.where(annotator == UNKNOWN, n_rows, 1).astype(np.int64),
            row_start=np.append(first, row.size).astype(np.int64),
            row=row.astype(np.int64),
        )

    def find(self, item: int, annotator: int) -> int | None:
        """Position of a pair, or None."""
        low, high = int(self.start[item]), int(self.start[item + 1])
        at = low + int(np.searchsorted(self.annotator[low:high], annotator))
        return at if at < high and self.annotator[at] == annotator else None

    def rows_of(self, pair: int, nth: int) -> NDArray[np.int64]:
        """The rows that the nth request for a pair (from 0) brings: all of a known annotator's, one of the unknown."""
        low, high = int(self.row_start[pair]), int(self.row_start[pair + 1])
        if self.annotator[pair] == UNKNOWN:
            low, high = low + nth, low + nth + 1
        return self.row[low:high]
