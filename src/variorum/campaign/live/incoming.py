"""Rows that came back from people: what answers a request, and what is kept aside, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from variorum.annotations import ANSWERED, STATUSES
from variorum.annotations.files.columns import nearest
from variorum.annotations.files.delimited import unescape_formula
from variorum.annotations.files.source import open_table
from variorum.campaign.live.sheets import ANSWERS, SHEETS
from variorum.errors import ReadError

__all__ = ["Aside", "Asked", "Given", "Row", "Rules", "read_rows", "sort_rows"]

_COLUMNS: Final = ("request", "annotator", "item", "label", "explanation", "status", "seconds")
_NOT_OURS: Final = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Row:
    """A row of a file.

    Attributes:
        file: The file, seen from the campaign's folder.
        line: Where in it ("line 5").
        cells: What stands in its columns; empty cells are left out.
    """

    file: str
    line: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A request as people see it.

    Attributes:
        request: Its id in the campaign.
        name: Its id on the sheet.
        round: Its round.
        item: Id of the item.
        annotator: Id of the annotator.
        recorded: The answers on record, as (label or status, explanation); ``None`` while its round is open.
    """

    request: str
    name: str
    round: int
    item: str
    annotator: str
    recorded: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True)
class Given:
    """An answer.

    Attributes:
        label: Class index; -1 where none was given.
        status: Code of the status.
        explanation: The reason; ``None`` without one.
        seconds: Active time; nan where it is not known.
    """

    label: int
    status: int
    explanation: str | None
    seconds: float


@dataclass(frozen=True)
class Aside:
    """A row that answers no request, kept and shown.

    Attributes:
        kind: ``repeated``, ``contradictory``, ``mistaken`` (label, status or seconds), ``edited``, ``foreign``,
            ``late`` (withdrawn before) or ``changed`` (on record already).
        why: One sentence: what is wrong, and the remedy.
        row: The row.
    """

    kind: str
    why: str
    row: Row

    def __str__(self) -> str:
        return f"{self.row.file}, {self.row.line}: {self.why}"


@dataclass(frozen=True)
class Rules:
    """What rows are held against.

    Attributes:
        labels: The labels in class order.
        items: Ids of the items.
        annotators: Annotator id of every name that one may go by.
    """

    labels: tuple[str, ...]
    items: Mapping[str, int]
    annotators: Mapping[str, str]


def read_rows(folder: Path) -> Iterator[Row]:
    """The rows of all sheets, and of whatever was put beside them, file by file in the order of their names.

    Args:
        folder: The campaign's folder.

    Yields:
        Rows with a label, status or explanation.

    Raises:
        ReadError: If a file is no table, or has no column for answers or for what they answer.
    """
    for part in (SHEETS, ANSWERS):
        for path in sorted((folder / part).rglob("*")):
            # Spreadsheets and file managers leave files of their own beside the ones they show.
            if path.is_file() and not path.name.startswith((".", "~")) and path.name.lower() not in _NOT_OURS:
                yield from _rows_of(path, path.relative_to(folder).as_posix())


def _rows_of(path: Path, name: str) -> Iterator[Row]:
    try:
        with open_table(path, _COLUMNS) as table:
            for needed in (("label",), ("request", "item"), ("request", "annotator")):
                if not set(needed) & set(table.columns):
                    raise ReadError(
                        f"{path.name} has no column {' or '.join(map(repr, needed))}; its columns are "
                        f"{', '.join(table.found)}. Give it the columns of a sheet, or move it elsewhere."
                    )
            columns = {column: table.texts(column) for column in table.columns}
            for number, cells in enumerate(zip(*columns.values(), strict=True)):
                given = {
                    column: text
                    for column, cell in zip(columns, cells, strict=True)
                    if cell is not None and (text := unescape_formula(cell.strip()))
                }
                if given.keys() & {"label", "status", "explanation"}:
                    yield Row(name, table.locate(number), given)
    except ReadError as error:
        # Sheets of different rounds have one name, so that their folder must be named, too.
        raise type(error)(str(error).replace(path.name, name, 1)) from None


def sort_rows(
    rows: Sequence[Row], asked: Sequence[Asked], rules: Rules
) -> tuple[dict[str, list[Given]], tuple[Aside, ...]]:
    """Tell the answers to the open round's requests from everything else.

    Several labels in one file are several answers; another answer in another file contradicts it, and then neither
    counts.

    Args:
        rows: As `read_rows` gives them.
        asked: All requests made so far.
        rules: What rows are held against.

    Returns:
        Answers by request, in the order of the rows; and the rows kept aside.
    """
    by_name = {each.name: each for each in asked}
    by_pair = {(each.item, each.annotator): each for each in asked}
    found: dict[str, dict[str, list[tuple[Given, Row]]]] = {}
    aside: list[Aside] = []
    for row in rows:
        each = _request_of(row, by_name, by_pair, rules)
        answer = _answer_of(row, rules) if isinstance(each, Asked) else each
        if isinstance(each, Asked) and each.recorded is not None:
            closed = _closed(each, each.recorded, _said(row, answer, rules))
            aside.extend([] if closed is None else [Aside(*closed, row)])
        elif isinstance(each, Asked) and isinstance(answer, Given):
            found.setdefault(each.request, {}).setdefault(row.file, []).append((answer, row))
        else:
            assert isinstance(answer, tuple)
            aside.append(Aside(*answer, row))
    answers = {request: _settled(files, aside) for request, files in found.items()}
    return {request: given for request, given in answers.items() if given}, tuple(aside)


