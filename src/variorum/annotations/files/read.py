"""Read annotations from a CSV, TSV, JSONL or Parquet file, or from any table with the Arrow stream interface."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np

from variorum.annotations.annotations import Annotations
from variorum.annotations.files.answers import read_answers
from variorum.annotations.files.columns import (
    encode,
    micro_column,
    missing_column,
    number_column,
    offender,
    times_column,
    whole_column,
)
from variorum.annotations.files.delimited import unescape_formula
from variorum.annotations.files.description import Description, load_description
from variorum.annotations.files.repeats import repeated_rows
from variorum.annotations.files.sides import annotators_of, items_of
from variorum.annotations.files.source import Table, open_table
from variorum.annotations.scheme import LabelScheme
from variorum.checks import as_choice
from variorum.errors import ArgumentError, DuplicateError, ReadError

__all__ = ["ROLES", "Duplicates", "cleaner", "read", "read_rows"]

Duplicates = Literal["error", "all", "first", "last"]

# What a column can be for; each name is also the default name of the column.
ROLES = (
    "item", "annotator", "label", "explanation", "status", "distribution", "confidence", "seconds", "cost", "round",
    "time", "shown_first", "text", "second_text", "image", "payload", "group",
)  # fmt: skip


def read(
    path: str | os.PathLike[str] | Any,
    *,
    item: str = "item",
    annotator: str | None = "annotator",
    label: str = "label",
    duplicates: Duplicates = "error",
    scheme: LabelScheme | str | Sequence[str] | None = None,
    explanation: str | None = "explanation",
    status: str | None = "status",
    distribution: str | None = "distribution",
    confidence: str | None = "confidence",
    seconds: str | None = "seconds",
    cost: str | None = "cost",
    round: str | None = "round",  # noqa: A002
    time: str | None = "time",
    shown_first: str | None = "shown_first",
    text: str | None = "text",
    second_text: str | None = "second_text",
    image: str | None = "image",
    payload: str | None = "payload",
    group: str | None = "group",
    fields: Sequence[str] = (),
    attributes: Sequence[str] = (),
    corpus: str | None = None,
    delimiter: str | None = None,
) -> Annotations:
    """Read a table with one row an annotation, and check every cell of it.

    Items and annotators are numbered in order of first appearance. Blanks around ids and labels do not count, and a
    label is a text, "0" and "1" too. Optional columns are read where the table has them; another name for one is given
    by its argument, and ``None`` leaves it out.

    Args:
        path: A CSV, TSV, JSONL or Parquet file; or a table with the Arrow stream interface (pandas, polars, pyarrow,
            Hugging Face datasets).
        item: Column of item ids.
        annotator: Column of annotator ids; an empty cell is an unknown annotator, and ``None`` makes all of them
            unknown.
        label: Column of labels, of numbers in a numeric scheme.
        duplicates: What to do where an annotator gives an item the same label in several rows: raise an ``error``,
            keep ``all``, or keep the ``first`` or ``last``.
        scheme: A scheme; or a kind ("ordinal"), over the labels found in the order of their numbers, else of their
            texts; or a list of nominal labels. By default what the file says of itself, else nominal.
        explanation: Column of reasons.
        status: Column of ``answered``, ``abstained`` or ``unsure``; an empty cell is answered.
        distribution: Column of elicited distributions: ``{"yes": 0.7, "no": 0.3}``, or ``[0.7, 0.3]`` in class order.
        confidence: Column of confidences in [0, 1].
        seconds: Column of active seconds.
        cost: Column of costs in units of the currency ("0.05") with at most six decimals; an empty cell costs nothing.
        round: Column of campaign rounds, whole numbers from 0.
        time: Column of times, seconds since 1970 or ISO 8601, in UTC unless they say otherwise.
        shown_first: Column with the label of the one that was shown first, in a pairwise scheme.
        text: Column of the items' texts, the same in all rows of an item; so are the following four.
        second_text: Column of the items' second texts.
        image: Column of image paths.
        payload: Column of anything else.
        group: Column of groups that splits keep whole.
        fields: Further columns about the items, kept in ``Items.fields``.
        attributes: Columns about the annotators, kept in ``Annotators.attributes``.
        corpus: Name put before annotator ids that do not have it ("name:id").
        delimiter: What separates the cells of a delimited file; found by its header if not given.

    Returns:
        The annotations.

    Raises:
        MissingFileError: If there is no such file.
        UnknownNameError: If a named column is missing.
        ReadError: If the file is empty, damaged or ragged, or a cell is empty or of the wrong type; the message names
            file, line (or row) and value.
        DuplicateError: If rows repeat an (item, annotator, label).
        SchemeError: If labels do not fit the scheme.
        MissingExtraError: If a table can hand over its rows with pyarrow alone.

    Example:
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "votes.csv"
        >>> rows = ["item,annotator,label", "a,ann,yes", "a,ben,no", "b,ann,yes"]
        >>> _ = file.write_text(chr(10).join(rows))
        >>> read(file).counts()
        array([[1., 1.],
               [0., 1.]])
    """
    names = (
        item, annotator, label, explanation, status, distribution, confidence, seconds, cost, round, time,
        shown_first, text, second_text, image, payload, group,
    )  # fmt: skip
    roles: dict[str, str | None] = dict(zip(ROLES, names, strict=True))
    roles |= {f"field {name}": name for name in fields} | {f"attribute {name}": name for name in attributes}
    wanted = [name for name in roles.values() if name is not None]
    as_choice("duplicates", duplicates, get_args(Duplicates))
    for argument, given in (("fields", fields), ("attributes", attributes)):
        if isinstance(given, str):
            raise ArgumentError(f"{argument} must be a list of columns, not a text. Write {argument}=[{given!r}].")
    with open_table(path, wanted, delimiter=delimiter) as table:
        said = (table.path and load_description(table.path, table.kind)) or Description()
        return read_rows(table, roles, said, scheme=scheme, duplicates=duplicates, corpus=corpus)


def read_rows(
    table: Table,
    roles: dict[str, str | None],
    said: Description,
    *,
    scheme: LabelScheme | str | Sequence[str] | None = None,
    duplicates: Duplicates = "error",
    corpus: str | None = None,
) -> Annotations:
    """Turn an open table into annotations; `read` says how.

    Args:
        table: The table.
        roles: Column name for each role.
        said: What is known of the table beforehand.
        scheme: Overrides the scheme that is known.
        duplicates: See `read`.
        corpus: See `read`.

    Returns:
        The annotations.
    """
    present = _find_columns(table, roles)
    clean = cleaner(table, said.ours)
    coded = encode(
        table, [present[r] for r in ("item", "annotator", "label", "status", "shown_first") if r in present], clean
    )
    given = coded[present["item"]]
    if (given.codes < 0).any():
        raise offender(
            table,
            present["item"],
            "",
            np.flatnonzero(given.codes < 0),
            "is empty",
            "Give every row an item, or remove the row",
        )
    answers = read_answers(table, present, coded, said, scheme)
    items, item = items_of(table, present, given, said, clean)
    annotators, annotator = annotators_of(table, present, coded, said, corpus, clean)
    status = answers.status
    optional: dict[str, Any] = {}
    if "explanation" in present:
        optional["explanation"] = table.texts(present["explanation"])
        if clean is unescape_formula:
            optional["explanation"] = [t if t is None else clean(t) for t in optional["explanation"]]
    if "confidence" in present:
        rule = "is not a number from 0 to 1"
        optional["confidence"] = number_column(table, present["confidence"], low=0, high=1, rule=rule)
    if "seconds" in present:
        rule = "is not a number of 0 or more"
        optional["seconds"] = number_column(table, present["seconds"], low=0, rule=rule)
    if "cost" in present:
        optional["cost"] = micro_column(table, present["cost"])
    if "round" in present:
        optional["round"] = whole_column(table, present["round"])
    if "time" in present:
        optional["time"] = times_column(table, present["time"])
    annotations = Annotations(
        answers.scheme,
        items,
        annotators,
        item,
        annotator,
        answers.label,
        status,
        value=answers.value,
        distribution=answers.distribution,
        shown_first=answers.shown_first,
        **optional,
    )
    again = repeated_rows(item, annotator, answers.key, status, last=duplicates == "last")
    if not again.size or duplicates == "all" or (duplicates == "error" and again.size == said.repeats):
        return annotations
    if duplicates == "error":
        raise _duplicate(table, annotations, answers.texts, again)
    return annotations.take(np.setdiff1d(np.arange(annotations.n_rows), again))


def cleaner(table: Table, ours: bool) -> Callable[[str], str]:
    """What to do to an id or label: nothing to our own, but to take off what keeps spreadsheets from running it."""
    if not ours:
        return str.strip
    return unescape_formula if table.kind == "delimited" else str


def _find_columns(table: Table, roles: dict[str, str | None]) -> dict[str, str]:
    present: dict[str, str] = {}
    for role, name in roles.items():
        if name is None and role in ("item", "label"):
            raise ArgumentError(f"{role}=None: annotations need a column of {role}s. Name it with {role}=....")
        if name is None:
            continue
        if name in table.columns:
            present[role] = name
        elif role in ("item", "annotator", "label") or name != role:
            raise missing_column(table.name, table.found, role, name)
    for role in ("item", "annotator", "label", "status", "shown_first"):
        if role in present and present[role] in table.nested:
            raise ReadError(
                f"{table.name}: column {present[role]!r} holds lists or objects; it must hold one value a row. "
                "Write one row for each label."
            )
    return present


def _duplicate(table: Table, annotations: Annotations, texts: Sequence[str | None], again: Any) -> DuplicateError:
    row = int(again[0])
    item = annotations.items.ids[annotations.item[row]]
    who = annotations.annotators.ids[annotations.annotator[row]]
    return DuplicateError(
        f"{table.name}, {table.locate(row)}: (item {item!r}, annotator {who!r}, label {texts[row]!r}) is a "
        f"duplicate of an earlier row; {again.size} of {annotations.n_rows} rows are duplicates. "
        'Choose with duplicates="all", "first" or "last", or remove them.'
    )
