"""Read a corpus from its folder of tables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from variorum.annotations.annotators import Annotators
from variorum.annotations.corpus import Corpus, Truth
from variorum.annotations.files.columns import encode, micro_column, number_column, offender
from variorum.annotations.files.delimited import unescape_formula
from variorum.annotations.files.description import Description
from variorum.annotations.files.read import ROLES, Duplicates, cleaner, read_rows
from variorum.annotations.files.sides import prefixed
from variorum.annotations.files.source import Table, open_table
from variorum.annotations.files.tables import SUFFIXES
from variorum.annotations.files.write_corpus import CORPUS_FORMAT, PRICE_COLUMNS
from variorum.annotations.items import Items
from variorum.annotations.money import Price
from variorum.annotations.scheme import LabelScheme
from variorum.annotations.validity import ValidityJudgments
from variorum.errors import MissingFileError, ReadError, SchemeError, UnknownNameError

__all__ = ["find_table", "read_annotators", "read_corpus", "read_items", "read_scheme"]

_NAMED = ("text", "second_text", "image", "payload", "group")
_ABOUT = {
    "name": str, "licence": str, "home": str, "sensitive": bool, "notes": list, "repeats": int, "validity_round": bool
}  # fmt: skip
_JSON_NAMES = {str: "text", bool: "true or false", list: "list", int: "whole number"}
_VERDICTS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def read_corpus(
    folder: str | os.PathLike[str],
    *,
    name: str | None = None,
    duplicates: Duplicates = "error",
    scheme: LabelScheme | str | Sequence[str] | None = None,
) -> Corpus:
    """Read a folder with the tables of a corpus, each CSV, TSV, JSONL or Parquet.

    ``annotations`` has the columns that `variorum.read` expects. Optional are ``items`` (item, text, second_text,
    image, payload, group, and any others, which become fields), ``annotators`` (annotator, kind, prices in units of a
    currency, and any others, which become attributes), ``validity`` (annotation: row number from 0; judge;
    makes_sense), ``scheme.json`` and ``corpus.json``. Where the folder lists items or annotators, rows may name no
    others.

    Args:
        folder: The folder.
        name: Name of the corpus; by default what corpus.json says, else the folder's name. Annotator ids of a folder
            that Variorum did not write get it as a prefix.
        duplicates: As in `variorum.read`.
        scheme: As in `variorum.read`; by default scheme.json.

    Returns:
        The corpus.

    Raises:
        MissingFileError: If there is no such folder, or no table of annotations in it.
        ReadError: If a table cannot be read, or names what another one lacks.
        UnknownNameError: If a table lacks a column.
        DuplicateError: If annotations repeat an (item, annotator, label).
        SchemeError: If labels do not fit the scheme.
    """
    root = Path(folder)
    if not root.is_dir():
        raise MissingFileError(f"{root}: there is no such folder. A single file is read with variorum.read.")
    about = _load_json(root / "corpus.json") or {}
    for key, kind in _ABOUT.items():
        if key in about and type(about[key]) is not kind:
            raise ReadError(
                f"corpus.json: {key} is {about[key]!r:.60}; it must be a JSON {_JSON_NAMES[kind]}. Correct it."
            )
    ours = about.get("format") == CORPUS_FORMAT
    title = name or about.get("name") or root.resolve().name
    prefix = None if ours else title
    path = find_table(root, "annotations")
    if path is None:
        raise MissingFileError(
            f"{root}: the folder holds no annotations. "
            "It needs annotations.csv (or .tsv, .jsonl, .parquet) with the columns item, annotator, label."
        )
    sides = find_table(root, "items"), find_table(root, "annotators")
    items = None if sides[0] is None else read_items(sides[0], ours=ours)
    annotators = None if sides[1] is None else read_annotators(sides[1], prefix, ours=ours)
    known = read_scheme(root)
    with open_table(path, list(ROLES)) as table:
        said = Description(known, about.get("repeats", 0) if ours else 0, items, annotators, ours, complete=True)
        roles: dict[str, str | None] = {role: role for role in ROLES}
        if items is not None:
            roles |= dict.fromkeys(_NAMED)
        annotations = read_rows(table, roles, said, scheme=scheme, duplicates=duplicates, corpus=prefix)
        dropped = table.n_rows - annotations.n_rows
    by_number = [stem for stem in ("validity", "truth") if find_table(root, stem) or (root / f"{stem}.json").is_file()]
    if dropped and by_number:
        raise ReadError(
            f"{root}: {by_number[0]} refers to annotations by row number, and duplicates={duplicates!r} "
            f"drops {dropped} of them. "
            'Read with duplicates="all".'
        )
    validity = _read_validity(root, ours, annotations.annotators, annotations.n_rows, prefix)
    if validity is None and ours and about.get("validity_round"):
        validity = ValidityJudgments(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, bool))
    return Corpus(
        title,
        annotations,
        validity,
        _read_truth(root),
        about.get("licence", "not stated"),
        about.get("home", ""),
        about.get("sensitive", False),
        tuple(str(note) for note in about.get("notes", ())),
        root,
    )


def find_table(root: Path, stem: str) -> Path | None:
    """A corpus folder's table of that name, in whatever format; ``None`` if there is none.

    Raises:
        ReadError: If there are several.
    """
    found = [root / f"{stem}{suffix}" for suffix in SUFFIXES if (root / f"{stem}{suffix}").is_file()]
    if len(found) > 1:
        raise ReadError(f"{root}: both {found[0].name} and {found[1].name} are there. Keep one.")
    return found[0] if found else None


def read_scheme(root: Path) -> LabelScheme | None:
    """What scheme.json in a corpus folder says; ``None`` if it is not there.

    Raises:
        ReadError: If it is not JSON.
        SchemeError: If it is not a scheme.
    """
    saved = _load_json(root / "scheme.json")
    try:
        return None if saved is None else LabelScheme.from_json(saved)
    except (SchemeError, UnknownNameError) as error:
        raise SchemeError(f"scheme.json: {error} Correct it, or remove the file.") from None


def _load_json(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise ReadError(f"{path.name}: this is not valid JSON ({error}). Correct it, or remove the file.") from None
    if not isinstance(value, dict):
        raise ReadError(f"{path.name}: {value!r:.60} is not a JSON object. Correct it, or remove the file.")
    return value


def _ids(table: Table, column: str, ours: bool) -> tuple[str, ...]:
    if column not in table.columns:
        raise UnknownNameError(
            f"{table.name} has no column {column!r}; its columns are {', '.join(table.found)}. "
            "Name the column of ids so."
        )
    coded = encode(table, [column], cleaner(table, ours))[column]
    if (coded.codes < 0).any():
        raise offender(table, column, "", np.flatnonzero(coded.codes < 0), "is empty", "Give every row an id")
    if len(coded.values) < table.n_rows:
        again = np.setdiff1d(np.arange(table.n_rows), np.unique(coded.codes, return_index=True)[1])
        value = coded.values[coded.codes[again[0]]]
        raise offender(
            table, column, value, again, "stands in an earlier row; ids must be unique", "Remove the duplicate"
        )
    return coded.values


def _further(table: Table, ours: bool, own: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    unescape = ours and table.kind == "delimited"
    columns = {}
    for column in table.columns:
        if column not in own:
            cells = table.texts(column)
            name = unescape_formula(column) if unescape else column
            columns[name] = tuple(c if c is None or not unescape else unescape_formula(c) for c in cells)
    return columns


def read_items(path: Path, *, ours: bool = False) -> Items:
    """Read a table of items: item, text, second_text, image, payload, group; other columns become fields.

    Args:
        path: CSV, TSV, JSONL or Parquet.
        ours: Whether Variorum wrote it.

    Returns:
        The items.

    Raises:
        UnknownNameError: If there is no column ``item``.
        ReadError: If an id is empty or stands twice, or the file cannot be read.
    """
    with open_table(path, key="item") as table:
        ids = _ids(table, "item", ours)
        columns: dict[str, Any] = _further(table, ours, ["item"])
    named = {column: columns.pop(column) for column in _NAMED if column in columns}
    if "group" in named and not ours:
        named["group"] = tuple(g or f"item {i}" for g, i in zip(named["group"], ids, strict=True))
    return Items(ids, fields=columns, **named)


def read_annotators(path: Path, prefix: str | None, *, ours: bool = False) -> Annotators:
    """Read a table of annotators: annotator, kind, prices with their currency; other columns become attributes.

    Args:
        path: CSV, TSV, JSONL or Parquet.
        prefix: Name of the corpus, put before ids that do not have it.
        ours: Whether Variorum wrote it.

    Returns:
        The annotators.

    Raises:
        UnknownNameError: If there is no column ``annotator``.
        ReadError: If an id is empty or stands twice, a kind is unknown, or the file cannot be read.
    """
    with open_table(path, key="annotator") as table:
        ids = tuple(prefixed(text, prefix) for text in _ids(table, "annotator", ours))
        kinds: tuple[Any, ...] = ()
        if "kind" in table.columns:
            coded = encode(table, ["kind"], str.strip)["kind"]
            for code, text in enumerate(coded.values):
                if text not in ("human", "llm", "simulated"):
                    rule = "is not a kind of annotator: human, llm or simulated"
                    raise offender(table, "kind", text, np.flatnonzero(coded.codes == code), rule, "Correct it")
            kinds = tuple(coded.values[code] if code >= 0 else "human" for code in coded.codes.tolist())
        prices = _read_prices(table)
        own = ["annotator", "kind", *(["currency", *PRICE_COLUMNS] if prices is not None else [])]
        return Annotators(ids, kinds, _further(table, ours, own), prices)


def _read_prices(table: Table) -> tuple[Price, ...] | None:
    present = [column for column in PRICE_COLUMNS if column in table.columns]
    if not present:
        return None
    amounts = {column.removeprefix("price_"): micro_column(table, column).tolist() for column in present}
    currencies = table.texts("currency") if "currency" in table.columns else [None] * table.n_rows
    return tuple(
        Price(**{name: column[row] for name, column in amounts.items()}, currency=(currency or "EUR").strip())
        for row, currency in enumerate(currencies)
    )


def _read_validity(
    root: Path, ours: bool, annotators: Annotators, n_rows: int, prefix: str | None
) -> ValidityJudgments | None:
    path = find_table(root, "validity")
    if path is None:
        return None
    with open_table(path, key="annotation") as table:
        for column in ("annotation", "judge", "makes_sense"):
            if column not in table.columns:
                raise UnknownNameError(
                    f"{table.name} has no column {column!r}; its columns are {', '.join(table.found)}."
                )
        rule = f"is not the number of an annotation's row, 0 to {n_rows - 1}"
        rows = number_column(table, "annotation", low=0, high=n_rows - 1, rule=rule)
        bad = np.flatnonzero(np.isnan(rows) | (rows != np.trunc(rows)))
        if bad.size:
            cell = table.texts("annotation")[bad[0]]
            raise offender(table, "annotation", cell or "", bad, rule, "Correct it")
        coded = encode(table, ["judge", "makes_sense"], cleaner(table, ours))
        judges = {text: annotators.index.get(prefixed(text, prefix)) for text in coded["judge"].values}
        judge = _looked_up(table, "judge", coded["judge"], judges, "is not an annotator of the corpus")
        verdicts = {text: _VERDICTS.get(text.lower()) for text in coded["makes_sense"].values}
        sense = _looked_up(table, "makes_sense", coded["makes_sense"], verdicts, "is neither true nor false")
        return ValidityJudgments(rows.astype(np.int64), judge.astype(np.int32), sense.astype(bool))


def _looked_up(table: Table, name: str, coded: Any, known: Mapping[str, int | bool | None], rule: str) -> Any:
    bad = [code for code, text in enumerate(coded.values) if known[text] is None]
    rows = np.flatnonzero(np.isin(coded.codes, [*bad, -1]))
    if rows.size:
        text = coded.values[coded.codes[rows[0]]] if coded.codes[rows[0]] >= 0 else ""
        raise offender(table, name, text, rows, rule, "Correct it")
    return np.array([known[text] for text in coded.values])[coded.codes]


def _read_truth(root: Path) -> Truth | None:
    parts = _load_json(root / "truth.json")
    if parts is None:
        return None
    try:
        return Truth(
            np.array(parts["distribution"], np.float64),
            np.array(parts["is_error"], bool),
            np.array(parts["perspective"], np.int32),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReadError(
            f"truth.json: this is not a corpus's truth ({error}). Correct it, or remove the file."
        ) from None
