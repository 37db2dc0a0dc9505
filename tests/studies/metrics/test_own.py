from __future__ import annotations

import json

import pytest

from variorum.errors import MissingFileError, ReadError
from variorum.studies.metrics.own import OwnRow, own_digest, own_rows

HEAD = "source,seed,kl,js,tvd,distance_correlation,weighted_f1"


def test_csv_and_json_hold_the_same(tmp_path):
    (tmp_path / "sources.csv").write_text(f"\ufeff{HEAD}\nmajority,3,0.5,0.3,0.25,0.75,0.6\n", encoding="utf-8")
    wanted = (OwnRow("majority", 0.5, 0.3, 0.25, 0.75, 0.6),)
    assert own_rows(tmp_path) == wanted
    other = tmp_path / "json"
    other.mkdir()
    (other / "sources.json").write_text(json.dumps([vars(wanted[0]) | {"seed": 3}]))
    assert own_rows(other) == wanted


def test_other_contents_have_another_digest(tmp_path):
    (tmp_path / "sources.csv").write_text(f"{HEAD}\na,0,1,1,1,1,1\n")
    first = own_digest(tmp_path)
    assert own_digest(tmp_path) == first
    (tmp_path / "sources.csv").write_text(f"{HEAD}\na,0,1,1,1,1,0.5\n")
    assert own_digest(tmp_path) != first


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no rows"),
        (HEAD, "holds no rows"),
        ("source,kl\na,1", "row 1, has no 'js'; the columns needed are source, kl, js"),
        (f"{HEAD}\na,0,1,1,1,1,1\nb,0,1,1,,1,1", "row 2, has no 'tvd'"),
        (f"{HEAD}\na,0,low,1,1,1,1", r"row 1: kl = 'low' is not a finite number"),
        (f"{HEAD}\na,0,1,nan,1,1,1", r"row 1: js = 'nan' is not a finite number"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path, content, message):
    (tmp_path / "sources.csv").write_text(content)
    with pytest.raises(ReadError, match=message):
        own_rows(tmp_path)


@pytest.mark.parametrize("content", ["{", "{}", "[3]", "[]"])
def test_json_that_is_no_array_of_objects(tmp_path, content):
    (tmp_path / "sources.json").write_text(content)
    with pytest.raises(ReadError, match="holds no rows"):
        own_rows(tmp_path)


def test_a_folder_without_either_file(tmp_path):
    with pytest.raises(MissingFileError, match=r"neither sources\.csv nor sources\.json"):
        own_rows(tmp_path)
