from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.paraphrase import read
from variorum.errors import ReadError

from .miniatures_lewidi import PEOPLE, paraphrase
from .real_files import DATA, published


def test_miniature(tmp_path: Path) -> None:
    paraphrase(tmp_path)
    corpus = read(tmp_path)
    assert corpus.scheme.positions == tuple(range(-5, 6))
    assert corpus.items.ids == ("train-900", "dev-31", "test-4")
    assert [corpus.scheme.labels[code] for code in corpus.annotations.label] == ["-5", "0", "-4", "-3", "5", "4"]
    assert corpus.annotations.annotator.tolist() == [0, 1, 0, 1, 1, 0]
    assert corpus.annotations.explanation == ("Colour.", " Both fruit.", "No.", "No!", "x", "y")
    # The first question of one item is the second question of another.
    groups = corpus.items.group
    assert groups is not None
    assert groups[0] == groups[1] != groups[2]


def test_metadata_with_trailing_commas_are_read(tmp_path: Path) -> None:
    """Trap 1: this is not JSON; a comma inside a text stays."""
    with pytest.raises(json.JSONDecodeError, match="property name"):
        json.loads(PEOPLE)
    paraphrase(tmp_path)
    assert read(tmp_path).annotators.attributes == {
        "gender": ("Female", "Male"),
        "age": ("26", "30"),
        "nationality": ("Norwegian", "Kenyan"),
        "education": ("student, ]}", "postdoc"),
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"annotators": "Ann1,Ann2"', '"annotators": "Ann1"', "there are 2 explanations for a list of 1 annotators"),
        ('"annotators": "Ann1,Ann2"', '"annotators": "Ann1,Ann1"', "annotator 'Ann1' is listed more often than there"),
        ('"Ann1": "-5"', '"Ann1": "-5,2"', "annotator 'Ann1' gave more labels than the list"),
        ('"Ann1": "-5"', '"Ann1": "-6"', "the label '-6' is not one of"),
    ],
)
def test_votes_that_do_not_fit_are_errors(old: str, new: str, message: str, tmp_path: Path) -> None:
    paraphrase(tmp_path)
    file = tmp_path / "lewidi2025/Paraphrase/Paraphrase_train.json"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ReadError, match=rf"Paraphrase_train\.json, entry '900': {message}"):
        read(tmp_path)


def test_published_metadata_are_not_json_and_are_read() -> None:
    corpus = published("paraphrase")
    with pytest.raises(json.JSONDecodeError, match="property name"):
        json.loads((Path(str(DATA)) / "lewidi2025/Paraphrase/Paraphrase_annotators_meta.json").read_text())
    assert corpus.annotators.attributes["age"] == ("26", "30", "26", "36")
    assert all(corpus.annotations.explanation or ())
    np.testing.assert_array_equal(
        corpus.annotations.counts().sum(axis=0), [237, 217, 180, 89, 69, 76, 49, 84, 174, 369, 456]
    )
