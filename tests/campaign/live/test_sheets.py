from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Annotators, Items, LabelScheme, read
from variorum.campaign.live.oracle import requests_on_record, round_folder
from variorum.campaign.live.sheets import Sheet, file_names, short_names, write_sheet
from variorum.errors import ReadError

ITEMS = Items(
    ("=1+1", "-7", "c, d"),
    text=("+49 is a prefix", 'She said "no",\nand left.', "Zoë 李雷"),
    second_text=("@USER hi", None, "x"),
)
SCHEME = LabelScheme.nominal(["-", "fine"])


def _written(folder: Path) -> Path:
    path = folder / "sheets" / "ann.csv"
    write_sheet(path, ["r000-001", "r000-002", "r000-003"], [2, 0, 1], "ann", ITEMS, SCHEME)
    return path


@given(st.lists(st.text(min_size=1, max_size=80), unique=True, max_size=6))
def test_file_names_are_safe_and_never_meet(names: list[str]) -> None:
    found = file_names(names)
    folded = [unicodedata.normalize("NFKC", name).casefold() for name in found]
    assert len(set(folded)) == len(names)
    assert all(re.fullmatch(r"[\w-]+", name) for name in found)
    assert not any(re.fullmatch(r"(?i)con|nul|com\d", name) for name in found)
    assert max(map(len, found), default=0) < 80
    # A round later the same annotators get the same files.
    assert file_names(names) == found


def test_file_names_keep_what_can_be_kept() -> None:
    assert file_names(["zoë", "a b", "a/b", "../up", "NUL"]) == ("zoë", "a_b", "a_b-2", "_up", "NUL_")


def test_short_names_never_make_two_people_one() -> None:
    people = Annotators(("posts:ann", "ann", "posts:ben", "other:ben"))
    assert short_names(people, "posts") == ("posts:ann", "ann", "ben", "other:ben")


def test_a_sheet_is_a_csv_that_no_spreadsheet_runs_and_that_read_takes_once_filled(tmp_path: Path) -> None:
    path = _written(tmp_path)
    # Without the mark, a spreadsheet takes UTF-8 for something else.
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "request", "annotator", "item", "text", "second_text", "choices", "label", "explanation",
    ]  # fmt: skip
    assert [row["item"] for row in rows] == ["c, d", "'=1+1", "-7"]
    assert rows[1]["text"] == "'+49 is a prefix"
    assert rows[2]["text"] == 'She said "no",\nand left.'
    assert {row["choices"] for row in rows} == {"'- | fine (or: abstained, unsure)"}
    sheet = Sheet.open(path)
    for row in range(3):
        sheet.fill(row, {"label": "fine", "explanation": "=reason"})
    votes = read(path)
    assert len(votes) == 3
    assert sheet.cell(0, "explanation") == "=reason"


def test_a_sheet_is_filled_row_by_row_and_keeps_everything_else(tmp_path: Path) -> None:
    path = _written(tmp_path)
    text = path.read_text(encoding="utf-8-sig").replace("explanation", "explanation,remark")
    # What a spreadsheet in half of Europe makes of it, with a column of one's own.
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [[*row, "mine"] for row in list(csv.reader(file))[1:]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([text.splitlines()[0].split(","), *rows])
    sheet = Sheet.open(path)
    assert [sheet.is_open(row) for row in range(3)] == [True, True, True]
    sheet.fill(1, {"label": "-", "seconds": "2.5"})
    again = Sheet.open(path)
    assert [again.is_open(row) for row in range(3)] == [True, False, True]
    assert (again.cell(1, "item"), again.cell(1, "label"), again.cell(1, "seconds")) == ("=1+1", "-", "2.5")
    assert (again.cell(2, "remark"), again.cell(2, "seconds"), again.cell(2, "nothing")) == ("mine", "", "")
    assert again.texts(1) == ["+49 is a prefix", "@USER hi"]
    assert again.texts(2) == ['She said "no",\nand left.']


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,label\na,b\n", "has no column 'request'; its columns are item, label"),
        ("request,item,label\nr,a\n", "line 2: the row has 2 cells and the header 3"),
        ('request,item,label\nr,a,"b\n', "not valid CSV"),
    ],
)
def test_a_broken_sheet_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "ann.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=re.escape(message)):
        Sheet.open(path)


def test_ids_on_sheets_tell_nothing_and_never_change() -> None:
    requests = [
        {"id": f"a/0/0/{kind}/{n}", "item": f"p{n}", "annotator": "x:ann", "price": 1}
        for kind, n in [*(("check", n) for n in range(5)), *(("train", n) for n in range(45))]
    ]
    entries = [{"event": "campaign"}, {"event": "requests", "round": 0, "requests": requests}]
    asked = requests_on_record(entries, 7)
    assert [each.name for each in asked] == [f"r000-{n:03d}" for n in range(1, 51)]
    assert {each.request for each in asked} == {request["id"] for request in requests}
    # Validation requests stand first in the record, and anywhere on the sheets.
    assert max(n for n, each in enumerate(asked) if "/check/" in each.request) > 10
    assert all(each.recorded is None for each in asked)
    rows = [{"request": "a/0/0/train/3", "label": None, "status": "unsure"}]
    later = requests_on_record([*entries, {"event": "annotations", "round": 0, "rows": rows}], 7)
    assert [each.name for each in later] == [each.name for each in asked]
    recorded = {each.request: each.recorded for each in later}
    assert recorded["a/0/0/train/3"] == {("unsure", "")}
    assert recorded["a/0/0/train/4"] == frozenset()
    assert round_folder(12) == "sheets/round-012"
