"""Files of annotations as one query, whatever their formats and sizes: item, annotator, label, status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from variorum.annotations import LabelScheme
from variorum.annotations.files import json_lines
from variorum.annotations.files.columns import missing_column
from variorum.annotations.files.description import Description, load_description
from variorum.annotations.files.scan import check_text, file_format
from variorum.annotations.files.source import as_text, find_header, first_line, is_nested
from variorum.annotations.files.sql import escape_pattern, identifier, quoted
from variorum.engines.database import Database, reading
from variorum.errors import ArgumentError, ReadError

__all__ = ["Source", "open_source"]

_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
# What Python's str.strip takes off, so that an id is the same here and in `variorum.read`.
_BLANKS: Final = "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028,
                                   0x2029, 0x202F, 0x205F, 0x3000]))  # fmt: skip
# DuckDB takes sixteen times as much as a buffer.
_LONGEST_LINE: Final = 4 << 20
_ELICITED: Final = "distribution"
_ESCAPED: Final = r"^'+(\s*[=+\-@＝＋－＠]|[\t\r\n])"


@dataclass(frozen=True)
class Source:
    """Rows to aggregate.

    Attributes:
        name: What to call them in messages.
        query: SQL that yields item, annotator, label and status, null where a cell is empty.
        item_type: ``BIGINT`` if all item ids are whole numbers by type, else ``VARCHAR``.
        schemes: The different schemes that the files say they have.
        repeats: How many rows repeat a vote on purpose, as far as the files say it.
        items: Items that the files name beside their rows.
    """

    name: str
    query: str
    item_type: Literal["BIGINT", "VARCHAR"]
    schemes: tuple[LabelScheme, ...]
    repeats: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    path: Path
    reader: str  # SQL function
    options: str  # what it takes beside the path
    found: tuple[str, ...]
    types: Mapping[str, str]  # SQL type by column name; columns of other names are not there
    cells: Mapping[str, str]  # SQL name by column name
    said: Description

    @property
    def literal(self) -> str:
        return quoted(escape_pattern(self.path))

    @property
    def scan(self) -> str:
        return f"{self.reader}({self.literal}, {self.options})"


def open_source(
    database: Database, paths: Sequence[Path], columns: Mapping[str, str | None], delimiter: str | None = None
) -> Source:
    """Look at the heads of the files, not at their rows.

    Args:
        database: Runs the query later.
        paths: Parquet, CSV, TSV or JSONL files, each with all columns.
        columns: Column name for the roles item, annotator, label and status; ``None`` leaves a role out. A status need
            not be there.
        delimiter: What separates the cells of delimited files; found in the header if not given.

    Returns:
        The source.

    Raises:
        MissingFileError: If there is no such file.
        ReadError: If a file is empty or damaged, or a column holds what cannot be an id, label or status.
        UnknownNameError: If a column is missing.
        ArgumentError: If there is no file, or item or label has no column.
    """
    if not paths:
        raise ArgumentError("files must name at least one file.")
    for role in ("item", "label"):
        if columns[role] is None:
            raise ArgumentError(f"{role}=None: annotations need a column of {role}s. Name it with {role}=....")
    files = [_look_at(database, path, [c for c in columns.values() if c is not None], delimiter) for path in paths]
    name = paths[0].name + (f" and {len(paths) - 1} more files" if len(paths) > 1 else "")
    roles = [_roles(database, file, columns) for file in files]
    whole = all(file.types[own["item"]] in _INTEGERS for file, own in zip(files, roles, strict=True))
    # Files that read alike are one scan: DuckDB sorts the rows of many small queries in more memory.
    scans: dict[Any, list[_File]] = {}
    for file, own in zip(files, roles, strict=True):
        cells = _cells(database, file, own, whole)
        scans.setdefault((cells, file.reader, file.options, tuple(file.types.items())), []).append(file)
    parts = [
        f"SELECT {cells} FROM {reader}([{', '.join(file.literal for file in alike)}], {options})"
        for (cells, reader, options, _), alike in scans.items()
    ]
    schemes: list[LabelScheme] = []
    for file in files:
        if file.said.scheme is not None and file.said.scheme not in schemes:
            schemes.append(file.said.scheme)
    named = [item for file in files if file.said.items is not None for item in file.said.items.ids]
    return Source(
        name,
        " UNION ALL ".join(parts),
        "BIGINT" if whole else "VARCHAR",
        tuple(schemes),
        sum(file.said.repeats for file in files),
        tuple(dict.fromkeys(named)),
    )


def _look_at(database: Database, path: Path, wanted: Sequence[str], delimiter: str | None) -> _File:
    kind = file_format(path)
    if kind == "parquet":
        return _look_at_parquet(database, path, wanted)
    check_text(path)
    said = load_description(path, kind) or Description()
    if kind == "json":
        return _look_at_json(database, path, wanted, said)
    mark, line, header = find_header(path, wanted, delimiter)
    _refuse_twins(path, header, wanted)
    declared = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header)))
    options = (
        f"auto_detect = false, header = true, skip = {line - 1}, delim = {quoted(mark)}, quote = '\"', escape = '\"', "
        f"columns = {{{declared}}}, nullstr = '', allow_quoted_nulls = false, strict_mode = true, "
        f"compression = 'none', hive_partitioning = false, max_line_size = {_LONGEST_LINE}"
    )
    cells = {name: f"c{i}" for i, name in enumerate(header)}
    return _File(path, "read_csv", options, tuple(header), dict.fromkeys(header, "VARCHAR"), cells, said)


def _look_at_json(database: Database, path: Path, wanted: Sequence[str], said: Description) -> _File:
    found = json_lines.keys(path, every=False)
    names = list(dict.fromkeys([*wanted, _ELICITED]))
    declared = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    form = "array" if json_lines.is_array(path) else "newline_delimited"
    options = f"format = '{form}', columns = {{{declared}}}, compression = 'uncompressed', hive_partitioning = false"
    file = _File(path, "read_json", options, (), {}, {}, said)
    with reading(path.name):
        # The first object may lack a key that others have.
        given = database.rows(f"SELECT {', '.join(f'count({identifier(name)})' for name in names)} FROM {file.scan}")[0]
        there = [name for name, n in zip(names, given, strict=True) if n or name in found]
        bracket = "SELECT bool_or({0}[1] IN ('[', '{{')) FROM {1}"
        looks = [n for n in there if n in wanted and database.one(bracket.format(identifier(n), file.scan))]
    for name in sorted(json_lines.nested(path, looks)):
        raise _nested(path.name, name)
    columns = {name: identifier(name) for name in there}
    return replace(
        file, found=tuple(dict.fromkeys([*found, *there])), types=dict.fromkeys(there, "VARCHAR"), cells=columns
    )


def _look_at_parquet(database: Database, path: Path, wanted: Sequence[str]) -> _File:
    file = _File(path, "read_parquet", "hive_partitioning = false", (), {}, {}, Description())
    try:
        types = {row[0]: str(row[1]) for row in database.rows(f"DESCRIBE SELECT * FROM {file.scan}")}
        own = f"SELECT path_in_schema FROM parquet_metadata({file.literal}) WHERE row_group_id = 0"
        _refuse_twins(path, [name for (name,) in database.rows(own)], wanted)
        said = load_description(path, "parquet") or Description()
    except duckdb.Error as error:
        raise ReadError(
            f"{path.name}: the Parquet file cannot be read ({first_line(error)}). Write it again."
        ) from None
    return replace(file, found=tuple(types), types=types, cells={name: identifier(name) for name in types}, said=said)


def _refuse_twins(path: Path, header: Sequence[str], wanted: Sequence[str]) -> None:
    for name in wanted:
        if header.count(name) > 1:
            raise ReadError(f"{path.name}: column {name!r} stands {header.count(name)} times. Rename all but one.")


def _roles(database: Database, file: _File, columns: Mapping[str, str | None]) -> dict[str, str]:
    """The column of each role that the file has."""
    roles = {}
    for role, name in columns.items():
        if name is None:
            continue
        if name in file.types:
            roles[role] = name
        elif role != "status" or name != "status":
            raise missing_column(file.path.name, file.found, role, name)
    for name in roles.values():
        if is_nested(file.types[name]):
            raise _nested(file.path.name, name)
    if _ELICITED in file.types and database.one(f"SELECT count({file.cells[_ELICITED]}) FROM {file.scan}"):
        raise ReadError(
            f"{file.path.name}: column {_ELICITED!r} holds elicited distributions, and a streamed vote is one label. "
            "Aggregate the file in memory, or leave the column out of it."
        )
    return roles


def _nested(table: str, name: str) -> ReadError:
    return ReadError(
        f"{table}: column {name!r} holds lists or objects; it must hold one value a row. Write one row for each label."
    )


def _cells(database: Database, file: _File, roles: Mapping[str, str], whole: bool) -> str:
    """The cells of a row, in SQL."""
    cells = []
    for role in ("item", "annotator", "label", "status"):
        if role not in roles:
            cells.append(f"CAST(NULL AS VARCHAR) AS {role}")
            continue
        name = roles[role]
        kind = file.types[name]
        if role == "item" and whole:
            cells.append(f"CAST({file.cells[name]} AS BIGINT) AS item")
        elif kind == "VARCHAR":
            cells.append(f"{_clean(file.cells[name], file)} AS {role}")
        else:
            cells.append(f"{as_text(file.path.name, name, kind, database.connection, file.scan)} AS {role}")
    return ", ".join(cells)


def _clean(cell: str, file: _File) -> str:
    """A text without blanks around it, null if nothing is left; a file of ours is taken at its word."""
    if file.said.ours:
        if file.reader == "read_csv":
            cell = f"(CASE WHEN regexp_matches({cell}, {quoted(_ESCAPED)}) THEN substr({cell}, 2) ELSE {cell} END)"
        return f"nullif({cell}, '')"
    blank = f"[{_BLANKS}]"
    # Looking at both ends is much faster than trimming, and hardly any text has blanks there.
    return (
        f"(CASE WHEN unicode({cell}) BETWEEN 33 AND 126 AND unicode({cell}[-1]) BETWEEN 33 AND 126 THEN {cell} "
        f"WHEN NOT regexp_matches({cell}, {quoted(f'^{blank}|{blank}$')}) THEN nullif({cell}, '') "
        f"ELSE nullif(trim({cell}, {quoted(_BLANKS)}), '') END)"
    )
