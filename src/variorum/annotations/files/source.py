"""One table from outside, as text columns in DuckDB: a delimited, JSON or Parquet file, or an Arrow stream."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np

from variorum.annotations.files import json_lines
from variorum.annotations.files.delimited import count_delimiters, parse_strictly, records
from variorum.annotations.files.scan import check_text, file_format
from variorum.annotations.files.sql import escape_pattern, identifier, quoted
from variorum.errors import ArgumentError, MissingExtraError, ReadError

__all__ = ["Table", "as_text", "find_header", "first_line", "is_nested", "open_table"]

_DELIMITERS = (",", "\t", ";", "|")
_WHOLE_LIMIT = 2**53


@dataclass
class Table:
    """A table whose wanted columns stand as text in the DuckDB table ``t``, in file order.

    Attributes:
        connection: Closed on leaving the context.
        name: What to call it in messages.
        kind: "delimited", "json", "parquet" or "arrow".
        found: All column names of the source, in order.
        columns: SQL name of each wanted column that is there.
        nested: Wanted columns that hold lists or objects instead of plain values.
        n_rows: Number of rows.
        locate: Turns a row number (from 0) into "line 5" or "row 4".
        path: The file; ``None`` for a stream.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    kind: str
    found: tuple[str, ...]
    columns: Mapping[str, str]
    nested: frozenset[str]
    n_rows: int
    locate: Callable[[int], str]
    path: Path | None = None

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def texts(self, column: str) -> list[str | None]:
        """A whole column as Python texts."""
        return self.fetch(f"SELECT {self.columns[column]} AS v FROM t ORDER BY rowid")["v"]

    def fetch(self, query: str) -> dict[str, list[Any]]:
        """The columns of a query's answer as lists; NULL is ``None``."""
        answer = self.connection.execute(query).fetchnumpy()
        columns = {}
        for name, column in answer.items():
            cells = np.array(np.ma.getdata(column), object)
            cells[np.ma.getmaskarray(column)] = None
            columns[name] = cells.tolist()
        return columns


def open_table(
    source: Any, wanted: Sequence[str] | None = None, *, delimiter: str | None = None, key: str | None = None
) -> Table:
    """Load the wanted columns of a source as text.

    Args:
        source: A path, or an object with the Arrow stream interface.
        wanted: Column names; those that the source lacks are left out. ``None`` takes all.
        delimiter: What separates the cells of a delimited file; found in its header if not given.
        key: A column by which to know the header where all columns are wanted.

    Returns:
        The table; close it by using it as a context.

    Raises:
        ReadError: If the source cannot be read, is empty or has no rows.
        MissingFileError: If there is no such file.
        ArgumentError: If it is neither a path nor an Arrow stream.
    """
    connection = duckdb.connect(
        config={
            "threads": min(4, os.cpu_count() or 1),
            "temp_directory": str(Path(tempfile.gettempdir()) / f"variorum-duckdb-{os.getpid()}"),
            "autoinstall_known_extensions": False,
        }
    )
    try:
        if isinstance(source, str | os.PathLike):
            table = _open_file(connection, Path(source), wanted, delimiter, key)
        elif hasattr(source, "__arrow_c_stream__"):
            table = _open_stream(connection, source, wanted)
        else:
            raise ArgumentError(
                "path must be a file, or a table with the Arrow stream interface (pandas, polars, pyarrow), "
                f"not {source!r:.80}."
            )
        if not table.n_rows:
            raise ReadError(f"{table.name}: there is a header and no row below it. It needs one row an annotation.")
        if table.kind != "delimited":
            _refuse_nuls(table)
    except BaseException:
        connection.close()
        raise
    return table


