"""Which rows say again what another row has said: the same item, annotator and answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["repeated_rows"]


def repeated_rows(
    item: NDArray[np.int32],
    annotator: NDArray[np.int32],
    answer: NDArray[np.int32],
    status: NDArray[np.int8],
    *,
    last: bool = False,
) -> NDArray[np.int64]:
    """Rows whose item, annotator, answer and status stand in an earlier row too.

    Rows of an unknown annotator repeat nothing: they may be two people's.

    Args:
        item: Position of the item, shape (n_rows,).
        annotator: Position of the annotator, -1 unknown.
        answer: Code of the label or value, -1 where there is none.
        status: Code of the status.
        last: Return the rows that stand in a later row too, so that the last of each remains.

    Returns:
        Row numbers, increasing.

    Example:
        >>> zeros = np.zeros(3, np.int32)
        >>> repeated_rows(zeros, np.array([0, 1, 0], np.int32), zeros, zeros.astype(np.int8))
        array([2])
    """
    known = np.flatnonzero(annotator >= 0)
    key = _combined([item[known], annotator[known], answer[known] + 1, status[known]])
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.empty(0, np.int64)
    if last:
        key = key[::-1]
    first = np.unique(key, return_index=True)[1]
    again = np.ones(known.size, bool)
    again[first] = False
    return np.asarray(known[again[::-1] if last else again], np.int64)


def _combined(parts: list[NDArray[Any]]) -> NDArray[np.int64]:
    key = np.zeros(parts[0].size, np.int64)
    size = 1
    for part in parts:
        width = int(part.max(initial=0)) + 1
        if size * width >= 2**62:
            # Renumbering the keys in use keeps them in 64 bits.
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            size = int(key.max(initial=0)) + 1
        key = key * width + part
        size *= width
    return key
