"""What was answered in each row: status, label or number, elicited distribution, and the scheme they form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.columns import Coded, nearest, offender
from variorum.annotations.files.description import Description
from variorum.annotations.files.inference import as_scheme, number_of
from variorum.annotations.files.source import Table
from variorum.annotations.scheme import LabelScheme
from variorum.annotations.statuses import ANSWERED, STATUSES
from variorum.errors import ReadError, SchemeError

__all__ = ["Answers", "read_answers"]


@dataclass(frozen=True)
class Answers:
    """The answer columns of `Annotations`, and what tells two answers apart.

    Attributes:
        scheme: The scheme.
        label: Class indices.
        status: Status codes.
        key: Code of each row's answer, label or number; -1 where there is none.
        texts: The answer of each row as it stands in the file.
        value: Numbers of a numeric scheme.
        distribution: Elicited distributions.
        shown_first: Which of a pair was shown first.
    """

    scheme: LabelScheme
    label: NDArray[np.int32]
    status: NDArray[np.int8]
    key: NDArray[np.int32]
    texts: Sequence[str | None]
    value: NDArray[np.float64] | None = None
    distribution: NDArray[np.float64] | None = None
    shown_first: NDArray[np.int8] | None = None


class _Texts(Sequence[str | None]):
    """Answers as text, looked up only where a message needs one."""

    def __init__(self, labels: Coded) -> None:
        self._labels = labels

    def __len__(self) -> int:
        return int(self._labels.codes.size)

    def __getitem__(self, row: Any) -> Any:
        code = self._labels.codes[row]
        return self._labels.values[code] if code >= 0 else None


def read_answers(
    table: Table,
    present: Mapping[str, str],
    coded: Mapping[str, Coded],
    said: Description,
    wish: LabelScheme | str | Sequence[str] | None,
) -> Answers:
    """Read status, label, distribution and shown order.

    Args:
        table: The open table.
        present: Column of each role that is there.
        coded: The coded columns.
        said: What is known beforehand.
        wish: The caller's scheme; overrides the known one.

    Returns:
        The answers.

    Raises:
        ReadError: If a status is unknown, an answered row has no answer, or another has one.
        SchemeError: If labels, numbers or distributions do not fit the scheme.
    """
    labels = coded[present["label"]]
    status, explicit = _status(table, present, coded)
    elicited = _parse_distributions(table, present)
    named = {name for shares in elicited.values() if isinstance(shares, dict) for name in shares}
    chosen = said.scheme if wish is None and said.scheme is not None else wish
    kind = chosen.kind if isinstance(chosen, LabelScheme) else chosen
    _check_presence(table, present, labels, status, explicit, elicited, kind == "multilabel")
    if kind in ("ordinal", "numeric") and chosen is kind:
        _check_numbers(table, present["label"], labels, kind)
    try:
        scheme = as_scheme(chosen, [*labels.values, *sorted(named - set(labels.values))])
    except SchemeError as error:
        raise SchemeError(f"{table.name}: {error}") from None
    # A description can outlive the rows that it was written with.
    old = chosen is said.scheme and said.ours and table.kind in ("delimited", "json")
    beside = f" (it now comes from {table.name}.json)" if old else ""
    value = None
    if scheme.kind == "numeric":
        value = _numbers(table, present["label"], labels, scheme, beside)
        label = np.full(labels.codes.size, -1, np.int32)
    else:
        label = _codes(table, present["label"], labels, scheme, beside)
    return Answers(
        scheme,
        label,
        status,
        # Numbers such as 1 and 1.0 are the same answer, though not the same text.
        label if value is None else np.unique(value, return_inverse=True)[1].astype(np.int32),
        _Texts(labels),
        value,
        _distribution(table, present, elicited, scheme) if "distribution" in present else None,
        _shown_first(table, present, coded, scheme) if "shown_first" in present else None,
    )


def _status(
    table: Table, present: Mapping[str, str], coded: Mapping[str, Coded]
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    n = table.n_rows
    if "status" not in present:
        return np.zeros(n, np.int8), np.zeros(n, bool)
    name = present["status"]
    column = coded[name]
    for code, text in enumerate(column.values):
        if text not in STATUSES:
            rule = f"is not a status;{nearest(text, STATUSES)} the statuses are {', '.join(STATUSES)}"
            remedy = "Correct it, or leave the column out with status=None"
            raise offender(table, name, text, np.flatnonzero(column.codes == code), rule, remedy)
    lookup = np.array([*(STATUSES.index(text) for text in column.values), ANSWERED], np.int8)
    return lookup[column.codes], column.codes >= 0


def _check_presence(
    table: Table,
    present: Mapping[str, str],
    labels: Coded,
    status: NDArray[np.int8],
    explicit: NDArray[np.bool_],
    elicited: Mapping[int, Any],
    multilabel: bool,
) -> None:
    name = present["label"]
    empty = labels.codes < 0
    surplus = np.flatnonzero(~empty & (status != ANSWERED))
    if surplus.size:
        text = labels.values[labels.codes[surplus[0]]]
        rule = f"stands in a row with the status {STATUSES[status[surplus[0]]]}, which has no answer"
        raise offender(table, name, text, surplus, rule, "Empty the cell, or set its status to answered")
    lacking = empty & (status == ANSWERED)
    lacking[list(elicited)] = False
    if multilabel:
        # Only a row that says "answered" means the empty set by an empty cell.
        lacking &= ~explicit
    rows = np.flatnonzero(lacking)
    if rows.size:
        remedy = "Fill the cell, or say why it is empty in a column 'status': abstained or unsure"
        if multilabel:
            remedy += ", or answered for none of the labels"
        raise offender(table, name, "", rows, "is empty", remedy)


def _check_numbers(table: Table, name: str, labels: Coded, kind: str) -> None:
    words = [code for code, text in enumerate(labels.values) if number_of(text) is None]
    if words:
        rows = np.flatnonzero(np.isin(labels.codes, words))
        scale = "ordinal([...lowest to highest])" if kind == "ordinal" else "numeric(low, high)"
        rule = f"is not a number, and so has no place on {'an' if kind == 'ordinal' else 'a'} {kind} scale"
        remedy = f"Correct it, or say what the scale is: scheme=LabelScheme.{scale}"
        raise SchemeError(str(offender(table, name, labels.values[words[0]], rows, rule, remedy)))


def _codes(table: Table, name: str, labels: Coded, scheme: LabelScheme, beside: str) -> NDArray[np.int32]:
    known = {text: code for code, text in enumerate(scheme.labels)}
    strangers = [code for code, text in enumerate(labels.values) if text not in known]
    if strangers:
        rows = np.flatnonzero(np.isin(labels.codes, strangers))
        text = labels.values[strangers[0]]
        listed = ", ".join(repr(each) for each in scheme.labels[:20])
        raise SchemeError(
            f"{table.name}, {table.locate(int(rows[0]))}: {name} {text!r:.80} is not in the scheme; "
            f"{rows.size} rows with {len(strangers)} such labels are affected.{nearest(text, scheme.labels)} "
            f"The labels are {listed}. Correct the file, or give its labels with scheme={beside}."
        )
    return np.array([*(known[text] for text in labels.values), -1], np.int32)[labels.codes]


def _numbers(table: Table, name: str, labels: Coded, scheme: LabelScheme, beside: str) -> NDArray[np.float64]:
    low, high = scheme.bounds or (0.0, 0.0)
    numbers = [number_of(text) for text in labels.values]
    for code, number in enumerate(numbers):
        if number is None or not low <= number <= high:
            bad = [c for c, n in enumerate(numbers) if n is None or not low <= n <= high]
            rows = np.flatnonzero(np.isin(labels.codes, bad))
            raise SchemeError(
                f"{table.name}, {table.locate(int(rows[0]))}: {name} {labels.values[code]!r:.80} is not a number "
                f"from {low:g} to {high:g}; {rows.size} rows are affected. "
                f"Correct the file, or give another range with scheme={beside}."
            )
    return np.array([*numbers, np.nan], np.float64)[labels.codes]


def _parse_distributions(table: Table, present: Mapping[str, str]) -> dict[int, Any]:
    if "distribution" not in present:
        return {}
    name = present["distribution"]
    parsed: dict[int, Any] = {}
    bad: list[int] = []
    cells = table.texts(name)
    for row, cell in enumerate(cells):
        if cell is None or not cell.strip():
            continue
        try:
            shares = json.loads(cell)
            numbers = shares.values() if isinstance(shares, dict) else shares
            fine = isinstance(shares, dict | list) and all(
                isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1 + 1e-6
                for share in numbers
            )
        except (ValueError, RecursionError):
            fine = False
        if fine and abs(sum(numbers) - 1) <= 1e-6:
            parsed[row] = shares
        else:
            bad.append(row)
    if bad:
        rule = "is not a distribution: numbers from 0 to 1 that sum to one"
        remedy = 'Write {"label": share, ...}, or leave the column out with distribution=None'
        raise offender(table, name, cells[bad[0]], np.array(bad), rule, remedy)
    return parsed


def _distribution(
    table: Table, present: Mapping[str, str], elicited: Mapping[int, Any], scheme: LabelScheme
) -> NDArray[np.float64]:
    name = present["distribution"]
    if scheme.kind in ("numeric", "multilabel"):
        raise SchemeError(
            f"{table.name}: a {scheme.kind} scheme has no distributions over labels; use distribution=None."
        )
    matrix = np.full((table.n_rows, scheme.n_classes), np.nan)
    position = {label: code for code, label in enumerate(scheme.labels)}
    for row, shares in elicited.items():
        where = f"{table.name}, {table.locate(row)}: {name} {json.dumps(shares)[:80]}"
        if isinstance(shares, list):
            if len(shares) != scheme.n_classes:
                raise SchemeError(f"{where} has {len(shares)} numbers; the scheme has {scheme.n_classes} labels.")
            matrix[row] = shares
            continue
        strange = [label for label in shares if label not in position]
        if strange:
            raise SchemeError(
                f"{where} names {strange[0]!r}, which is not in the scheme.{nearest(strange[0], scheme.labels)} "
                "Correct the file, or give its labels with scheme=."
            )
        matrix[row] = 0.0
        for label, share in shares.items():
            matrix[row, position[label]] = share
    return matrix


def _shown_first(
    table: Table, present: Mapping[str, str], coded: Mapping[str, Coded], scheme: LabelScheme
) -> NDArray[np.int8]:
    name = present["shown_first"]
    if scheme.kind != "pairwise":
        raise ReadError(
            f"{table.name}: column {name!r} says which of a pair was shown first, and the scheme is {scheme.kind}. "
            'Read with scheme="pairwise", or leave the column out with shown_first=None.'
        )
    column = coded[name]
    pair = scheme.labels[:2]
    for code, text in enumerate(column.values):
        if text not in pair:
            rows = np.flatnonzero(column.codes == code)
            remedy = "Correct it, or leave the column out with shown_first=None"
            raise offender(table, name, text, rows, f"is neither {pair[0]!r} nor {pair[1]!r}", remedy)
    return np.array([*(pair.index(text) for text in column.values), -1], np.int8)[column.codes]
