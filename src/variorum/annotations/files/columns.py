"""Text columns turned into codes and numbers, with errors that name the row."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.source import Table
from variorum.checks import as_choice
from variorum.errors import ReadError, UnknownNameError

__all__ = [
    "Coded",
    "encode",
    "micro_column",
    "missing_column",
    "nearest",
    "number_column",
    "offender",
    "times_column",
    "whole_column",
]


@dataclass(frozen=True)
class Coded:
    """A text column as codes into its distinct values.

    Attributes:
        values: Distinct texts in order of first appearance; blanks around them are gone.
        codes: int32, shape (n_rows,); -1 where the cell is empty.
    """

    values: tuple[str, ...]
    codes: NDArray[np.int32]


def encode(table: Table, names: Sequence[str], clean: Callable[[str], str]) -> dict[str, Coded]:
    """Find the distinct values of columns and code each cell by its value's first appearance.

    Args:
        table: The table.
        names: Columns to code.
        clean: What to make of each distinct text; two texts that become the same become one value.

    Returns:
        One `Coded` a column.
    """
    columns = [table.columns[name] for name in dict.fromkeys(names)]
    for column in columns:
        table.connection.execute(
            f"CREATE TEMP TABLE d_{column} AS SELECT {column} AS v, "
            f"row_number() OVER (ORDER BY min(rowid)) - 1 AS code FROM t WHERE {column} IS NOT NULL GROUP BY {column}"
        )
    chosen = ", ".join(f"coalesce(d_{c}.code, -1)::INTEGER AS {c}" for c in columns)
    joins = " ".join(f"LEFT JOIN d_{c} ON t.{c} = d_{c}.v" for c in columns)
    codes = table.connection.execute(f"SELECT {chosen} FROM t {joins} ORDER BY t.rowid").fetchnumpy()
    coded = {}
    for name in dict.fromkeys(names):
        column = table.columns[name]
        raw = table.fetch(f"SELECT v FROM d_{column} ORDER BY code")["v"]
        coded[name] = _cleaned(raw, np.asarray(codes[column], np.int32), clean)
    return coded


def _cleaned(raw: list[str], codes: NDArray[np.int32], clean: Callable[[str], str]) -> Coded:
    cleaned = list(map(clean, raw))
    if cleaned == raw and "" not in raw:
        return Coded(tuple(raw), codes)
    position: dict[str, int] = {}
    remap = np.empty(len(raw) + 1, np.int32)
    remap[-1] = -1
    for code, kept in enumerate(cleaned):
        remap[code] = position.setdefault(kept, len(position)) if kept else -1
    if len(position) < len(raw):
        codes = remap[codes]
    return Coded(tuple(position), codes)


def offender(table: Table, name: str, value: object, rows: NDArray[np.integer], rule: str, remedy: str) -> ReadError:
    """The error for cells that break a rule: file, first row, column, value, rule, extent, remedy."""
    count = f"{rows.size} row{' is' if rows.size == 1 else 's are'} affected"
    end = "" if remedy.endswith((".", "?")) else "."
    return ReadError(f"{table.name}, {table.locate(int(rows[0]))}: {name} {value!r:.80} {rule}; {count}. {remedy}{end}")


def number_column(
    table: Table, name: str, *, low: float = -np.inf, high: float = np.inf, rule: str = "is not a number"
) -> NDArray[np.float64]:
    """A column of numbers: finite, from low to high; nan where the cell is empty (or says NaN).

    Raises:
        ReadError: Naming the first cell that is no such number.
    """
    cell = table.columns[name]
    query = f"SELECT coalesce(try_cast(trim({cell}) AS DOUBLE), 'nan'::DOUBLE) AS v FROM t ORDER BY rowid"
    numbers = np.array(table.connection.execute(query).fetchnumpy()["v"], np.float64)
    given = _given(table, cell)
    bad = given & ~(np.isfinite(numbers) & (numbers >= low) & (numbers <= high))
    _reject(table, name, bad, rule)
    return numbers


def _given(table: Table, cell: str) -> NDArray[np.bool_]:
    query = f"SELECT coalesce(lower(trim({cell})) NOT IN ('', 'nan'), false) AS v FROM t ORDER BY rowid"
    return np.array(table.connection.execute(query).fetchnumpy()["v"], bool)


def _reject(table: Table, name: str, bad: NDArray[np.bool_], rule: str) -> None:
    rows = np.flatnonzero(bad)
    if rows.size:
        value = table.fetch(f"SELECT {table.columns[name]} AS v FROM t WHERE rowid = {int(rows[0])}")["v"][0]
        raise offender(table, name, value, rows, rule, "Correct it, or leave the column out")


def whole_column(table: Table, name: str) -> NDArray[np.int32]:
    """A column of whole numbers from 0; -1 where the cell is empty.

    Raises:
        ReadError: Naming the first cell that is no such number.
    """
    rule = "is not a whole number of 0 or more"
    numbers = number_column(table, name, low=0, high=2**31 - 1, rule=rule)
    _reject(table, name, ~np.isnan(numbers) & (numbers != np.trunc(numbers)), rule)
    return np.where(np.isnan(numbers), -1, numbers).astype(np.int32)


def micro_column(table: Table, name: str) -> NDArray[np.int64]:
    """A column of money in units of the currency as exact micro-units; 0 where the cell is empty.

    Raises:
        ReadError: Naming the first cell that is negative or no number, or has more than six decimals.
    """
    cell = f"trim({table.columns[name]})"
    exact = f"(CASE WHEN try_cast({cell} AS DOUBLE) < 9.3e12 THEN try_cast({cell} AS DECIMAL(28, 12)) * 1000000 END)"
    query = (
        f"SELECT coalesce(try_cast({exact} AS BIGINT), -1) AS v, "
        f"coalesce({exact} >= 0 AND {exact} = trunc({exact}) AND {exact} <= 9223372036854775807, false) AS fine "
        "FROM t ORDER BY rowid"
    )
    answer = table.connection.execute(query).fetchnumpy()
    given = _given(table, table.columns[name])
    _reject(
        table, name, given & ~np.array(answer["fine"], bool), "is not an amount of 0 or more with at most six decimals"
    )
    return np.where(given, np.asarray(answer["v"], np.int64), 0)


def times_column(table: Table, name: str) -> NDArray[np.float64]:
    """A column of times as seconds since 1970 (UTC): such numbers, or ISO 8601; nan where the cell is empty.

    Raises:
        ReadError: Naming the first cell that is neither.
    """
    cell = table.columns[name]
    query = f"SELECT coalesce(try_cast(trim({cell}) AS DOUBLE), 'nan'::DOUBLE) AS v FROM t ORDER BY rowid"
    times = np.array(table.connection.execute(query).fetchnumpy()["v"], np.float64)
    given = _given(table, cell)
    spelled = np.flatnonzero(given & np.isnan(times))
    if spelled.size:
        texts = table.texts(name)
        times[spelled] = [_seconds(texts[row] or "") for row in spelled.tolist()]
    rule = "is neither seconds since 1970 nor a time such as 2026-01-31T12:00:00Z"
    _reject(table, name, given & ~np.isfinite(times), rule)
    return times


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return np.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def nearest(text: str, choices: Sequence[str]) -> str:
    """A hint at the choice that a text comes closest to, or nothing."""
    near = difflib.get_close_matches(text, choices, n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def missing_column(table: str, found: Sequence[str], role: str, name: str) -> UnknownNameError:
    """The error for a column that a table (by its name) lacks: which, the nearest, all there are, remedy."""
    listed = ", ".join(repr(n) for n in found[:20])
    try:
        as_choice("column", name, found)
    except UnknownNameError as error:
        hint = str(error).partition("Did you mean ")[2].partition("?")[0]
    near = f" Did you mean {hint}?" if hint else ""
    argument = role if " " not in role else {"field": "fields", "attribute": "attributes"}[role.partition(" ")[0]]
    unknown = ", or annotator=None if nobody knows who answered" if role == "annotator" else ""
    return UnknownNameError(
        f"{table} has no column {name!r}.{near} Its columns are {listed}. "
        f"Name the right one with {argument}=...{unknown}."
    )
