"""What is annotated: texts, text pairs, images, anything with an id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ArgumentError, ShapeError, UnknownNameError

__all__ = ["Items"]


@dataclass(frozen=True)
class Items:
    """The items of a corpus, in a fixed order; everything else refers to them by position.

    Attributes:
        ids: Unique, non-empty ids, length n_items.
        text: The text, or the first of a pair; ``None`` where an item has none.
        second_text: The second text of a pair.
        image: Path of the item's image.
        payload: Anything else, as JSON text.
        group: Items that share a premise, a context or a post share a group; splits keep groups whole.
        fields: Further columns by name (official split, gold label, domain, ...).

    Raises:
        ArgumentError: If an id is empty or stands twice.
        ShapeError: If a column has another length.

    Example:
        >>> items = Items(("a", "b"), text=("Good.", "Bad."))
        >>> len(items), items.index["b"]
        (2, 1)
    """

    ids: tuple[str, ...]
    text: tuple[str | None, ...] | None = None
    second_text: tuple[str | None, ...] | None = None
    image: tuple[str | None, ...] | None = None
    payload: tuple[str | None, ...] | None = None
    group: tuple[str, ...] | None = None
    fields: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", check_ids("item", self.ids))
        for name in ("text", "second_text", "image", "payload", "group"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, as_texts(f"items.{name}", getattr(self, name)))
        object.__setattr__(self, "fields", {n: as_texts(f"items.{n}", column) for n, column in self.fields.items()})
        for name, column in self.columns().items():
            if len(column) != len(self.ids):
                raise ShapeError(f"items.{name} has {len(column)} values for {len(self.ids)} items.")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each id."""
        return {name: position for position, name in enumerate(self.ids)}

    def columns(self) -> dict[str, Sequence[str | None]]:
        """All columns but the ids, by name: the named ones that are present, then `fields`."""
        named = {n: getattr(self, n) for n in ("text", "second_text", "image", "payload", "group")}
        return {n: c for n, c in named.items() if c is not None} | dict(self.fields)

    def column(self, name: str) -> Sequence[str | None]:
        """One column by name.

        Raises:
            UnknownNameError: If there is none of that name.
        """
        columns = self.columns()
        if name not in columns:
            raise UnknownNameError(f"items have no column {name!r}; there are: {', '.join(columns) or 'none'}.")
        return columns[name]

    def take(self, rows: NDArray[np.integer]) -> Items:
        """The items at these positions, in this order."""
        positions = [int(r) for r in rows]

        return Items(
            tuple(self.ids[p] for p in positions),
            _pick(self.text, positions),
            _pick(self.second_text, positions),
            _pick(self.image, positions),
            _pick(self.payload, positions),
            _pick(self.group, positions),
            {name: tuple(column[p] for p in positions) for name, column in self.fields.items()},
        )

    def __repr__(self) -> str:
        return f"Items({len(self)} items; columns: {', '.join(self.columns()) or 'none'})"


_T = TypeVar("_T")


def _pick(column: tuple[_T, ...] | None, positions: list[int]) -> tuple[_T, ...] | None:
    return None if column is None else tuple(column[p] for p in positions)


def as_texts(name: str, column: Iterable[str | None]) -> tuple[str | None, ...]:
    """A column of texts as a tuple, which nobody can change any more.

    Raises:
        ArgumentError: If a cell is neither a text nor ``None``.
    """
    if isinstance(column, str):
        raise ArgumentError(f"{name} is the single text {column!r:.80}; it must hold one for each row.")
    cells = tuple(column)
    if not set(map(type, cells)) <= {str, type(None)}:
        for position, cell in enumerate(cells):
            if not isinstance(cell, str | None):
                raise ArgumentError(f"{name}[{position}] = {cell!r:.80} is neither a text nor None.")
    return cells


def check_ids(what: str, ids: Iterable[str]) -> tuple[str, ...]:
    """Reject empty and repeated ids.

    Raises:
        ArgumentError: Naming the first offender.
    """
    names = tuple(ids)
    if set(map(type, names)) <= {str} and "" not in names and len(set(names)) == len(names):
        return names
    seen: set[str] = set()
    for position, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise ArgumentError(f"{what} id {name!r} at position {position} is not a non-empty text.")
        if name in seen:
            raise ArgumentError(f"{what} id {name!r} stands twice; ids must be unique.")
        seen.add(name)
    return names
