"""Delimited text (CSV, TSV): cells that no spreadsheet takes for a formula, and what is wrong with a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from variorum.errors import ReadError

__all__ = ["count_delimiters", "escape_formula", "format_cell", "parse_strictly", "records", "unescape_formula"]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Excel, LibreOffice and Google Sheets run cells that begin so; the wide forms count in East Asian locales.
_FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")
_ESCAPED = re.compile(r"'+(\s*[=+\-@＝＋－＠]|[\t\r\n])")
_CHUNK = 1 << 22
# The module's own limit on a cell is 131,072 characters, and reasons and texts may be longer.
csv.field_size_limit(2**31 - 1)


def escape_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run, or that looks as if it had been treated so.

    Plain numbers, negative ones too, stay as they are.

    Example:
        >>> escape_formula("=1+1"), escape_formula("-3"), escape_formula("'=x")
        ("'=1+1", '-3', "''=x")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`.

    Example:
        >>> unescape_formula("'=1+1"), unescape_formula("'tis")
        ('=1+1', "'tis")
    """
    return text[1:] if _ESCAPED.match(text) else text


def format_cell(text: str | None, delimiter: str) -> str:
    """Quote a cell where needed; a missing cell is empty, and an empty text is a pair of quotes.

    Example:
        >>> format_cell('a "b" c', ","), format_cell("", ","), format_cell(None, ",")
        ('"a ""b"" c"', '""', '')
    """
    if text is None:
        return ""
    if text and text == text.strip() and not any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return text
    return '"' + text.replace('"', '""') + '"'


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a file with the line each begins on, blank lines left out.

    Raises:
        ReadError: At a quote that is never closed, or text after a closing quote.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        start = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ReadError(
                    f"{path.name}, line {start}: the record that begins here is not valid CSV ({error}). "
                    'Close every quote, and write a quote inside a quoted cell twice ("").'
                ) from None
            if cells:
                yield start, cells
            start = reader.line_num + 1


def parse_strictly(path: Path, delimiter: str, keep: Sequence[int]) -> list[list[str | None]]:
    """Read a file record by record, checking the width of each; slow, for files that the fast reader doubts.

    Args:
        path: The file.
        delimiter: What separates its cells.
        keep: Positions of the columns to return.

    Returns:
        One list a kept column; empty cells are ``None``.

    Raises:
        ReadError: If quotes are broken, or records differ in width.
    """
    rows = records(path, delimiter)
    _, header = next(rows)
    columns: list[list[str | None]] = [[] for _ in keep]
    ragged: list[tuple[int, int]] = []
    for line, cells in rows:
        if len(cells) != len(header):
            ragged.append((line, len(cells)))
            continue
        for column, position in zip(columns, keep, strict=True):
            column.append(cells[position] or None)
    if ragged:
        line, width = ragged[0]
        raise ReadError(
            f"{path.name}, line {line}: the row has {width} cells and the header {len(header)}; "
            f"{len(ragged)} rows are affected. Quote cells that hold the delimiter {delimiter!r}, "
            "or name the right one with delimiter=."
        )
    return columns


def count_delimiters(path: Path, delimiter: str) -> tuple[int, bool]:
    """How many delimiters stand outside quotes, and whether the last quote is closed."""
    mark = ord(delimiter)
    total, inside = 0, 0
    for chunk in _chunks(path):
        if not inside and b'"' not in chunk:
            total += chunk.count(delimiter.encode())
            continue
        codes = np.frombuffer(chunk, np.uint8)
        # The running count wraps at 256, which leaves its parity, and so "inside quotes or not", as it is.
        parity = (np.cumsum(codes == 34, dtype=np.uint8) + inside) & 1
        total += int(np.count_nonzero((codes == mark) & (parity == 0)))
        inside = int(parity[-1])
    return total, not inside


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