def _refuse_nuls(table: Table) -> None:
    for name, column in table.columns.items():
        where = f"FROM t WHERE contains({column}, chr(0))"
        row, affected = table.connection.execute(f"SELECT min(rowid), count(*) {where}").fetchall()[0]
        if affected:
            value = table.fetch(f"SELECT {column} AS v {where} ORDER BY rowid LIMIT 1")["v"][0]
            raise ReadError(
                f"{table.name}, {table.locate(row)}: {name} {value!r:.80} holds a NUL character (\\0), which no text "
                f"has; {affected} rows are affected. Remove it."
            )


def _open_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    wanted: Sequence[str] | None,
    delimiter: str | None,
    key: str | None,
) -> Table:
    kind = file_format(path)
    if kind == "parquet":
        scan = f"read_parquet({_literal(path)}, hive_partitioning = false)"
        try:
            query = f"SELECT path_in_schema FROM parquet_metadata({_literal(path)}) WHERE row_group_id = 0"
            own = [name for (name,) in connection.execute(query).fetchall()]
            return _typed(connection, scan, path.name, kind, wanted, path, own)
        except duckdb.Error as error:
            raise ReadError(
                f"{path.name}: the Parquet file cannot be read ({first_line(error)}). Write it again."
            ) from None
    check_text(path)
    return (
        _open_json(connection, path, wanted)
        if kind == "json"
        else _open_delimited(connection, path, wanted, delimiter, key)
    )


def _open_delimited(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    wanted: Sequence[str] | None,
    delimiter: str | None,
    key: str | None,
) -> Table:
    mark, first_line, header = find_header(path, [key or ""] if wanted is None else wanted, delimiter)
    keep = [i for i, name in enumerate(header) if wanted is None or name in wanted]
    for position in keep:
        if header.count(header[position]) > 1:
            raise ReadError(
                f"{path.name}, line {first_line}: column {header[position]!r} stands "
                f"{header.count(header[position])} times in the header. Rename all but one."
            )
    declared = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header)))
    scan = (
        f"read_csv({_literal(path)}, auto_detect = false, header = true, skip = {first_line - 1}, "
        f"delim = {quoted(mark)}, quote = '\"', escape = '\"', columns = {{{declared}}}, nullstr = '', "
        "allow_quoted_nulls = false, parallel = false, strict_mode = true, compression = 'none', "
        "hive_partitioning = false, max_line_size = 67108864)"
    )
    chosen = ", ".join(f"c{i}" for i in keep) or "c0"
    try:
        connection.execute(f"CREATE TEMP TABLE t AS SELECT {chosen} FROM {scan}")
        n_rows = _count(connection)
        marks, closed = count_delimiters(path, mark)
        # An unclosed quote swallows rows and a row's surplus empty cell is dropped without a word from the reader.
        sound = closed and marks == (len(header) - 1) * (n_rows + 1)
    except duckdb.Error:
        n_rows, sound = -1, False
    if not sound:
        columns = parse_strictly(path, mark, keep or [0])
        if len(columns[0]) != n_rows:
            n_rows = _from_lists(connection, {f"c{i}": c for i, c in zip(keep or [0], columns, strict=True)})

    def locate(row: int) -> str:
        for number, (line, _) in enumerate(records(path, mark)):
            if number == row + 1:
                return f"line {line}"
        return f"row {row + 1}"

    names = {header[i]: f"c{i}" for i in keep}
    return Table(connection, path.name, "delimited", tuple(header), names, frozenset(), n_rows, locate, path)


