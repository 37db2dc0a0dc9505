"""Source files as entries that know their place, so that whatever is wrong with one is said with file and place."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ReadError

__all__ = ["Entry", "read_array", "read_csv", "read_json", "read_json_lines", "unique_ids"]

_T = TypeVar("_T")
_REMEDY = "Compare the file with the pinned release, or fetch it again."
_KINDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    float: "a number",
}
# A string is kept as it is; a comma before a closing bracket goes.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


@dataclass(frozen=True)
class Entry:
    """One record of a source file.

    Attributes:
        values: Its fields.
        file: Name of the file, for messages.
        place: Where in the file, for messages ("line 3", "entry '17'").
    """

    values: Mapping[str, Any]
    file: str
    place: str

    def fail(self, problem: str) -> ReadError:
        """The error to raise for this entry."""
        return ReadError(f"{self.file}, {self.place}: {problem}. {_REMEDY}")

    def get(self, key: str, kind: type[_T]) -> _T:
        """A field that must be there and of this type.

        Raises:
            ReadError: If it is not.
        """
        if key not in self.values:
            raise self.fail(f"the field {key!r} is missing; there are {sorted(self.values)}")
        return self._typed(f"the field {key!r}", self.values[key], kind)

    def entry(self, key: str) -> Entry:
        """A field that is an object itself."""
        return Entry(self.get(key, dict), self.file, f"{self.place}, {key!r}")

    def list_of(self, key: str, kind: type[_T]) -> list[_T]:
        """A field that is a list of this type."""
        return [self._typed(f"{key}[{n}]", value, kind) for n, value in enumerate(self.get(key, list))]

    def entries(self, key: str) -> list[Entry]:
        """A field that is a list of objects."""
        found = self.list_of(key, dict)
        return [Entry(value, self.file, f"{self.place}, {key}[{n}]") for n, value in enumerate(found)]

    def name(self, key: str) -> str:
        """A field that is a text and not empty."""
        if not self.get(key, str).strip():
            raise self.fail(f"the field {key!r} is empty")
        return self.get(key, str)

    def comma_list(self, key: str) -> list[str]:
        """A field that is a comma-separated text without empty parts."""
        parts = [part.strip() for part in self.get(key, str).split(",")]
        if "" in parts:
            raise self.fail(f"part {parts.index('') + 1} of the field {key!r} is empty")
        return parts

    def code(self, raw: str, codes: Mapping[str, int]) -> int:
        """Class index of a label as the source writes it."""
        if raw not in codes:
            raise self.fail(f"the label {raw!r} is not one of {list(codes)}")
        return codes[raw]

    def _typed(self, what: str, value: Any, kind: type[_T]) -> _T:
        # bool is an int to Python, never to a source file.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{what} is {str(value)[:40]!r}, not {_KINDS[kind]}")
        return value


def unique_ids(entries: Sequence[Entry], ids: Sequence[str]) -> tuple[str, ...]:
    """The ids of items, one an entry.

    Raises:
        ReadError: If one is empty or stands twice.
    """
    seen: set[str] = set()
    for entry, name in zip(entries, ids, strict=True):
        if not name or name in seen:
            raise entry.fail(f"the id {name!r} is empty or stands twice")
        seen.add(name)
    return tuple(ids)


def read_json(path: Path, *, lenient: bool = False) -> Entry:
    """Read a file that is one JSON object.

    Args:
        path: The file.
        lenient: Whether commas before a closing bracket are let pass.

    Returns:
        The object.

    Raises:
        ReadError: If it is not there, is not JSON, is not an object, or says a key twice.
    """
    text = _text(path)
    if lenient:
        text = _TRAILING_COMMA.sub(lambda match: match.group(1) or "", text)
    return Entry(_object(text, path.name, None), path.name, "top level")


def read_json_lines(path: Path) -> Iterator[Entry]:
    """Read a file that holds one JSON object a line, whatever its name says.

    Raises:
        ReadError: If it is not there, or a line is not an object.
    """
    # Not splitlines: texts may hold the other line separators of Unicode.
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            yield Entry(_object(line, path.name, number), path.name, f"line {number}")


def read_csv(path: Path, columns: tuple[str, ...]) -> Iterator[Entry]:
    """Read a CSV file with a header line.

    A header may name more columns than the rows fill (a stray name at its end); the columns asked for must be there.

    Raises:
        ReadError: If it is not there, is empty, lacks a column, or a row is too short or too long.
    """
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = next(lines, [])
        lacking = [name for name in columns if name not in header]
        if lacking:
            raise Entry({}, path.name, "line 1").fail(f"the header {header} lacks the columns {lacking}")
        needed = max(header.index(name) for name in columns) + 1
        for row in lines:
            if row and not needed <= len(row) <= len(header):
                problem = f"the row has {len(row)} fields where {needed} to {len(header)} are expected"
                raise Entry({}, path.name, f"line {lines.line_num}").fail(problem)
            if row:
                yield Entry(dict(zip(header, row, strict=False)), path.name, f"line {lines.line_num}")
    except csv.Error as error:
        raise Entry({}, path.name, f"line {lines.line_num}").fail(f"this is not CSV ({error})") from None


def read_array(path: Path) -> NDArray[Any]:
    """Read a NumPy file.

    Raises:
        ReadError: If it is not there or is none.
    """
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise Entry({}, path.name, "header").fail(f"this is not a NumPy array ({error})") from None
    return array


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"{path} cannot be read ({error.strerror}). {_REMEDY}") from None
    except UnicodeDecodeError as error:
        raise Entry({}, path.name, f"byte {error.start}").fail("the text is not UTF-8") from None


def _object(text: str, file: str, line: int | None) -> dict[str, Any]:
    top = Entry({}, file, f"line {line or 1}")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise top.fail(f"an object says the key {twice!r} twice, and the first would be lost")
        return found

    try:
        value = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        place = f"line {(line or 1) + error.lineno - 1}, column {error.colno}"
        raise Entry({}, file, place).fail(f"this is not JSON ({error.msg})") from None
    except RecursionError:
        raise top.fail("the JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise top.fail(f"this is not a JSON object but {str(value)[:40]!r}")
    return value
