from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from corpora.real_files import DATA, published
from variorum.annotations import Annotations, ValidityJudgments
from variorum.corpora.varierr import read
from variorum.features import TfidfFeatures
from variorum.studies.errors.varierr_evidence import VariErr
from variorum.studies.errors.varierr_scores import Score, _left_out, _nobody_named, all_scores

from .scrambled import scrambled
from .small_varierr import LABELS, PLACE, entries, small_study, write

Rows = dict[tuple[str, str], NDArray[np.float64]]

# What a row says that it sees, if it is blind for texts, reasons and the crowd.
BLIND = {"votes", "judgments", "judgments, votes", "judgments, authors", "votes, judgments, authors"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same evidence, and less care about it: fewer precisions, folds and shuffles."""
    model = importlib.import_module("variorum.decomposition.validity_model")
    monkeypatch.setattr(model, "_PRECISIONS", (3.0, 30.0))
    monkeypatch.setattr(model, "_FOLDS", 2)
    monkeypatch.setattr(importlib.import_module("variorum.studies.errors.varierr_scores"), "_SHUFFLES", 1)


def study_of(root: Path, lines: list[dict[str, Any]], released: Path | None = None) -> VariErr:
    """Written to a file of its own, and read by the real reader."""
    path = write(root, lines)
    if released is not None and released.is_dir():
        (path.parent / "predictions").symlink_to(released)
    return VariErr.of(replace(read(root), path=root), TfidfFeatures(8), np.random.default_rng(0))


def cheap(study: VariErr) -> Iterator[Score]:
    """All rows before the first that reads reasons; those after it take a minute."""
    return takewhile(lambda score: "reasons" not in score.sees, all_scores(study))


def rows_of(scores: Iterator[Score]) -> Rows:
    return {(score.name, score.sees): score.values for score in scores}


def changed(one: Rows, other: Rows) -> set[tuple[str, str]]:
    assert one.keys() == other.keys()
    return {key for key in one if not np.array_equal(one[key], other[key], equal_nan=True)}


def real_lines() -> tuple[list[dict[str, Any]], Path]:
    published("varierr")
    assert DATA is not None
    with (Path(DATA) / PLACE).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file], Path(DATA) / "varierr_nli" / "predictions"


def gold_changed(one: VariErr, other: VariErr) -> bool:
    # Without it a row that looked at the gold would score the same too.
    return bool((one.gold != other.gold).mean() > 0.2)


def test_rows_of_the_published_file_see_nothing_but_the_whitelist(tmp_path: Path) -> None:
    lines, released = real_lines()
    straight = study_of(tmp_path / "a", lines, released)
    blind = study_of(tmp_path / "b", scrambled(lines, 1), released)
    assert gold_changed(straight, blind)
    found = changed(rows_of(cheap(straight)), rows_of(cheap(blind)))
    assert {sees for _, sees in found} == {"texts, other errors", "texts, other errors, votes"}


@pytest.mark.usefixtures("quick")
def test_rows_of_some_published_items_that_read_reasons_see_nothing_but_the_whitelist(tmp_path: Path) -> None:
    lines, released = real_lines()
    straight = study_of(tmp_path / "a", lines[:16], released)
    blind = study_of(tmp_path / "b", scrambled(lines[:16], 1), released)
    assert gold_changed(straight, blind)
    found = rows_of(all_scores(straight))
    assert len([name for name, _ in found if name.startswith("ours")]) == 9
    assert all("other errors" in sees for _, sees in changed(found, rows_of(all_scores(blind))))


@pytest.mark.usefixtures("quick")
def test_the_crowds_votes_are_seen_by_rows_that_say_so_and_by_no_other(tmp_path: Path) -> None:
    lines = entries(20)
    straight = rows_of(all_scores(study_of(tmp_path / "a", lines)))
    other = rows_of(all_scores(study_of(tmp_path / "b", scrambled(lines, 2, crowd=True))))
    expected = {key for key in straight if "crowd" in key[1] or "other errors" in key[1]}
    assert changed(straight, other) == expected
    # Crowd probability and archaeology, all twice; ours twice.
    assert len(expected) == 2 + 4 + 2


def test_texts_and_reasons_are_not_seen_by_rows_that_name_neither(tmp_path: Path) -> None:
    lines = entries(30)
    straight = rows_of(cheap(study_of(tmp_path / "a", lines)))
    other = rows_of(cheap(study_of(tmp_path / "b", scrambled(lines, 2, texts=True, reasons=True))))
    assert {sees for _, sees in straight} >= BLIND
    found = changed(straight, other)
    assert {sees for _, sees in found}.isdisjoint(BLIND)
    assert ("ours", "votes, texts") in found


def test_peer_judgments_are_not_seen_by_rows_that_do_not_name_them(tmp_path: Path) -> None:
    lines = entries(30)
    straight = rows_of(cheap(study_of(tmp_path / "a", lines)))
    for line in lines:
        for label in LABELS:
            for reading in line[label]:
                for judgment in reading["judgments"]:
                    judgment["makes_sense"] = not judgment["makes_sense"]
    found = changed(straight, rows_of(cheap(study_of(tmp_path / "b", lines))))
    assert found == {key for key in straight if "judgments" in key[1]}


def test_an_author_left_out_is_neither_judge_nor_judged_where_parameters_are_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = small_study()
    masks: list[NDArray[np.bool_]] = []

    def watched(_: VariErr, *, learn_from: NDArray[np.bool_]) -> NDArray[np.float64]:
        masks.append(learn_from)
        return np.full(study.annotations.n_rows, len(masks) / 10)

    monkeypatch.setattr(VariErr, "rejection", watched)
    found = _left_out(study)
    author, judge = study.annotations.annotator[study.validity.annotation], study.validity.judge
    assert len(masks) == 4
    for who, mask in enumerate(masks):
        np.testing.assert_array_equal(mask, (author != who) & (judge != who))
    # Each author's rows are from the fit that left them out.
    np.testing.assert_allclose(found, (study.annotations.annotator + 1) / 10)


def test_shuffled_names_keep_each_items_judges_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    study = small_study()
    votes, validity = study.annotations, study.validity
    own = votes.annotator[validity.annotation] == validity.judge
    seen: list[Annotations] = []

    def watched(_: VariErr, *, annotations: Annotations, validity: ValidityJudgments, known_authors: bool) -> Any:
        assert not known_authors
        np.testing.assert_array_equal(annotations.annotator[validity.annotation] == validity.judge, own)
        np.testing.assert_array_equal(validity.makes_sense, study.validity.makes_sense)
        seen.append(annotations)
        return np.full(votes.n_rows, float(len(seen)))

    monkeypatch.setattr(VariErr, "rejection", watched)
    found = _nobody_named(study)
    # The mean of 1 to 5.
    assert (found == 3).all()
    for renamed in seen:
        # Within an item people stay who they are; from item to item they do not.
        for item in range(len(votes.items)):
            rows = votes.item == item
            names = set(zip(votes.annotator[rows].tolist(), renamed.annotator[rows].tolist(), strict=True))
            assert len({a for a, _ in names}) == len({b for _, b in names}) == len(names)
        assert len(set(zip(votes.annotator.tolist(), renamed.annotator.tolist(), strict=True))) == 16
