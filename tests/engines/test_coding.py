from __future__ import annotations

import pytest

from engines.conftest import write_columns
from variorum.engines import aggregate_files, coding
from variorum.errors import ArgumentError, ReadError, SchemeError, UnknownNameError

GOOD = {"item": ["a", "b"], "annotator": ["x", "x"], "label": ["n", "y"]}
MISTAKES = {
    "no such method": ({}, {"method": "glads"}, UnknownNameError, "'glads' is not known"),
    "a method that cannot": ({}, {"method": "glad"}, UnknownNameError, "cannot stream. Choose one of: majority, soft"),
    "not Parquet": ({}, {"out": "o.csv"}, ArgumentError, "end it in .parquet"),
    "little memory": ({}, {"memory": 1000}, ArgumentError, "memory = 1,000 bytes must be"),
    "a policy": ({}, {"duplicates": "drop"}, UnknownNameError, "duplicates 'drop'"),
    "a type": ({}, {"dtype": "float16"}, UnknownNameError, "dtype 'float16'"),
    "no column": ({}, {"item": "itm"}, UnknownNameError, r"no column 'itm'. Did you mean 'item'.*with item=\.\.\."),
    "no annotators": ({}, {"annotator": "who"}, UnknownNameError, "annotator=None if nobody knows"),
    "no status": ({}, {"status": "state"}, UnknownNameError, "no column 'state'"),
    "no item": ({}, {"item": None}, ArgumentError, "item=None"),
    "an unknown label": (
        {},
        {"labels": ["y", "m"]},
        SchemeError,
        "item 'a', annotator 'x': label 'n' is not in.*1 row is",
    ),
    "an empty item": ({"item": ["a", " "]}, {}, ReadError, r"annotator 'x': item '' is empty; 1 row is affected"),
    "an empty label": ({"label": ["n", None]}, {}, ReadError, "item 'b', annotator 'x': label '' is empty; 1 row"),
    "no label at all": (
        {"label": [None, None], "status": ["unsure"] * 2},
        {},
        ReadError,
        "none of 2 rows holds a vote",
    ),
    "an odd status": (
        {"status": ["answerd", None]},
        {},
        ReadError,
        "'answerd' is not a status; Did you mean 'answered'",
    ),
    "a label too many": ({"status": ["unsure", None]}, {}, ReadError, "label 'n' stands in a row whose status"),
    "labels that differ in case": ({"label": ["Yes", "yes"]}, {}, SchemeError, "'Yes' and 'yes' differ in case alone"),
    "a label called item": ({"label": ["Item", "yes"]}, {}, SchemeError, "a label is called 'Item'"),
    "a distribution": ({"distribution": ["{}", "{}"]}, {}, ReadError, "holds elicited distributions"),
}


@pytest.mark.parametrize(("columns", "options", "error", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tmp_path, columns, options, error, message):
    path = write_columns(tmp_path / "v.parquet", {**GOOD, **columns})
    with pytest.raises(error, match=message):
        aggregate_files(
            path, tmp_path / options.get("out", "o.parquet"), **{k: v for k, v in options.items() if k != "out"}
        )
    assert [p.name for p in tmp_path.iterdir()] == ["v.parquet"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [(["10", "9", "1"], ("1", "9", "10")), (["10", "9", "b"], ("10", "9", "b")), (["b", "a", "é"], ("a", "b", "é"))],
)
def test_labels_are_in_the_order_of_their_numbers_or_texts(tmp_path, labels, expected):
    path = write_columns(tmp_path / "v.parquet", {"item": list("abc"), "annotator": list("xxy"), "label": labels})
    assert aggregate_files(path, tmp_path / "o.parquet").labels == expected


def test_labels_that_are_given_keep_their_order(tmp_path):
    path = write_columns(tmp_path / "v.parquet", GOOD)
    estimate = aggregate_files(path, tmp_path / "o.parquet", labels=["y", "maybe", "n"])
    assert estimate.labels == ("y", "maybe", "n")
    assert estimate.priors.tolist() == [0.5, 0.0, 0.5]


def test_the_first_of_many_mistakes_is_shown_with_their_number(tmp_path):
    columns = {"item": list("abcd"), "annotator": list("xyxy"), "label": ["n", "m", "o", "m"]}
    path = write_columns(tmp_path / "v.parquet", columns)
    with pytest.raises(SchemeError, match=r"label 'm' is not in the scheme; 3 rows are affected, with 2 such labels"):
        aggregate_files(path, tmp_path / "o.parquet", labels=["n", "y"])


def test_a_column_of_texts_is_no_column_of_labels(tmp_path, monkeypatch):
    monkeypatch.setattr(coding, "_MOST_LABELS", 2)
    columns = {"item": list("abc"), "annotator": list("xxx"), "label": ["so", "because", "well"]}
    path = write_columns(tmp_path / "v.parquet", columns)
    with pytest.raises(SchemeError, match=r"label takes 3 values, and at most 2 .* with label=\.\.\."):
        aggregate_files(path, tmp_path / "o.parquet")
