from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.corpora._entries import Entry
from variorum.corpora._lewidi import lewidi_file, read_annotators, votes_2023, votes_2025
from variorum.errors import ReadError


def entry(annotators: str, annotations: object, *explanations: str) -> Entry:
    info = {"explanations": list(explanations)}
    return Entry({"annotators": annotators, "annotations": annotations, "other_info": info}, "m.json", "entry '1'")


def test_files_lie_in_the_folder_of_their_edition() -> None:
    file = lewidi_file("lewidi2025/MP/MP_dev.json", "0" * 64)
    assert file.url.endswith("/45d7b06e4c36b59472d6bdf9281f7f1e395eb0e0/LeWiDi_3-2025/MP/MP_dev.json")
    assert lewidi_file("lewidi2023/A/A_dev.json", "0" * 64).url.endswith("/LeWiDi_2-2023/A/A_dev.json")


def test_votes_of_2023_are_paired_in_order() -> None:
    assert votes_2023(entry("Ann2, Ann1,Ann2", "-1,1,0")) == [("Ann2", "-1"), ("Ann1", "1"), ("Ann2", "0")]


def test_explanations_follow_the_list_of_annotators() -> None:
    labels = {"Ann1": "x", "Ann2": "y,z"}
    assert votes_2025(entry("Ann2,Ann1,Ann2", labels, "p", "q", "r"), explained=True) == [
        ("Ann2", "y", "p"),
        ("Ann1", "x", "q"),
        ("Ann2", "z", "r"),
    ]


@given(
    st.dictionaries(st.sampled_from(["Ann1", "Ann2", "Ann3"]), st.lists(st.sampled_from("xyz"), min_size=1, max_size=3))
)
def test_no_label_and_no_explanation_is_lost(answers: dict[str, list[str]]) -> None:
    rows = [(name, label) for name, labels in answers.items() for label in labels]
    if not rows:
        return
    reasons = [f"reason {n}" for n in range(len(rows))]
    listed = entry(",".join(name for name, _ in rows), {n: ",".join(v) for n, v in answers.items()}, *reasons)
    assert votes_2025(listed, explained=True) == [(*row, reason) for row, reason in zip(rows, reasons, strict=True)]


def test_an_annotator_without_labels_is_refused() -> None:
    with pytest.raises(ReadError, match="annotator 'Ann3' is listed more often than there are labels by them"):
        votes_2025(entry("Ann3", {"Ann1": "x"}), explained=False)


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ({"Ann1": 3}, r"meta\.json, top level: the field 'Ann1' is '3', not an object"),
        ({"Ann1": {"Age": [3]}}, r"meta\.json, top level, 'Ann1': 'Age' is '\[3\]', not a plain value"),
    ],
)
def test_metadata_that_do_not_fit_are_errors(people: object, message: str, tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps(people))
    with pytest.raises(ReadError, match=message):
        read_annotators(tmp_path / "meta.json")


def test_metadata_are_texts_or_unknown(tmp_path: Path) -> None:
    told = {
        "Age": 19.0,
        "Score ": 1.5,
        "Home town": "DATA_EXPIRED",
        "x": None,
        "y": float("nan"),
        "z": "Prefer not to say",
    }
    (tmp_path / "meta.json").write_text(json.dumps({"7": told}))
    assert read_annotators(tmp_path / "meta.json", prefix="Ann") == {
        "Ann7": {"age": "19", "score": "1.5", "home_town": None, "x": None, "y": None, "z": "Prefer not to say"}
    }
