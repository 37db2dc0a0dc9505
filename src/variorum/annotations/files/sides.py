"""The items and annotators that the rows of a table name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.annotators import AnnotatorKind, Annotators
from variorum.annotations.files.columns import Coded, nearest, offender
from variorum.annotations.files.description import Description
from variorum.annotations.files.source import Table
from variorum.annotations.items import Items

__all__ = ["annotators_of", "items_of", "prefixed"]

_ITEM_COLUMNS = ("text", "second_text", "image", "payload", "group")


def items_of(
    table: Table, present: Mapping[str, str], given: Coded, said: Description, clean: Callable[[str], str]
) -> tuple[Items, NDArray[np.int32]]:
    """The items in order, and the position of each row's item.

    Raises:
        ReadError: If an item has two texts, or is missing from a corpus folder's items.
    """
    if said.items is not None:
        return _among_known(table, present["item"], given, said)
    columns: dict[str, Any] = {}
    for role in _ITEM_COLUMNS:
        if role in present:
            columns[role] = _constant(table, present[role], present["item"], given, role, clean)
    if "group" in columns:
        # An item outside every group is a group of its own.
        columns["group"] = tuple(g or f"item {i}" for g, i in zip(columns["group"], given.values, strict=True))
    fields = {
        name: _constant(table, name, present["item"], given, "fields", clean)
        for role, name in present.items()
        if role.startswith("field ")
    }
    return Items(given.values, fields=fields, **columns), given.codes


def _among_known(table: Table, name: str, given: Coded, said: Description) -> tuple[Items, NDArray[np.int32]]:
    known = said.items
    assert known is not None
    strangers = [text for text in given.values if text not in known.index]
    if strangers:
        if said.complete:
            raise _stranger(table, name, given, strangers, known.index, "items")
        columns = {n: getattr(known, n) for n in _ITEM_COLUMNS}
        filled = {n: None if c is None else c + (None,) * len(strangers) for n, c in columns.items()}
        if known.group is not None:
            filled["group"] = known.group + tuple(f"item {text}" for text in strangers)
        fields = {n: c + (None,) * len(strangers) for n, c in known.fields.items()}
        known = Items((*known.ids, *strangers), fields=fields, **filled)
    return known, np.array([known.index[text] for text in given.values], np.int32)[given.codes]


def annotators_of(
    table: Table,
    present: Mapping[str, str],
    coded: Mapping[str, Coded],
    said: Description,
    corpus: str | None,
    clean: Callable[[str], str],
) -> tuple[Annotators, NDArray[np.int32]]:
    """The annotators in order, and the position of each row's annotator; -1 is unknown.

    Raises:
        ReadError: If an annotator has two values of an attribute, or is missing from a corpus folder's annotators.
    """
    if "annotator" not in present:
        return said.annotators or Annotators(), np.full(table.n_rows, -1, np.int32)
    name = present["annotator"]
    given = coded[name]
    ids = tuple(prefixed(text, corpus) for text in given.values)
    position: dict[str, int] = {}
    known = said.annotators
    if known is not None:
        position = dict(known.index)
        strangers = [text for text in ids if text not in position]
        if strangers and (said.complete or known.prices is not None):
            # Nobody knows the price of an annotator who was added by hand.
            raise _stranger(table, name, Coded(ids, given.codes), strangers, position, "annotators")
    codes = np.array([*(position.setdefault(text, len(position)) for text in ids), -1], np.int32)[given.codes]
    if known is not None and len(position) == len(known):
        return known, codes
    if known is not None:
        extra = len(position) - len(known)
        attributes = {n: c + (None,) * extra for n, c in known.attributes.items()}
        human: AnnotatorKind = "human"
        return Annotators(tuple(position), known.kind + (human,) * extra, attributes), codes
    attributes = {
        column: _constant(table, column, name, given, "attributes", clean)
        for role, column in present.items()
        if role.startswith("attribute ")
    }
    return Annotators(tuple(position), attributes=attributes), codes


def prefixed(name: str, corpus: str | None) -> str:
    """An annotator id with its corpus before it.

    Example:
        >>> prefixed("7", "demo"), prefixed("demo:7", "demo")
        ('demo:7', 'demo:7')
    """
    return name if corpus is None or name.startswith(f"{corpus}:") else f"{corpus}:{name}"


def _constant(
    table: Table, column: str, owner: str, given: Coded, argument: str, clean: Callable[[str], str]
) -> tuple[str | None, ...]:
    cell, key = table.columns[column], table.columns[owner]
    query = (
        f"SELECT min(rowid) AS r, arg_min({cell}, rowid) AS v, min({cell}) <> max({cell}) AS several FROM t "
        f"WHERE {key} IS NOT NULL AND {cell} IS NOT NULL GROUP BY {key} ORDER BY r"
    )
    answer = table.fetch(query)
    found: list[str | None] = [None] * len(given.values)
    bad: list[int] = []
    for row, text, several in zip(answer["r"], answer["v"], answer["several"], strict=True):
        code = int(given.codes[row])
        if code < 0:
            continue
        if several or found[code] not in (None, text):
            bad.append(code)
        if found[code] is None:
            found[code] = text
    if bad:
        rows = np.flatnonzero(given.codes == bad[0])
        texts = table.fetch(
            f"SELECT {cell} AS v FROM t WHERE rowid IN ({', '.join(map(str, rows.tolist()))}) ORDER BY rowid"
        )["v"]
        row, other = next((r, t) for r, t in zip(rows, texts, strict=True) if t is not None and t != found[bad[0]])
        rule = f"differs from {found[bad[0]]!r:.80} in an earlier row of {owner} {given.values[bad[0]]!r}"
        way_out = f"leave the column out with {argument}=None"
        if argument not in _ITEM_COLUMNS:
            way_out = f"drop the column from {argument}="
        remedy = f"It must be the same in all rows; {len(bad)} such ids in all. Correct it, or {way_out}"
        raise offender(table, column, other, np.array([row]), rule, remedy)
    return tuple(found) if clean is str or clean is str.strip else tuple(t if t is None else clean(t) for t in found)


def _stranger(
    table: Table, name: str, given: Coded, strangers: list[str], known: Mapping[str, int], what: str
) -> Exception:
    text = strangers[0]
    rows = np.flatnonzero(np.isin(given.codes, [given.values.index(s) for s in strangers]))
    rule = f"is not among the {len(known)} {what} of the corpus"
    remedy = f"Add it to the table of {what}, or correct it.{nearest(text, list(known)[:10000])}"
    return offender(table, name, text, rows, rule, remedy)