def find_header(path: Path, expected: Sequence[str], delimiter: str | None) -> tuple[str, int, list[str]]:
    """Delimiter, line and column names of a delimited file's header, by the columns that are expected."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n' or not delimiter.isascii()):
        raise ArgumentError(f"delimiter must be one ASCII character other than a quote or line end, not {delimiter!r}.")
    found: list[tuple[int, int, str, int, list[str]]] = []
    # A header of one column does not tell; then the name of the file does.
    marks = _DELIMITERS if path.suffix.lower() != ".tsv" else ("\t", *_DELIMITERS)
    for mark in marks if delimiter is None else (delimiter,):
        try:
            line, cells = next(records(path, mark))
        except ReadError:
            continue
        names = [cell.strip() for cell in cells]
        found.append((len(set(names) & set(expected)), len(names), mark, line, names))
    if not found:
        next(records(path, delimiter or ","))
    _, _, mark, line, names = max(found, key=lambda f: (f[0], f[1]))
    return mark, line, names


def _open_json(connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[str] | None) -> Table:
    found = json_lines.keys(path, every=wanted is None)
    names = list(found if wanted is None else dict.fromkeys(wanted))
    columns = {name: f"c{i}" for i, name in enumerate(names)}
    declared = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    chosen = ", ".join(f"{identifier(name)} AS {column}" for name, column in columns.items())
    try:
        if json_lines.is_array(path) or len({name.lower() for name in names}) < len(names):
            raise duckdb.InvalidInputException("left to the plain parser")
        connection.execute(
            f"CREATE TEMP TABLE t AS SELECT {chosen} FROM read_json({_literal(path)}, format = 'newline_delimited', "
            f"columns = {{{declared}}}, compression = 'uncompressed', hive_partitioning = false)"
        )
        n_rows = _count(connection)
    except duckdb.Error:
        parsed = json_lines.parse(path, names)
        n_rows = _from_lists(connection, {columns[name]: column for name, column in parsed.items()})
    given = connection.execute(f"SELECT {', '.join(f'count({c})' for c in columns.values())} FROM t").fetchall()[0]
    columns = {name: c for (name, c), n in zip(columns.items(), given, strict=True) if n or name in found}
    nested = json_lines.nested(path, [n for n, c in columns.items() if _looks_nested(connection, c)])

    def locate(row: int) -> str:
        return json_lines.locate(path, row)

    everything = tuple(dict.fromkeys([*found, *columns]))
    return Table(connection, path.name, "json", everything, columns, nested, n_rows, locate, path)


def _looks_nested(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    query = f"SELECT count(*) FROM t WHERE {column}[1] IN ('[', '{{')"
    return bool(_scalar(connection, query))


class _Stream:
    """The Arrow stream of an object and nothing else, so that DuckDB does not ask for the object's own library."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._source.__arrow_c_stream__(requested_schema)


def _open_stream(connection: duckdb.DuckDBPyConnection, source: Any, wanted: Sequence[str] | None) -> Table:
    name = f"the {type(source).__module__.partition('.')[0]} {type(source).__name__}"
    try:
        try:
            _take(connection, _Stream(source))
        except (duckdb.Error, ImportError):
            if type(source).__module__.partition(".")[0] not in ("pandas", "polars"):
                raise
            # pandas exports Arrow only with pyarrow, and no column of mixed types; DuckDB stumbles over the stream of a
            # polars column that holds nothing but missing cells. The frames of both it reads by itself.
            _take(connection, source)
        table = _typed(connection, "raw", name, "arrow", wanted, None, _own_names(source))
    except (duckdb.Error, ImportError) as error:
        if isinstance(error, ImportError) or "No module named 'pyarrow'" in str(error):
            raise MissingExtraError(f"{name} needs pyarrow to hand over its rows: pip install pyarrow.") from None
        raise ReadError(
            f"{name}: the Arrow stream cannot be read ({first_line(error)}). "
            "Give each column a name of its own and one plain type."
        ) from None
    connection.unregister("stream")
    connection.execute("DROP TABLE raw")
    return table


def _take(connection: duckdb.DuckDBPyConnection, source: Any) -> None:
    connection.register("stream", source)
    # A stream may be readable only once, so it is taken whole.
    connection.execute("CREATE TEMP TABLE raw AS SELECT * FROM stream")


def _own_names(source: Any) -> list[str]:
    names = getattr(getattr(source, "schema", None), "names", None)
    return names if isinstance(names, list) else [str(name) for name in getattr(source, "columns", ())]


