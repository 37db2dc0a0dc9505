"""Label distributions in and out of files: one row an item, one column a label."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.columns import number_column
from variorum.annotations.files.source import open_table
from variorum.annotations.files.tables import Column, write_table
from variorum.campaign import open_corpus
from variorum.checks import as_distribution
from variorum.corpora import CORPORA
from variorum.errors import ArgumentError, ReadError, SchemeError, UnknownNameError
from variorum.labels import normalize

__all__ = [
    "ITEM",
    "Distributions",
    "align",
    "check_labels",
    "columns_of",
    "read_human",
    "read_model",
    "write_distributions",
]

ITEM: Final = "item"
"""Column of item ids, which no label may be called."""


@dataclass(frozen=True, eq=False)
class Distributions:
    """Label distributions of some items.

    Attributes:
        ids: Item ids.
        labels: Labels, in class order.
        shares: Shape (n_items, n_classes), rows sum to one.
        population: Whose they are, in words.
        positions: Numeric positions of ordinal labels.
        without_vote: Items that were left out since they have no vote.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    shares: NDArray[np.float64]
    population: str
    positions: tuple[float, ...] | None = None
    without_vote: int = 0


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


def read_model(path: str) -> Distributions:
    """Read a file with an item column and one column a label.

    Args:
        path: CSV, TSV, JSONL or Parquet.

    Returns:
        The distributions, labels in column order.

    Raises:
        UnknownNameError: If there is no item column.
        ReadError: If an item is missing or stands twice, or a cell is no number.
        NotADistributionError: If a row does not sum to one.
    """
    with open_table(path) as table:
        labels = tuple(name for name in table.found if name != ITEM)
        if ITEM not in table.found or not labels:
            listed = ", ".join(repr(name) for name in table.found[:20])
            raise UnknownNameError(
                f"{table.name} needs a column {ITEM!r} and one column a label; its columns are {listed}. "
                "Rename them; a table of votes goes through variorum import first."
            )
        ids = [None if cell is None else cell.strip() for cell in table.texts(ITEM)]
        seen: set[str] = set()
        for row, name in enumerate(ids):
            if not name or name in seen:
                what = f"item {name!r} stands twice" if name else "the item is empty"
                raise ReadError(f"{table.name}, {table.locate(row)}: {what}; every row needs an item of its own.")
            seen.add(name)
        shares = np.column_stack([number_column(table, label) for label in labels])
        title = table.name
    clean = tuple(label.strip() for label in labels)
    return Distributions(tuple(filter(None, ids)), clean, as_distribution(title, shares), f"as {title} says")


def read_human(source: str) -> Distributions:
    """Read people's distributions: annotations, counted, or a file as `read_model` takes it.

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
        return read_model(source)
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


def align(human: Distributions, model: Distributions) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Bring a model's rows and columns into the order of people's.

    Args:
        human: People's.
        model: The model's; more items do no harm.

    Returns:
        Both, shape (n_items, n_classes), and how many items the model alone has.

    Raises:
        UnknownNameError: If labels differ.
        ReadError: If items are missing.
    """
    if set(human.labels) != set(model.labels):
        extra = [label for label in model.labels if label not in human.labels]
        lacking = [label for label in human.labels if label not in model.labels]
        parts = [f"MODEL lacks {lacking}" if lacking else "", f"HUMAN lacks {extra}" if extra else ""]
        raise UnknownNameError(f"labels differ: {' and '.join(filter(None, parts))}. Give both files the same columns.")
    where = {name: row for row, name in enumerate(model.ids)}
    missing = [name for name in human.ids if name not in where]
    if missing:
        raise ReadError(
            f"item {missing[0]!r} of HUMAN is not in MODEL; {len(missing)} of {len(human.ids)} items are missing."
        )
    rows = [where[name] for name in human.ids]
    columns = [model.labels.index(label) for label in human.labels]
    return human.shares, model.shares[np.ix_(rows, columns)], len(model.ids) - len(rows)