def _request_of(
    row: Row, by_name: Mapping[str, Asked], by_pair: Mapping[tuple[str, str], Asked], rules: Rules
) -> Asked | tuple[str, str]:
    name, item, who = (row.cells.get(column) for column in ("request", "item", "annotator"))
    annotator = None if who is None else rules.annotators.get(who)
    if name is not None:
        each = by_name.get(name)
        if each is None:
            return "foreign", f"request {name!r} was never made; put back what the sheet said."
        if item not in (None, each.item):
            return "edited", f"item {item!r} was {each.item!r} when {name} was asked; put it back, or empty the cell."
        if who is not None and annotator != each.annotator:
            return "edited", f"annotator {who!r} is not whom {name} was sent to; put it back, or empty the cell."
        return each
    if item is None or who is None:
        return "foreign", "the row names no request, and not both an item and an annotator; fill them in."
    if item not in rules.items:
        return "foreign", f"item {item!r} is none of this campaign.{nearest(item, list(rules.items)[:10_000])}"
    if annotator is None:
        hint = nearest(who, list(rules.annotators)) or " Whom --annotators names is asked from the next round on."
        return "foreign", f"annotator {who!r} is none of this campaign.{hint}"
    return by_pair.get((item, annotator)) or ("foreign", f"{who!r} was not asked about item {item!r}.")


def _answer_of(row: Row, rules: Rules) -> Given | tuple[str, str]:
    text, status = row.cells.get("label"), row.cells.get("status", "").casefold()
    code, refused = _code(text or "", rules.labels), STATUSES.index(status) if status in STATUSES else -1
    word = "" if text is None else text.casefold()
    if code < 0 and word in STATUSES[1:]:
        text, refused = None, STATUSES.index(word)
    if status and refused < 0:
        return "mistaken", f"status {row.cells['status']!r} is not one of {', '.join(STATUSES)}; correct it."
    if text is not None and code < 0:
        hint = nearest(text, rules.labels)
        return "mistaken", f"label {text!r} is not one of {', '.join(rules.labels)}.{hint or ' Correct it.'}"
    if text is not None and refused > ANSWERED:
        return "mistaken", f"label {text!r} stands beside the status {STATUSES[refused]!r}; empty one of them."
    if text is None and refused <= ANSWERED:
        return "mistaken", "the row has no label; fill it in, or write unsure or abstained."
    try:
        seconds = float(row.cells.get("seconds", "nan"))
    except ValueError:
        seconds = -1.0
    if seconds < 0 or math.isinf(seconds):
        return "mistaken", f"seconds {row.cells['seconds']!r} is not a number of 0 or more; correct it, or empty it."
    return Given(code, max(refused, ANSWERED), row.cells.get("explanation"), seconds)


def _code(text: str, labels: tuple[str, ...]) -> int:
    """Class of a label; upper and lower case count only where they tell two labels apart."""
    if text in labels:
        return labels.index(text)
    alike = [code for code, label in enumerate(labels) if label.casefold() == text.casefold()]
    return alike[0] if len(alike) == 1 else -1


def _said(row: Row, answer: object, rules: Rules) -> tuple[str, str]:
    """An answer as the record would hold it; what is no answer, as it stands there."""
    explanation = row.cells.get("explanation", "")
    if not isinstance(answer, Given):
        return row.cells.get("label", ""), explanation
    return rules.labels[answer.label] if answer.label >= 0 else STATUSES[answer.status], explanation


def _closed(each: Asked, recorded: frozenset[tuple[str, str]], said: tuple[str, str]) -> tuple[str, str] | None:
    if not recorded:
        return "late", f"{each.name} was withdrawn when round {each.round} was closed, so it is not counted or paid."
    if said in recorded:
        return None
    return "changed", f"{each.name} has another answer on record since round {each.round}, which stays."


def _settled(files: Mapping[str, Sequence[tuple[Given, Row]]], aside: list[Aside]) -> list[Given]:
    """The answers to one request, unless two files disagree."""
    kept: dict[str, dict[tuple[int, int], Given]] = {}
    for file, rows in files.items():
        kept[file] = {}
        for given, row in rows:
            answer = given.label, given.status
            if answer in kept[file] or any(answer in kept[other] for other in kept):
                aside.append(Aside("repeated", "the same answer stands in an earlier row.", row))
            kept[file].setdefault(answer, given)
    first, *others = kept
    for other in others:
        if kept[other].keys() != kept[first].keys():
            lines = [row for rows in files.values() for _, row in rows]
            places = " and ".join(dict.fromkeys(f"{row.file}, {row.line}," for row in lines))
            why = f"{places} say different things of one request; leave one of them."
            aside[:] = [each for each in aside if not any(each.row is row for row in lines)]
            aside.extend(Aside("contradictory", why, row) for row in lines)
            return []
    return list(kept[first].values())
