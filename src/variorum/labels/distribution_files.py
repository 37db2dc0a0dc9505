"""Label distributions in files: one row an item, one column a label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.columns import number_column
from variorum.annotations.files.source import open_table
from variorum.checks import as_distribution
from variorum.errors import ReadError, UnknownNameError

__all__ = ["ITEM", "Distributions", "align", "read_distributions"]

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


def read_distributions(path: str | Path) -> Distributions:
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
    with open_table(str(path)) as table:
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


def keep_shared(human: Distributions, model: Distributions) -> Distributions:
    """People's distributions of the items that the model has.

    Args:
        human: People's.
        model: The model's.

    Returns:
        People's, without the other items.

    Raises:
        ReadError: If the two share no item.

    Example:
        >>> people = Distributions(("a", "b"), ("no", "yes"), np.eye(2), "two people")
        >>> keep_shared(people, Distributions(("b",), ("no", "yes"), np.eye(2)[:1], "a model")).ids
        ('b',)
    """
    there = set(model.ids)
    kept = [row for row, name in enumerate(human.ids) if name in there]
    if not kept:
        raise ReadError(f"the two share no item: the first of one is {human.ids[0]!r}, of the other {model.ids[0]!r}.")
    return replace(human, ids=tuple(human.ids[row] for row in kept), shares=human.shares[kept])


def align(
    human: Distributions, model: Distributions, names: tuple[str, str] = ("HUMAN", "MODEL")
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Bring a model's rows and columns into the order of people's.

    Args:
        human: People's.
        model: The model's; more items do no harm.
        names: What the two are called in messages.

    Returns:
        Both, shape (n_items, n_classes), and how many items the model alone has.

    Raises:
        UnknownNameError: If labels differ.
        ReadError: If items are missing.
    """
    first, second = names
    if set(human.labels) != set(model.labels):
        extra = [label for label in model.labels if label not in human.labels]
        lacking = [label for label in human.labels if label not in model.labels]
        parts = [f"{second} lacks {lacking}" if lacking else "", f"{first} lacks {extra}" if extra else ""]
        raise UnknownNameError(f"labels differ: {' and '.join(filter(None, parts))}. Give both files the same columns.")
    where = {name: row for row, name in enumerate(model.ids)}
    missing = [name for name in human.ids if name not in where]
    if missing:
        raise ReadError(
            f"item {missing[0]!r} of {first} is not in {second}; {len(missing)} of {len(human.ids)} items are missing. "
            "Predict them too, or score the others alone (keep_shared, --partial)."
        )
    rows = [where[name] for name in human.ids]
    columns = [model.labels.index(label) for label in human.labels]
    return human.shares, model.shares[np.ix_(rows, columns)], len(model.ids) - len(rows)
