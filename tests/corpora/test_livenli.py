from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.livenli import read
from variorum.errors import ReadError

from .miniatures import livenli
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    livenli(tmp_path)
    corpus = read(tmp_path)
    rows, items = corpus.annotations, corpus.items
    # Trap 6: "true | either" is two labels, each with the reason; the header has a column too many.
    assert corpus.annotators.ids == ("livenli:w2", "livenli:w10")
    assert rows.item.tolist() == [0, 0, 0, 1, 1, 1]
    assert rows.annotator.tolist() == [1, 1, 0, 0, 0, 0]
    assert rows.label.tolist() == [0, 1, 1, 0, 1, 2]
    assert rows.explanation == ("Deep, so no.", "Deep, so no.", "Who knows?", "Eclipse!", "Eclipse!", "Eclipse!")
    assert (len(rows), rows.n_pairs) == (6, 3)
    np.testing.assert_array_equal(rows.counts()[0], [[1, 1], [0, 2], [2, 0]])
    assert items.text == ("The lake, they say, is deep.", "The sun is up.")
    assert items.fields["chaosnli_counts"] == ("[25, 75, 0]", None)
    assert items.fields["mnli_labels"] == ('["neutral", "neutral"]', '["entailment"]')
    assert items.fields["taxonomy"] == ("prob,QUD", None)
    assert items.fields["within_label_variation"] == ('{"w2": "coref"}', "{}")
    marks = json.loads(items.fields["highlights"][0] or "")
    assert marks["w10"] == {"premise": [[24, 28, "deep"]], "hypothesis": [[0, 6, "Nobody"]]}
    assert marks["w2"] == {"premise": [], "hypothesis": []}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("true | either,", "true | maybe,", r"livenli\.csv, line 2: the label 'maybe' is not one of"),
        ("[0.5 0.5 0. ]", "[0.5 0.  0.5]", r"line 2: the label 'true \| either' does not fit dist"),
        ("[0. 1. 0.]", "[0.   0. 1.]", "does not fit dist"),
        ("{'n': 75, 'e': 25}", "{'n': 75, 'e'", "chaos_dist is .* which is not a list or dictionary"),
        ("{'n': 75, 'e': 25}", "[75, 25]", "chaos_dist is not a dictionary"),
        ("'startIndex': 24", "'start': 24", "the field 'startIndex' is missing"),
        ("w2,either", "w10,either", "annotator 'w10' answers item '1n' a second time"),
        (",entailment,", ",entails,", "the label 'entails' is not one of"),
        ("2e,The", "1n,The", "premise of item '1n' is not the same as in an earlier row"),
    ],
)
def test_what_does_not_fit_is_said(old: str, new: str, message: str, tmp_path: Path) -> None:
    livenli(tmp_path)
    file = tmp_path / "livenli/livenli.csv"
    assert old in file.read_text()
    text = file.read_text()
    # The premise and its counts stand in both rows of an item.
    file.write_text(text.replace(old, new))
    with pytest.raises(ReadError, match=message):
        read(tmp_path)


def test_published_answers() -> None:
    corpus = published("livenli")
    # 118 + 86 + 22 answers give two labels, 11 give three.
    assert corpus.notes[0].startswith("237 answers give more than one label")
    given = corpus.annotations.counts()[:, :, 1].sum(axis=0)
    np.testing.assert_array_equal(given, [434 + 118 + 22 + 11, 412 + 118 + 86 + 11, 322 + 86 + 22 + 11])


def test_published_labels_mean_what_they_mean_in_chaosnli() -> None:
    """The 50 items of both: true, either, false go with entailment, neutral, contradiction, in no other order."""
    corpus = published("livenli")
    known = [item for item, votes in enumerate(corpus.items.fields["chaosnli_counts"]) if votes]
    chaos = np.array([json.loads(corpus.items.fields["chaosnli_counts"][item] or "") for item in known])
    share = corpus.annotations.counts()[known, :, 1]
    assert len(known) == 50
    for label in range(3):
        fit = [float(np.corrcoef(share[:, label], chaos[:, other])[0, 1]) for other in range(3)]
        assert int(np.argmax(fit)) == label
        assert fit[label] > 0.5
