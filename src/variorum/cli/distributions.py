"""Label distributions in and out of files: one row an item, one column a label."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.source import open_table
from variorum.annotations.files.tables import Column, write_table
from variorum.campaign import open_corpus
from variorum.corpora import CORPORA
from variorum.errors import ArgumentError, SchemeError
from variorum.labels import normalize
from variorum.labels.distribution_files import ITEM, Distributions, read_distributions

__all__ = [
    "check_labels",
    "columns_of",
    "read_human",
    "write_distributions",
]


def columns_of(posterior: NDArray[np.float64]) -> NDArray[np.float64]:
    """One column a label: its share or, where each label has a distribution of its own, how probably it is given.

    Args:
        posterior: Shape (n_items, n_classes), or (n_items, n_labels, 2) with the last axis left out and given.

    Returns:
        Shape (n_items, n_classes) or (n_items, n_labels).

    Example:
        >>> columns_of(np.array([[[0.25, 0.75], [1.0, 0.0]]]))
        array([[0.75, 0.  ]])
    """
    return posterior if posterior.ndim == 2 else posterior[:, :, 1]


def write_distributions(path: Path, ids: Sequence[str], labels: Sequence[str], shares: NDArray[np.float64]) -> None:
    """Write label distributions, one row an item; rows of nan become empty cells.

    Args:
        path: Ends in .csv, .tsv, .jsonl, .ndjson or .parquet.
        ids: Item ids.
        labels: Labels, one a column.
        shares: Shape (n_items, n_classes), as `columns_of` gives them.

    Raises:
        ArgumentError: If a label is called like the item column, or the suffix is unknown.
    """
    check_labels(labels)
    columns = {ITEM: Column("text", list(ids))}
    columns |= {label: Column.of_numbers(cells) for label, cells in zip(labels, shares.T.tolist(), strict=True)}
    write_table(path, columns)


def check_labels(labels: Collection[str]) -> None:
    """Refuse a label that cannot be a column beside the items' ids.

    Raises:
        ArgumentError: If a label is called like their column.
    """
    if ITEM in labels:
        raise ArgumentError(f"a label is called {ITEM!r}, which is the column of item ids; rename the label.")


def read_human(source: str) -> Distributions:
    """Read people's distributions: annotations, counted, or a file as `read_distributions` takes it.

    Args:
        source: Name of a corpus, corpus folder, file of annotations, or file with item and one column a label.

    Returns:
        The distributions of the items that have a vote.

    Raises:
        UnknownNameError: If it is none of these.
        SchemeError: If an annotation is not one label out of several.
    """
    path = Path(source)
    if source not in CORPORA and path.is_file() and not _holds_annotations(path):
        return read_distributions(source)
    corpus = open_corpus(source)
    if corpus.scheme.kind in ("multilabel", "numeric"):
        raise SchemeError(f"{source} is {corpus.scheme.kind}, and these metrics need one label out of several.")
    counts = corpus.annotations.counts()
    voted = np.flatnonzero(counts.sum(axis=1) > 0)
    return Distributions(
        tuple(corpus.items.ids[i] for i in voted),
        corpus.scheme.labels,
        normalize(counts[voted]),
        f"equal annotators: {len(corpus.annotations):,} votes",
        corpus.scheme.positions,
        len(corpus.items) - voted.size,
    )


def _holds_annotations(path: Path) -> bool:
    with open_table(path, ["label", "annotator"]) as table:
        return bool(table.columns)
