"""Write a table of columns as CSV, TSV, JSONL or Parquet, whole or not at all."""

from __future__ import annotations

import functools
import json
import math
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from variorum.annotations.files.delimited import escape_formula, format_cell
from variorum.annotations.files.places import atomically
from variorum.annotations.files.sql import escape_pattern, identifier, quoted
from variorum.errors import ArgumentError

__all__ = ["SUFFIXES", "Column", "case_clash", "json_text", "write_table"]

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")

ColumnKind = Literal["text", "number", "whole", "money", "json", "truth"]
_SQL: Mapping[str, str] = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "whole": "BIGINT",
    "money": "DECIMAL(19, 6)",
    "json": "VARCHAR",
    "truth": "BOOLEAN",
}
# Beyond 15 digits a JSON number is not exact for most readers.
_JSON_DIGITS = 15
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Column:
    """A column to write.

    Attributes:
        kind: What the cells are; decides on quoting and types.
        cells: The cells as text; ``None`` where there is none.
    """

    kind: ColumnKind
    cells: Sequence[str | None]

    @classmethod
    def of_numbers(cls, values: Iterable[float]) -> Column:
        """A column of numbers to the last digit; nan is an empty cell.

        Example:
            >>> Column.of_numbers([0.5, float("nan")]).cells
            ['0.5', None]
        """
        return cls("number", [None if math.isnan(value) else repr(value) for value in values])


def json_text(value: Mapping[str, object]) -> str:
    """A JSON object as text.

    Raises:
        ArgumentError: If a text in it holds half a character.
    """
    text = json.dumps(value, ensure_ascii=False)
    lone = _SURROGATE.search(text)
    if lone:
        near = text[max(0, lone.start() - 40) : lone.end()]
        raise ArgumentError(f"{near!r} ends in half a character (a lone surrogate), which no file can hold. Remove it.")
    return text


def write_table(
    path: Path,
    columns: Mapping[str, Column],
    *,
    metadata: Mapping[str, str] | None = None,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Write columns of one length to a file whose suffix names the format.

    Args:
        path: Ends in .csv, .tsv, .jsonl, .ndjson or .parquet.
        columns: By name, in order.
        metadata: Stored in the file where the format has a place for it (Parquet).
        before: Called once the table is complete, before it takes the place of an older one.

    Raises:
        ArgumentError: If the suffix is none of these, the path is a folder, or a text cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ArgumentError(f"{path.name!r} has no known suffix; end it in one of {', '.join(SUFFIXES)}.")
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder. Name a file.")
    _check_texts(columns)
    clash = case_clash(columns) if suffix == ".parquet" else None
    if clash is not None:
        raise ArgumentError(
            f"columns {clash[0]!r} and {clash[1]!r} differ in case alone, which Parquet does not hold. Write .csv or "
            ".jsonl, or rename one."
        )
    with atomically(path) as part:
        if suffix in (".csv", ".tsv"):
            _write_delimited(part, columns, "\t" if suffix == ".tsv" else ",", escape_formula)
        elif suffix == ".parquet":
            _write_parquet(part, columns, metadata or {})
        else:
            _write_json(part, columns)
        before()


def case_clash(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two names that differ in the case of ASCII letters alone: Parquet's writer would rename one of them.

    Example:
        >>> case_clash(["Yes", "no", "yes"])
        ('Yes', 'yes')
    """
    seen: dict[bytes, str] = {}
    for name in names:
        before = seen.setdefault(name.encode().lower(), name)
        if before != name:
            return before, name
    return None


def _check_texts(columns: Mapping[str, Column]) -> None:
    for name, column in columns.items():
        if name != name.strip() or not name or "\0" in name:
            raise ArgumentError(f"column name {name!r} is not a non-empty text without blanks around it or NUL inside.")
        if column.kind != "text":
            continue
        for text in set(column.cells):
            if text is None or (text.isascii() and "\0" not in text):
                continue
            if "\0" in text or _SURROGATE.search(text):
                row = list(column.cells).index(text)
                raise ArgumentError(
                    f"{name}[{row}] = {text!r:.80} holds a NUL character or half a character (a lone surrogate), "
                    "which no text file can hold. Remove it."
                )


def _write_delimited(path: Path, columns: Mapping[str, Column], delimiter: str, escape: Callable[[str], str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(delimiter.join(format_cell(escape(name), delimiter) for name in columns) + "\n")
        cells = [_each(column, lambda c: format_cell(c, delimiter), escape) for column in columns.values()]
        file.writelines(delimiter.join(row) + "\n" for row in zip(*cells, strict=True))


def _each(
    column: Column, form: Callable[[str | None], str], escape: Callable[[str], str] = lambda text: text
) -> list[str]:
    # Ids and labels come again and again; each different cell is formed once.
    if column.kind == "text":
        formed = {cell: form(None if cell is None else escape(cell)) for cell in set(column.cells)}
    else:
        formed = {cell: form(cell) for cell in set(column.cells)}
    return [formed[cell] for cell in column.cells]


def _write_json(path: Path, columns: Mapping[str, Column]) -> None:
    names = [json.dumps(name, ensure_ascii=False) for name in columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        cells = [_each(column, functools.partial(_json_cell, column.kind)) for column in columns.values()]
        # A brace of the pattern itself is written twice.
        line = ", ".join(name.replace("{", "{{").replace("}", "}}") + ": {}" for name in names)
        file.writelines(("{{" + line + "}}\n").format(*row) for row in zip(*cells, strict=True))


def _json_cell(kind: ColumnKind, cell: str | None) -> str:
    if cell is None:
        return "null"
    if kind == "text" or (kind == "money" and len(cell) > _JSON_DIGITS):
        return json.dumps(cell, ensure_ascii=False)
    return cell


def _write_parquet(path: Path, columns: Mapping[str, Column], metadata: Mapping[str, str]) -> None:
    names = {name: f"c{i}" for i, name in enumerate(columns)}
    declared = ", ".join(f"'{c}': 'VARCHAR'" for c in names.values())
    chosen = ", ".join(f"CAST({c} AS {_SQL[columns[name].kind]}) AS {identifier(name)}" for name, c in names.items())
    pairs = ", ".join(f"{name}: {quoted(value)}" for name, value in metadata.items())
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".part") as folder, duckdb.connect() as connection:
        # DuckDB takes rows from Python fastest through a file of its own.
        rows = Path(folder) / "rows.csv"
        _write_delimited(rows, {names[name]: column for name, column in columns.items()}, ",", lambda text: text)
        connection.execute(
            f"COPY (SELECT {chosen} FROM read_csv({quoted(escape_pattern(rows))}, auto_detect = false, header = true, "
            f"delim = ',', quote = '\"', escape = '\"', columns = {{{declared}}}, nullstr = '', "
            f"allow_quoted_nulls = false, parallel = false, hive_partitioning = false, max_line_size = 67108864)) "
            f"TO {quoted(str(path))} (FORMAT parquet{', KV_METADATA {' + pairs + '}' if pairs else ''})"
        )
