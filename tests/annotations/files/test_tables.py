import os
import stat

import pytest

from variorum.annotations.files.places import atomically
from variorum.annotations.files.tables import Column, write_table
from variorum.errors import ArgumentError


def test_atomic(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")

    def fail_midway():
        with atomically(path) as part:
            part.write_text("new")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fail_midway()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with atomically(path) as part:
        part.write_text("new")
    assert path.read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_rights_are_those_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    write_table(tmp_path / "x.csv", {"a": Column("text", ["b"])})
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_column_names(tmp_path):
    for name in ("", " a", "a\0"):
        with pytest.raises(ArgumentError, match=r"column name .* is not a non-empty text without blanks"):
            write_table(tmp_path / "x.csv", {name: Column("text", ["b"])})


def test_json_money_keeps_its_digits(tmp_path):
    cells = ["0.05", "9223372036854.775807"]
    write_table(tmp_path / "x.jsonl", {"cost": Column("money", cells)})
    assert (tmp_path / "x.jsonl").read_text() == '{"cost": 0.05}\n{"cost": "9223372036854.775807"}\n'


def test_parquet_refuses_columns_that_its_writer_would_rename(tmp_path):
    columns = {name: Column("number", ["0.5"]) for name in ("item", "Yes", "yes")}
    with pytest.raises(ArgumentError, match=r"columns 'Yes' and 'yes' differ in case alone.*Write \.csv or \.jsonl"):
        write_table(tmp_path / "x.parquet", columns)
    assert list(tmp_path.iterdir()) == []
    write_table(tmp_path / "x.csv", columns)
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0] == "item,Yes,yes"
