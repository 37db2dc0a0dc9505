import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations.files.delimited import (
    count_delimiters,
    escape_formula,
    format_cell,
    parse_strictly,
    records,
    unescape_formula,
)
from variorum.errors import ReadError

TEXTS = st.one_of(st.text("'=+-@\t\r\n 1a＝"), st.text(st.characters(codec="utf-8", exclude_characters="\0")))


@given(TEXTS)
def test_escaping_is_undone(text):
    assert unescape_formula(escape_formula(text)) == text


@given(TEXTS)
def test_nothing_that_is_written_runs(text):
    written = escape_formula(text)
    try:
        float(written)
    except ValueError:
        # Not even after blanks, which some spreadsheets skip.
        assert written.lstrip()[:1] not in tuple("=+-@＝＋－＠")
        assert written[:1] not in tuple("\t\r\n")


@pytest.mark.parametrize(
    "text", ["=1", "+A1", "-A1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "-1+cmd|' /C calc'!A0"]
)
def test_formulas(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+1.5e-3", "-.5", "a=1", "'tis", "", "'", "1-2"])
def test_what_is_no_formula(text):
    assert escape_formula(text) == text


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=2, max_size=4), st.sampled_from([",", "\t"]))
def test_cells_are_read_by_others(cells, delimiter):
    line = delimiter.join(format_cell(cell, delimiter) for cell in cells)
    assert next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter)) == [cell or "" for cell in cells]


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_counting_skips_what_is_quoted(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("count") / "x.csv"
    path.write_text("\n".join(",".join(format_cell(c, ",") for c in row) for row in rows), newline="")
    assert count_delimiters(path, ",") == (2 * len(rows), True)


def test_unclosed_quotes(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"2,3\n')
    assert count_delimiters(path, ",") == (2, False)
    with pytest.raises(ReadError, match=r"x.csv, line 2: the record that begins here is not valid CSV"):
        list(records(path, ","))


def test_records_know_their_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n\n"1\n2",x\n3,y\n')
    assert list(records(path, ",")) == [(1, ["a", "b"]), (3, ["1\n2", "x"]), (5, ["3", "y"])]
    assert parse_strictly(path, ",", [1, 0]) == [["x", "y"], ["1\n2", "3"]]
