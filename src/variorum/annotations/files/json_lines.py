"""JSON files of rows: one object a line, or one array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from variorum.errors import ReadError

__all__ = ["is_array", "keys", "locate", "nested", "parse"]


def is_array(path: Path) -> bool:
    """Whether the file holds one array instead of one object a line."""
    with path.open("rb") as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file, each with where it stands.

    Raises:
        ReadError: At the first line (or record) that is no JSON object.
    """
    if is_array(path):
        yield from _of_array(path)
        return
    broken: list[tuple[int, str]] = []
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8") if number == 1 else raw.decode("utf-8")
            if not text.strip():
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                broken.append((number, str(error)))
                continue
            if not isinstance(value, dict):
                broken.append((number, f"it is {text.strip()[:40]}"))
            elif not broken:
                yield f"line {number}", value
    if broken:
        number, why = broken[0]
        raise ReadError(
            f"{path.name}, line {number}: this is not a JSON object ({why}); {len(broken)} lines are affected. "
            "Write one complete object on each line."
        )


def _of_array(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        rows = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path.name}: this is not valid JSON ({error}). Write the array again.") from None
    for number, value in enumerate(rows, start=1):
        if not isinstance(value, dict):
            raise ReadError(
                f"{path.name}, record {number}: {value!r:.40} is not a JSON object. Write one object a row."
            )
        yield f"record {number}", value


def keys(path: Path, *, every: bool) -> list[str]:
    """The keys of the first object, or of all of them, in order of appearance."""
    found: dict[str, None] = {}
    for _, value in objects(path):
        found.update(dict.fromkeys(value))
        if not every:
            break
    return list(found)


def parse(path: Path, names: Sequence[str]) -> dict[str, list[str | None]]:
    """Read the values of these keys as text, slowly and with exact errors."""
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    for where, value in objects(path):
        for name, column in columns.items():
            column.append(_text(path, where, value.get(name)))
    return columns


def _text(path: Path, where: str, value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ReadError(
            f"{path.name}, {where}: {text!r:.60} holds half a character (a lone surrogate). Write it as UTF-8."
        )
    return text


def locate(path: Path, row: int) -> str:
    """Where a row (counted from 0) stands in the file."""
    for number, (where, _) in enumerate(objects(path)):
        if number == row:
            return where
    return f"row {row + 1}"


def nested(path: Path, names: Sequence[str]) -> frozenset[str]:
    """Which of these keys hold a list or an object anywhere."""
    if not names:
        return frozenset()
    return frozenset(name for _, value in objects(path) for name in names if isinstance(value.get(name), list | dict))
