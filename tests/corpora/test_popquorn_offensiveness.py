from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.popquorn_offensiveness import read
from variorum.errors import ReadError

from .miniatures import popquorn
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    popquorn(tmp_path)
    corpus = read(tmp_path)
    # Trap 7: whole ratings as decimals. Trap 5: a repeated pair stays.
    assert corpus.items.ids == ("40", "7")
    assert corpus.items.text == ('Mind the gap, "please".\nThank you.', "Hello there")
    assert corpus.annotators.ids == ("popquorn-offensiveness:2", "popquorn-offensiveness:10")
    assert [corpus.scheme.labels[code] for code in corpus.annotations.label] == ["1", "5", "4", "2"]
    assert corpus.annotators.attributes["age"] == (">65", "18-24")
    assert corpus.annotators.attributes["education"] == (None, "Other")
    assert corpus.notes == ("Rows that repeat an earlier (item, annotator) pair, all of them kept: 1.",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2.0", "2.5", r"raw_data\.csv, line 8: the rating '2\.5' is not a whole number from 1 to 5"),
        ("2.0", "6.0", "the rating '6.0' is not"),
        ("2.0", "nan", "the rating 'nan' is not"),
        ("2.0", "", "the rating '' is not"),
        ("7,2,Hello", "7,2,Hello,Hello", "the row has 10 fields where 9 to 9 are expected"),
        ("7,2,Hello", "7,10,Hello", "annotator 10 is not the same as in an earlier row"),
        ("7,2,Hello", "40,2,Hello", "the text of item 40 is not the same as in an earlier row"),
        ("user_id", "person", r"line 1: the header \[.*\] lacks the columns \['user_id'\]"),
    ],
)
def test_what_does_not_fit_is_said(old: str, new: str, message: str, tmp_path: Path) -> None:
    popquorn(tmp_path)
    file = tmp_path / "popquorn/offensiveness/raw_data.csv"
    text = file.read_bytes().decode()
    assert old in text
    file.write_bytes(text.replace(old, new).encode())
    with pytest.raises(ReadError, match=message):
        read(tmp_path)


def test_published_ratings() -> None:
    corpus = published("popquorn_offensiveness")
    np.testing.assert_array_equal(corpus.annotations.counts().sum(axis=0), [7516, 2190, 1590, 1039, 701])
    assert list(corpus.annotators.attributes) == ["gender", "race", "age", "occupation", "education"]
    assert corpus.notes == ()
