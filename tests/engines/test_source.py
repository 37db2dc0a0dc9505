from __future__ import annotations

import duckdb
import pytest

from engines.conftest import write_columns
from variorum.engines.source import open_source
from variorum.errors import ReadError, UnknownNameError

COLUMNS = {"item": "item", "annotator": "annotator", "label": "label", "status": "status"}
GOOD = {"item": ["a", "b"], "annotator": ["x", None], "label": ["n", "y"]}


def rows_of(database, *paths, **columns):
    source = open_source(database, list(paths), {**COLUMNS, **columns})
    return database.rows(f"SELECT * FROM ({source.query}) ORDER BY ALL")


def test_columns_are_found_by_name_in_every_file(database, tmp_path):
    first = write_columns(tmp_path / "a.parquet", GOOD)
    second = write_columns(tmp_path / "b.parquet", {"label": ["n"], "why": ["so"], "item": ["c"], "annotator": ["x"]})
    third = write_columns(
        tmp_path / "c.csv", {"status": ["unsure"], **{k: v[:1] for k, v in GOOD.items()}, "label": [None]}
    )
    assert rows_of(database, first, second, third) == [
        ("a", "x", "n", None),
        ("a", "x", None, "unsure"),
        ("b", None, "y", None),
        ("c", "x", "n", None),
    ]
    source = open_source(database, [first, second, third], COLUMNS)
    assert source.name == "a.parquet and 2 more files"


def test_files_that_are_alike_are_one_scan(database, tmp_path):
    paths = [write_columns(tmp_path / f"{n}.parquet", GOOD) for n in range(3)]
    source = open_source(database, paths, COLUMNS)
    assert source.query.count("read_parquet") == 1
    assert len(database.rows(source.query)) == 6


def test_the_file_that_lacks_a_column_is_named(database, tmp_path):
    good = write_columns(tmp_path / "a.parquet", GOOD)
    bad = write_columns(tmp_path / "b.parquet", {"item": ["a"], "who": ["x"], "label": ["n"]})
    with pytest.raises(UnknownNameError, match=r"b\.parquet has no column 'annotator'\..* 'item', 'who', 'label'"):
        open_source(database, [good, bad], COLUMNS)


def test_json_in_lines_and_in_an_array_with_keys_that_come_late(database, tmp_path):
    lines = tmp_path / "v.jsonl"
    lines.write_text(
        '{"item": "a", "label": "n"}\n{"item": "b", "label": "y", "annotator": "x", "status": "answered"}\n'
    )
    array = tmp_path / "v.json"
    array.write_text('[{"item": 7, "annotator": 1, "label": true}]')
    assert rows_of(database, lines) == [("a", None, "n", None), ("b", "x", "y", "answered")]
    assert rows_of(database, array) == [("7", "1", "true", None)]
    lines.write_text('{"item": "a", "label": ["n"], "annotator": "x"}\n')
    with pytest.raises(ReadError, match="column 'label' holds lists or objects"):
        open_source(database, [lines], COLUMNS)
    lines.write_text('{"item": "[a]", "label": "{n}", "annotator": "x"}\n')
    assert rows_of(database, lines) == [("[a]", "x", "{n}", None)]
    lines.write_text('{"item": "a", "label": null, "annotator": "x", "distribution": {"n": 1.0}}\n')
    with pytest.raises(ReadError, match="column 'distribution' holds elicited distributions"):
        open_source(database, [lines], COLUMNS)
    lines.write_text('{"item": "a", "label": "n"}\n')
    with pytest.raises(UnknownNameError, match="no column 'annotator'"):
        open_source(database, [lines], COLUMNS)


def test_columns_that_hold_no_values(database, tmp_path):
    path = tmp_path / "v.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'a' AS item, 'x' AS annotator, ['n'] AS label) TO '{path}' (FORMAT parquet)")
    with pytest.raises(ReadError, match="column 'label' holds lists or objects"):
        open_source(database, [path], COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'a'::BLOB AS item, 'x' AS annotator, 'n' AS label) TO '{path}' (FORMAT parquet)"
        )
    with pytest.raises(ReadError, match="column 'item' holds binary values"):
        open_source(database, [path], COLUMNS)


def test_a_header_that_repeats_itself(database, tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("item,annotator,label,label\na,x,n,y\n")
    with pytest.raises(ReadError, match="column 'label' stands 2 times"):
        open_source(database, [path], COLUMNS)


def test_names_of_files_are_no_patterns(database, tmp_path):
    path = write_columns(tmp_path / "a.parquet", GOOD).rename(tmp_path / "v[a]*'.parquet")
    write_columns(tmp_path / "va.parquet", GOOD)
    assert len(rows_of(database, path)) == 2


def test_the_delimiter_is_found_or_given(database, tmp_path):
    path = tmp_path / "v.tsv"
    path.write_text('item\tannotator\tlabel\na\tx\t"n, or\ty"\n')
    assert rows_of(database, path) == [("a", "x", "n, or\ty", None)]
    path.write_text("item~annotator~label\na~x~n\n")
    source = open_source(database, [path], COLUMNS, "~")
    assert database.rows(source.query) == [("a", "x", "n", None)]
