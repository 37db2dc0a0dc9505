from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from campaign.live.people import settings, write_items, write_sheet
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.campaign import Pairs
from variorum.campaign.live.opening import open_live
from variorum.errors import ArgumentError, MissingFileError, ReadError, SchemeError, UnknownNameError


def _folder(root: Path) -> Path:
    folder = root / "posts"
    folder.mkdir()
    write_items(folder, 6).rename(folder / "items.csv")
    return folder


def test_a_file_of_items_and_names(tmp_path: Path) -> None:
    corpus, askable = open_live(settings(tmp_path, scheme="ordinal", labels=["low", "mid", "high"]))
    assert corpus.name == "posts"
    assert corpus.annotators.ids == ("posts:ann", "posts:ben", "posts:cem")
    assert askable.tolist() == [0, 1, 2]
    assert corpus.scheme == LabelScheme.ordinal(["low", "mid", "high"])
    assert corpus.annotations.n_rows == 0
    assert len(corpus.items) == 24


def test_a_folder_says_who_can_be_asked_and_what_can_be_answered(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    write_sheet(folder / "annotators.csv", [
        {"annotator": "ann", "group": "old", "price_per_annotation": "0.10", "currency": "EUR"},
        {"annotator": "ben", "group": "young", "price_per_annotation": "0.20", "currency": "EUR"},
    ])  # fmt: skip
    (folder / "scheme.json").write_text(json.dumps({"kind": "ordinal", "labels": ["1", "2", "3"]}), encoding="utf-8")
    corpus, askable = open_live(settings(tmp_path, corpus=str(folder), labels=[], annotators=[]))
    assert corpus.annotators.attributes == {"group": ("old", "young")}
    assert corpus.annotators.prices is not None
    assert [price.per_annotation for price in corpus.annotators.prices] == [100_000, 200_000]
    assert askable.tolist() == [0, 1]
    assert corpus.scheme.kind == "ordinal"


def test_a_table_of_annotators_joins_those_who_answered_before(tmp_path: Path) -> None:
    write_sheet(tmp_path / "pilot.csv", [
        {"item": "a", "annotator": "dan", "label": "fine", "text": "x"},
        {"item": "b", "annotator": "ann", "label": "toxic", "text": "y"},
    ])  # fmt: skip
    write_sheet(tmp_path / "people.csv", [
        {"annotator": "ann", "group": "old", "price_per_annotation": "0.10", "currency": "EUR"},
        {"annotator": "eve", "group": "young", "price_per_annotation": "0.20", "currency": "EUR"},
    ])  # fmt: skip
    people = [str(tmp_path / "people.csv")]
    corpus, askable = open_live(settings(tmp_path, corpus=str(tmp_path / "pilot.csv"), annotators=people))
    assert corpus.annotators.ids == ("pilot:dan", "pilot:ann", "pilot:eve")
    assert corpus.annotators.attributes == {"group": (None, "old", "young")}
    assert corpus.annotators.prices is not None
    assert [price.per_annotation for price in corpus.annotators.prices][1:] == [100_000, 200_000]
    assert askable.tolist() == [1, 2]
    assert corpus.annotations.annotator.tolist() == [0, 1]


def test_what_is_missing_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match=r"posts.csv does not say which labels there are; .*--labels"):
        open_live(settings(tmp_path, labels=[]))
    with pytest.raises(ArgumentError, match=r"posts names no annotators; say whom to ask \(--annotators"):
        open_live(settings(tmp_path, annotators=[]))
    with pytest.raises(MissingFileError, match="there is no such file"):
        open_live(settings(tmp_path, corpus=str(tmp_path / "none.csv")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArgumentError, match=r"holds no items; put items.csv there"):
        open_live(settings(tmp_path, corpus=str(tmp_path / "empty")))
    write_sheet(tmp_path / "bare.csv", [{"id": "a", "text": "x"}])
    with pytest.raises(UnknownNameError, match=r"bare\.csv has no column 'item'"):
        open_live(settings(tmp_path, corpus=str(tmp_path / "bare.csv")))
    write_sheet(tmp_path / "twice.csv", [{"item": "a"}, {"item": "a"}])
    with pytest.raises(ReadError, match="ids must be unique"):
        open_live(settings(tmp_path, corpus=str(tmp_path / "twice.csv")))


def test_every_pair_is_for_sale_but_those_that_are_there() -> None:
    votes = Annotations(
        LabelScheme.nominal(["a", "b"]), Items(("x", "y")), Annotators(("c:0", "c:1", "c:2")), [0, 1, 1], [2, 0, -1],
        [0, 1, 1],
    )  # fmt: skip
    pairs = Pairs.every(2, np.array([2, 0]), votes)
    assert list(zip(pairs.item.tolist(), pairs.annotator.tolist(), strict=True)) == [(0, 0), (1, 2)]
    assert pairs.start.tolist() == [0, 1, 2]
    assert pairs.quantity.tolist() == [1, 1]
    assert pairs.find(1, 2) == 1
    assert pairs.find(0, 2) is None
    assert pairs.rows_of(0, 0).size == 0
