"""What tells a careless vote beside the label: speed, tiredness, and repeats that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations

__all__ = ["Evidence", "vote_evidence"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Features of annotations.

    Attributes:
        names: What each column is.
        values: Shape (n_rows, n_features); nan where unknown.
    """

    names: tuple[str, ...]
    values: Array


def vote_evidence(annotations: Annotations) -> Evidence | None:
    """Features of each annotation that may tell a careless one.

    Args:
        annotations: The annotations.

    Returns:
        Those that can be had, or ``None``: ``speed`` (minus the log of the active seconds, less the item's median),
        ``progress`` (how far through their own work the annotator was, in [0, 1]), ``repeats`` (share of the
        annotator's other answers on the same item that differ, where the question was repeated).

    Example:
        >>> from variorum.corpora import load_corpus
        >>> vote_evidence(load_corpus("synthetic-plain").annotations).names
        ('speed', 'progress')
    """
    columns: dict[str, Array] = {}
    if annotations.seconds is not None and (annotations.seconds > 0).any():
        columns["speed"] = _speed(annotations)
    if annotations.time is not None and not np.isnan(annotations.time).all():
        columns["progress"] = _progress(annotations)
    repeats = _repeats(annotations)
    if repeats is not None:
        columns["repeats"] = repeats
    if not columns:
        return None
    return Evidence(tuple(columns), np.column_stack(list(columns.values())))


def _speed(annotations: Annotations) -> Array:
    assert annotations.seconds is not None
    with np.errstate(divide="ignore", invalid="ignore"):
        log_time = np.where(annotations.seconds > 0, np.log(annotations.seconds), np.nan)
    order = np.lexsort((log_time, annotations.item))
    items, times = annotations.item[order], log_time[order]
    known = ~np.isnan(times)
    items, times = items[known], times[known]
    # Sorted by item, then time: the median stands in the middle of each item's run.
    first = np.searchsorted(items, np.arange(len(annotations.items)))
    size = np.bincount(items, minlength=len(annotations.items))
    low, high = first + np.maximum(size - 1, 0) // 2, first + size // 2
    median = np.full(len(annotations.items), np.nan)
    used = size > 0
    median[used] = (times[low[used]] + times[np.minimum(high[used], times.size - 1)]) / 2
    return np.asarray(median[annotations.item] - log_time)


def _progress(annotations: Annotations) -> Array:
    assert annotations.time is not None
    progress = np.full(annotations.n_rows, np.nan)
    known = np.flatnonzero(~np.isnan(annotations.time) & (annotations.annotator >= 0))
    order = known[np.lexsort((annotations.time[known], annotations.annotator[known]))]
    who = annotations.annotator[order]
    size = np.bincount(who, minlength=len(annotations.annotators))
    first = np.searchsorted(who, np.arange(len(annotations.annotators)))
    progress[order] = (np.arange(order.size) - first[who]) / np.maximum(size[who] - 1, 1)
    return progress


def _repeats(annotations: Annotations) -> Array | None:
    """Share of an annotator's other answers on an item that differ; an answer in two rows with two reasons is one."""
    answered = (annotations.status == ANSWERED) & (annotations.annotator >= 0) & (annotations.label >= 0)
    if annotations.time is None:
        # Without times, several rows are several labels of one answer.
        return None
    rows = np.flatnonzero(answered & ~np.isnan(annotations.time))
    pair = annotations.item[rows].astype(np.int64) * max(1, len(annotations.annotators)) + annotations.annotator[rows]
    _, code, size = np.unique(pair, return_inverse=True, return_counts=True)
    several = size[code] > 1
    rows, pair = rows[several], pair[several]
    label, time = annotations.label[rows], annotations.time[rows]

    def alike(*columns: NDArray[Any]) -> NDArray[np.int64]:
        """How many rows are like each, itself included."""
        _, kind, count = np.unique(np.column_stack(columns), axis=0, return_inverse=True, return_counts=True)
        return np.asarray(count[kind.ravel()], np.int64)

    # What was answered at one time is one answer, which does not repeat itself.
    others = alike(pair) - alike(pair, time)
    if not others.any():
        return None
    same = alike(pair, label) - alike(pair, label, time)
    share = np.full(annotations.n_rows, np.nan)
    share[rows[others > 0]] = 1 - same[others > 0] / others[others > 0]
    return share