def _typed(
    connection: duckdb.DuckDBPyConnection,
    scan: str,
    name: str,
    kind: str,
    wanted: Sequence[str] | None,
    path: Path | None,
    own: Sequence[str],
) -> Table:
    described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    found = {row[0]: str(row[1]) for row in described}
    keep = [column for column in found if wanted is None or column in wanted]
    for column in keep:
        # DuckDB gives the second of two columns of one name another name.
        if own.count(column) > 1:
            raise ReadError(f"{name}: column {column!r} stands {own.count(column)} times. Rename all but one.")
    columns = {column: f"c{i}" for i, column in enumerate(keep)}
    chosen = [f"{as_text(name, column, found[column], connection, scan)} AS {columns[column]}" for column in keep]
    connection.execute(f"CREATE TEMP TABLE t AS SELECT {', '.join(chosen) or 'NULL AS c0'} FROM {scan}")
    nested = frozenset(column for column in keep if is_nested(found[column]))
    return Table(
        connection, name, kind, tuple(found), columns, nested, _count(connection), lambda r: f"row {r + 1}", path
    )


def as_text(table: str, column: str, sql_type: str, connection: duckdb.DuckDBPyConnection, scan: str) -> str:
    """The SQL that writes a column's cells as text, given the table's name for messages, and what is scanned."""
    cell = identifier(column)
    if sql_type == "BLOB" or sql_type.startswith("BIT"):
        raise ReadError(f"{table}: column {column!r} holds binary values; it must hold text or numbers.")
    if is_nested(sql_type):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    if sql_type in ("FLOAT", "DOUBLE"):
        # Whole numbers beside missing ones arrive as floats; "3" is then meant, and not "3.0".
        query = (
            f"SELECT coalesce(bool_and(isnan({cell}) OR ({cell} = trunc({cell}) AND abs({cell}) < {_WHOLE_LIMIT})), "
            f"true) FROM {scan}"
        )
        whole = _scalar(connection, query)
        text = f"CAST(CAST({cell} AS BIGINT) AS VARCHAR)" if whole else f"CAST({cell} AS VARCHAR)"
        return f"CASE WHEN isnan({cell}) THEN NULL ELSE {text} END"
    return f"CAST({cell} AS VARCHAR)"


def is_nested(sql_type: str) -> bool:
    """Whether a type holds lists or objects."""
    return sql_type.endswith("]") or sql_type.startswith(("STRUCT", "MAP", "UNION", "LIST"))


def _from_lists(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, list[str | None]]) -> int:
    arrays = {name: np.array([*column, None], object)[:-1] for name, column in columns.items()}
    connection.execute("DROP TABLE IF EXISTS t")
    if not any(len(array) for array in arrays.values()):
        connection.execute(f"CREATE TEMP TABLE t ({', '.join(f'{name} VARCHAR' for name in arrays)})")
        return 0
    # DuckDB before 2.0 stumbles over a long array that holds nothing but None.
    filled = {name: array for name, array in arrays.items() if any(cell is not None for cell in columns[name])}
    n_rows = max(len(array) for array in arrays.values())
    connection.register("lists", {**filled, "row": np.arange(n_rows)})
    chosen = ", ".join(f"CAST({name if name in filled else 'NULL'} AS VARCHAR) AS {name}" for name in arrays)
    connection.execute(f"CREATE TEMP TABLE t AS SELECT {chosen} FROM lists")
    connection.unregister("lists")
    return _count(connection)


def _scalar(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    return connection.execute(query).fetchall()[0][0]


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(_scalar(connection, "SELECT count(*) FROM t"))


def _literal(path: Path) -> str:
    return quoted(escape_pattern(path))


def first_line(error: BaseException) -> str:
    """What an error of DuckDB says first."""
    return (str(error).splitlines() or ["no reason given"])[0][:200]
