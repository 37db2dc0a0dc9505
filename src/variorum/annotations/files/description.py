"""What the rows of a file cannot say: the scheme, and items and annotators beyond their ids.

A CSV or JSONL file that Variorum writes has a companion, ``votes.csv.json``; a Parquet file carries the same JSON in
its own metadata. Its presence also says that Variorum wrote the file: texts are then taken as they are, and the
apostrophe that keeps spreadsheets from running a text is taken off again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from variorum.annotations.annotators import Annotators
from variorum.annotations.files.sql import escape_pattern
from variorum.annotations.files.tables import json_text
from variorum.annotations.items import Items
from variorum.annotations.money import Price
from variorum.annotations.scheme import LabelScheme
from variorum.errors import ReadError, VariorumError

__all__ = ["KEY", "Description", "companion", "load_description"]

KEY = "variorum"
_FORMAT = "variorum-annotations"
_ITEM_COLUMNS = ("text", "second_text", "image", "payload", "group")


@dataclass(frozen=True)
class Description:
    """What is known of a table before its rows are read.

    Attributes:
        scheme: The label scheme.
        repeats: How many rows repeat an (item, annotator, label) on purpose.
        items: Items in order; ``None`` if the rows say it all.
        annotators: Annotators in order; ``None`` if the rows say it all.
        ours: Whether Variorum wrote the file.
        complete: Whether a row may name only these items and annotators.
    """

    scheme: LabelScheme | None = None
    repeats: int = 0
    items: Items | None = None
    annotators: Annotators | None = None
    ours: bool = False
    complete: bool = False

    def to_json(self) -> str:
        """The description as JSON text."""
        parts: dict[str, Any] = {"format": _FORMAT, "version": 1, "repeats": self.repeats}
        if self.scheme is not None:
            parts["scheme"] = self.scheme.to_json()
        if self.items is not None:
            named = {name: getattr(self.items, name) for name in _ITEM_COLUMNS}
            columns = {name: column for name, column in named.items() if column is not None}
            parts["items"] = {"ids": self.items.ids, **columns, "fields": dict(self.items.fields)}
        if self.annotators is not None:
            prices = self.annotators.prices
            parts["annotators"] = {
                "ids": self.annotators.ids,
                "kind": self.annotators.kind,
                "attributes": dict(self.annotators.attributes),
                "prices": None if prices is None else [vars(price) for price in prices],
            }
        return json_text(parts)

    @classmethod
    def from_json(cls, text: str, name: str) -> Description:
        """Read what `to_json` wrote.

        Raises:
            ReadError: If it is something else.
        """
        try:
            parts = json.loads(text)
            if parts["format"] != _FORMAT or parts["version"] != 1:
                raise ReadError(f"format {parts['format']!r}, version {parts['version']!r}")
            return cls(
                LabelScheme.from_json(parts["scheme"]) if "scheme" in parts else None,
                int(parts["repeats"]),
                _items(parts["items"]) if "items" in parts else None,
                _annotators(parts["annotators"]) if "annotators" in parts else None,
                ours=True,
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, VariorumError) as error:
            raise ReadError(
                f"{name}: this does not describe annotations ({error}). "
                "Delete it to read the file beside it on its own."
            ) from None


def _items(parts: Mapping[str, Any]) -> Items:
    columns = {name: tuple(parts[name]) for name in _ITEM_COLUMNS if name in parts}
    return Items(tuple(parts["ids"]), fields={name: tuple(c) for name, c in parts["fields"].items()}, **columns)


def _annotators(parts: Mapping[str, Any]) -> Annotators:
    prices = parts["prices"]
    return Annotators(
        tuple(parts["ids"]),
        tuple(parts["kind"]),
        {name: tuple(column) for name, column in parts["attributes"].items()},
        None if prices is None else tuple(Price(**price) for price in prices),
    )


def companion(path: Path) -> Path:
    """The file that describes another one."""
    return path.with_name(f"{path.name}.json")


def load_description(path: Path, kind: str) -> Description | None:
    """What a file that Variorum wrote says about itself; ``None`` for other files.

    Raises:
        ReadError: If there is a description that cannot be read.
    """
    if kind == "parquet":
        with duckdb.connect() as connection:
            query = "SELECT decode(value) FROM parquet_kv_metadata($path) WHERE decode(key) = $key"
            rows = connection.execute(query, {"path": escape_pattern(path), "key": KEY}).fetchall()
        return Description.from_json(rows[0][0], path.name) if rows else None
    beside = companion(path)
    if kind == "arrow" or not beside.is_file():
        return None
    try:
        text = beside.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{beside.name}: the file cannot be read ({error}).") from None
    if f'"{_FORMAT}"' not in text[:200]:
        # Another tool's file may bear the name.
        return None
    return Description.from_json(text, beside.name)
