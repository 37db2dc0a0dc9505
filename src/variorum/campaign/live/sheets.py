"""A sheet: one annotator's requests of one round as a CSV file that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from variorum.annotations import STATUSES, Annotators, Items, LabelScheme
from variorum.annotations.files.delimited import escape_formula, records, unescape_formula
from variorum.annotations.files.places import atomically
from variorum.annotations.files.scan import check_text
from variorum.annotations.files.source import find_header
from variorum.errors import ReadError

__all__ = ["ANSWERS", "REFUSALS", "SHEETS", "Sheet", "file_names", "short_names", "write_sheet"]

SHEETS: Final = "sheets"
ANSWERS: Final = "answers"
REFUSALS: Final = STATUSES[1:]
"""What may stand in place of a label, unless a label is called so."""

_TEXTS: Final = ("text", "second_text", "image", "payload")
_TO_FILL: Final = ("label", "explanation")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST: Final = 60


def short_names(annotators: Annotators, corpus: str) -> tuple[str, ...]:
    """Annotators as they are called on sheets: without the corpus's name, unless two would be called the same.

    Example:
        >>> short_names(Annotators(("posts:ann", "posts:ben", "ben")), "posts")
        ('ann', 'posts:ben', 'ben')
    """
    short = [name.removeprefix(f"{corpus}:") or name for name in annotators.ids]
    return tuple(s if short.count(s) == 1 else name for s, name in zip(short, annotators.ids, strict=True))


def file_names(names: Sequence[str]) -> tuple[str, ...]:
    """A file name for each annotator that every system takes; no two alike, in upper or lower case.

    Example:
        >>> file_names(["ann", "Ann", "a/b", "a:b", "..", "con"])
        ('ann', 'Ann-2', 'a_b', 'a_b-2', '_', 'con_')
    """
    taken: set[str] = set()
    found = []
    for name in names:
        base = re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", name))[:_LONGEST]
        base = f"{base}_" if _RESERVED.fullmatch(base) else base
        chosen, number = base, 2
        while unicodedata.normalize("NFKC", chosen).casefold() in taken:
            chosen, number = f"{base}-{number}", number + 1
        taken.add(unicodedata.normalize("NFKC", chosen).casefold())
        found.append(chosen)
    return tuple(found)


def write_sheet(
    path: Path, requests: Sequence[str], positions: Sequence[int], who: str, items: Items, scheme: LabelScheme
) -> None:
    """Write the requests of one annotator, with room for a label and an explanation.

    Args:
        path: Where to; written whole or not at all.
        requests: Ids of the requests.
        positions: Position of the item of each.
        who: What the annotator is called.
        items: The items.
        scheme: Which labels there are.
    """
    shown = {name: column for name in _TEXTS if (column := getattr(items, name)) is not None}
    refusals = [word for word in REFUSALS if word not in scheme.labels]
    choices = " | ".join(scheme.labels) + (f" (or: {', '.join(refusals)})" if refusals else "")
    header = ["request", "annotator", "item", *shown, "choices", *_TO_FILL]
    rows = [
        [request, who, items.ids[at], *(column[at] or "" for column in shown.values()), choices, "", ""]
        for request, at in zip(requests, positions, strict=True)
    ]
    _save(path, ",", header, [[escape_formula(cell) for cell in row] for row in rows])


def _save(path: Path, delimiter: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    with atomically(path) as part:
        # The mark at the beginning tells a spreadsheet that this is UTF-8.
        part.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


@dataclass
class Sheet:
    """A sheet that is being filled in; every change is on disk before the next.

    Attributes:
        path: The file.
        delimiter: What separates its cells; a spreadsheet may have changed it.
        header: Names of the columns.
        rows: Cells of each row, as they stand in the file.
    """

    path: Path
    delimiter: str
    header: list[str]
    rows: list[list[str]]

    @classmethod
    def open(cls, path: Path) -> Sheet:
        """Read a sheet with all its columns.

        Raises:
            ReadError: If it is not a CSV file, a row has another width, or a column is missing.
        """
        check_text(path)
        delimiter, _, header = find_header(path, ["request", *_TO_FILL], None)
        found = list(records(path, delimiter))[1:]
        for line, cells in found:
            if len(cells) != len(header):
                raise ReadError(
                    f"{path}, line {line}: the row has {len(cells)} cells and the header {len(header)}; quote cells "
                    f"that hold the delimiter {delimiter!r}."
                )
        missing = [name for name in ("request", "item", "label") if name not in header]
        if missing:
            raise ReadError(f"{path} has no column {missing[0]!r}; its columns are {', '.join(header)}. Add it.")
        return cls(path, delimiter, header, [cells for _, cells in found])

    def cell(self, row: int, column: str) -> str:
        """What stands in a cell, without blanks around it; empty where there is no such column."""
        if column not in self.header:
            return ""
        return unescape_formula(self.rows[row][self.header.index(column)]).strip()

    def texts(self, row: int) -> list[str]:
        """What is to be read of an item: its texts, or the path of its image."""
        return [text for name in _TEXTS if (text := self.cell(row, name))]

    def is_open(self, row: int) -> bool:
        """Whether a row is still to be answered."""
        return bool(self.cell(row, "request")) and not self.cell(row, "label") and not self.cell(row, "status")

    def fill(self, row: int, cells: Mapping[str, str]) -> None:
        """Put cells into a row and save the sheet; a column that is missing is added."""
        for name, text in cells.items():
            if name not in self.header:
                self.header.append(name)
                for other in self.rows:
                    other.append("")
            self.rows[row][self.header.index(name)] = escape_formula(text)
        _save(self.path, self.delimiter, self.header, self.rows)
