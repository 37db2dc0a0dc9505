from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.hs_brexit import read
from variorum.errors import ReadError

from .miniatures_lewidi import hs_brexit
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    hs_brexit(tmp_path)
    corpus = read(tmp_path)
    rows, items = corpus.annotations, corpus.items
    # Trap 4: votes and ids are texts with commas; keys repeat across splits. Annotators stand in numeric order.
    assert items.ids == ("train-1", "train-2", "dev-1", "test-1")
    assert corpus.annotators.ids == ("hs-brexit:Ann1", "hs-brexit:Ann2", "hs-brexit:Ann10")
    assert corpus.annotators.attributes == {"group": ("target group", "target group", "control group")}
    np.testing.assert_array_equal(rows.counts(), [[2, 1], [1, 2], [3, 0], [1, 2]])
    assert rows.label.tolist() == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1]
    assert items.fields["split"] == ("train", "train", "dev", "test")
    assert items.fields["hard_label"] == ("no hate speech", "hate speech", "no hate speech", "hate speech")
    assert json.loads(items.fields["other_annotations"][0] or "")["offensive language detection"] == "0,1,1"
    # Masks and case aside, train-1 and dev-1 are one text.
    assert items.group is not None
    assert items.group[0] == items.group[2] != items.group[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "group1,group1,group2",
            "group1,group1",
            r"HS-Brexit_train\.json, entry '2', 'other_info': there are 2 groups",
        ),
        (
            "group1,group1,group2",
            "group1,group2,group2",
            "annotator 'Ann2' is in 'control group', and elsewhere in 'target group'",
        ),
        ("0,0,1", "0,1", r"entry '1': there are 3 annotators and 2 annotations"),
        ('"0,0,1"', '"0,0,2"', r"entry '1': the label '2' is not one of \['0', '1'\]"),
        ('"split": "train"', '"split": "dev"', r"the split 'dev' is not 'train', that of the file"),
        ('"2": {', '"1": {', r"HS-Brexit_train\.json, line 1: an object says the key '1' twice"),
    ],
)
def test_what_does_not_fit_is_said(old: str, new: str, message: str, tmp_path: Path) -> None:
    hs_brexit(tmp_path)
    file = tmp_path / "lewidi2023/HS-Brexit_dataset/HS-Brexit_train.json"
    head, found, tail = file.read_text().rpartition(old) if "group1" in old else file.read_text().partition(old)
    assert found
    file.write_text(head + new + tail)
    with pytest.raises(ReadError, match=message):
        read(tmp_path)


def test_published_votes() -> None:
    corpus = published("hs_brexit")
    np.testing.assert_array_equal(corpus.annotations.counts().sum(axis=0), [5851, 869])
    assert corpus.annotators.attributes["group"] == ("target group",) * 3 + ("control group",) * 3
    assert [corpus.items.fields["split"].count(split) for split in ("train", "dev", "test")] == [784, 168, 168]
