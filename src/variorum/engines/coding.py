"""Who says what, in codes: one pass over the rows that finds labels, annotators and every mistake in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import STATUSES, LabelScheme
from variorum.annotations.files.columns import nearest
from variorum.annotations.files.inference import as_scheme
from variorum.annotations.files.sql import quoted
from variorum.engines.database import Database, reading
from variorum.engines.source import Source
from variorum.errors import ReadError, SchemeError
from variorum.labels.base import need_class_scheme

__all__ = ["Coding", "code_rows"]

# More are no labels but ids or texts, and would make a posterior that nobody can hold.
_MOST_LABELS: Final = 10_000


@dataclass(frozen=True, eq=False)
class Coding:
    """The codes of a source, which stand in its database too.

    Tables there: ``annotators`` (annotator, code), in the order of ids, and ``codes`` (annotator, label, status, cell),
    where cell is -1 for rows that were not answered.

    Attributes:
        labels: Labels in class order.
        n_annotators: Number of known annotators.
        cell_annotator: Annotator of each cell, n_annotators for unknown ones, shape (n_cells,).
        cell_label: Label of each cell, shape (n_cells,).
        cell_votes: Votes in each cell, shape (n_cells,).
        n_rows: Number of rows.
    """

    labels: tuple[str, ...]
    n_annotators: int
    cell_annotator: NDArray[np.int64]
    cell_label: NDArray[np.int64]
    cell_votes: NDArray[np.int64]
    n_rows: int


def code_rows(database: Database, source: Source, method: str, labels: Sequence[str] | None) -> Coding:
    """Count the rows of each annotator, label and status, and give each annotator and label a code.

    Args:
        database: Where the tables go.
        source: The rows.
        method: Name of the method, for messages.
        labels: All labels in class order; those of the file, in the order of their numbers or else texts, if not given.

    Returns:
        The coding.

    Raises:
        ReadError: If there is no row or no vote, an item is missing, a status is unknown, or rows that were answered
            have no label, or others have one.
        SchemeError: If a label is none of the labels, there are far too many, or a file's scheme has no classes.
    """
    with reading(source.name):
        database.rows(
            "CREATE TABLE groups AS SELECT annotator, label, status, count(*) AS n, count(*) - count(item) AS n_blank "
            f"FROM ({source.query}) GROUP BY ALL"
        )
    n_rows = int(database.one("SELECT coalesce(sum(n), 0)::BIGINT FROM groups"))
    if not n_rows:
        raise ReadError(f"{source.name}: there is a header and no row below it. It needs one row an annotation.")
    _check(database, source)
    n_labels = int(database.one("SELECT count(DISTINCT label) FROM groups"))
    if n_labels > _MOST_LABELS:
        raise SchemeError(
            f"{source.name}: label takes {n_labels:,} values, and at most {_MOST_LABELS:,} can be told apart. "
            "Name the column of labels with label=...."
        )
    found = [label for (label,) in database.rows("SELECT DISTINCT label FROM groups WHERE label IS NOT NULL")]
    if not found:
        raise ReadError(f"{source.name}: none of {n_rows:,} rows holds a vote, so there is nothing to aggregate.")
    for scheme in source.schemes:
        need_class_scheme(scheme, method, for_sets='leave --stream out and use the method "binary-relevance"')
    # Files that differ in their labels have all of them.
    said = source.schemes[0] if len(source.schemes) == 1 else as_scheme(None, found)
    scheme = LabelScheme.nominal(labels) if labels is not None else said
    _check_labels(database, source, scheme, found)
    database.rows(
        "CREATE TABLE annotators AS SELECT annotator, row_number() OVER (ORDER BY annotator) - 1 AS code "
        "FROM (SELECT DISTINCT annotator FROM groups WHERE annotator IS NOT NULL) ORDER BY code"
    )
    n_annotators = int(database.one("SELECT count(*) FROM annotators"))
    names = np.array(scheme.labels, object)
    with database.lent("classes", {"label": names, "code": np.arange(names.size)}):
        database.rows(
            "CREATE TABLE cells AS SELECT *, row_number() OVER (ORDER BY annotator, label) - 1 AS cell FROM ("
            f"SELECT coalesce(a.code, {n_annotators}) AS annotator, l.code AS label, sum(n)::BIGINT AS n FROM groups g "
            "JOIN classes l USING (label) LEFT JOIN annotators a ON g.annotator = a.annotator GROUP BY ALL) "
            "ORDER BY cell"
        )
        database.rows(
            "CREATE TABLE codes AS SELECT g.annotator, g.label, g.status, coalesce(c.cell, -1)::INTEGER AS cell "
            "FROM groups g LEFT JOIN classes l USING (label) LEFT JOIN annotators a ON g.annotator = a.annotator "
            f"LEFT JOIN cells c ON c.annotator = coalesce(a.code, {n_annotators}) AND c.label = l.code"
        )
    cells = database.arrays("SELECT annotator, label, n FROM cells ORDER BY cell")
    annotator, label, votes = (cells[name].astype(np.int64) for name in ("annotator", "label", "n"))
    return Coding(scheme.labels, n_annotators, annotator, label, votes, n_rows)


def _check(database: Database, source: Source) -> None:
    known = ", ".join(quoted(status) for status in STATUSES)
    _refuse(database, source, "item IS NULL", "n_blank > 0", "item", "is empty", "Give every row an item, or remove it")
    bad = f"status NOT IN ({known})"
    row = database.rows(f"SELECT status FROM groups WHERE {bad} ORDER BY status LIMIT 1")
    if row:
        rule = f"is not a status;{nearest(row[0][0], STATUSES)} the statuses are {', '.join(STATUSES)}"
        remedy = "Correct it, or leave the column out with status=None"
        _refuse(database, source, bad, bad, "status", rule, remedy)
    answered = "(status IS NULL OR status = 'answered')"
    surplus, lacking = f"NOT {answered} AND label IS NOT NULL", f"{answered} AND label IS NULL"
    rule = "stands in a row whose status has no answer"
    _refuse(database, source, surplus, surplus, "label", rule, "Empty the cell, or set its status to answered")
    remedy = "Fill the cell, or say why it is empty in a column 'status': abstained or unsure"
    _refuse(database, source, lacking, lacking, "label", "is empty", remedy)


def _refuse(database: Database, source: Source, rows: str, groups: str, column: str, rule: str, remedy: str) -> None:
    """Raise an error if there are such rows, which are looked for among the groups."""
    count = "n_blank" if column == "item" else "n"
    affected = int(database.one(f"SELECT coalesce(sum({count}), 0)::BIGINT FROM groups WHERE {groups}"))
    if affected:
        raise ReadError(f"{_where(database, source, rows, column)} {rule}; {_extent(affected)}. {remedy}.")


def _where(database: Database, source: Source, rows: str, column: str) -> str:
    """File, row and value of one row, told by its item and annotator."""
    found = database.rows(f"SELECT item, annotator, {column} FROM ({source.query}) WHERE {rows} LIMIT 1")
    item, annotator, value = found[0]
    who = "an unknown annotator" if annotator is None else f"annotator {annotator!r:.80}"
    place = who if item is None else f"item {item!r:.80}, {who}"
    return f"{source.name}, {place}: {column} {'' if value is None else value!r:.80}"


def _extent(n: int) -> str:
    return f"{n:,} row{' is' if n == 1 else 's are'} affected"


def _check_labels(database: Database, source: Source, scheme: LabelScheme, found: Sequence[str]) -> None:
    strangers = sorted(set(found) - set(scheme.labels))
    if strangers:
        listed = ", ".join(map(quoted, strangers))
        affected = int(database.one(f"SELECT sum(n)::BIGINT FROM groups WHERE label IN ({listed})"))
        where = _where(database, source, f"label = {quoted(strangers[0])}", "label")
        known = ", ".join(repr(label) for label in scheme.labels[:20])
        raise SchemeError(
            f"{where} is not in the scheme; {_extent(affected)}, with {len(strangers)} such labels."
            f"{nearest(strangers[0], scheme.labels)} The labels are {known}. "
            "Correct the file, or give its labels with labels=...."
        )
