"""Every way in which a row can come back."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.live.people import LABELS
from variorum.annotations import ABSTAINED, ANSWERED, UNSURE
from variorum.campaign.live.incoming import Asked, Row, Rules, sort_rows

OPEN = Asked("a/0/1/train/0", "r001-001", 1, "p1", "posts:ann")
OTHER = Asked("a/0/1/train/1", "r001-002", 1, "p2", "posts:ben")
OVER = Asked("a/0/0/train/0", "r000-001", 0, "p3", "posts:ann", frozenset({("toxic", "rude")}))
WITHDRAWN = Asked("a/0/0/train/1", "r000-002", 0, "p4", "posts:ann", frozenset())
ASKED = [OVER, WITHDRAWN, OPEN, OTHER]
RULES = Rules(
    LABELS,
    {f"p{i}": i for i in range(6)},
    {"ann": "posts:ann", "ben": "posts:ben", "posts:ann": "posts:ann", "posts:ben": "posts:ben"},
)


def _row(line: int = 2, file: str = "sheets/round-001/ann.csv", **cells: str) -> Row:
    return Row(file, f"line {line}", {name: cell for name, cell in cells.items() if cell})


def _whole(label: str = "fine", **changes: str) -> Row:
    return _row(**{"request": "r001-001", "annotator": "ann", "item": "p1", "label": label, **changes})


@pytest.mark.parametrize(
    "row",
    [
        _whole(),
        _whole("FINE"),
        _whole(item="", annotator=""),
        _whole(request=""),
        _whole(request="", annotator="posts:ann"),
        _whole(status="answered"),
    ],
    ids=["as sent", "upper case", "request alone", "item and annotator alone", "whole name", "status"],
)
def test_a_request_is_known_by_its_id_or_by_item_and_annotator(row: Row) -> None:
    answers, aside = sort_rows([row], ASKED, RULES)
    assert aside == ()
    assert [(given.label, given.status) for given in answers[OPEN.request]] == [(0, ANSWERED)]


@pytest.mark.parametrize(
    ("row", "kind", "why"),
    [
        (_whole("toxc"), "mistaken", "label 'toxc' is not one of fine, toxic. Did you mean 'toxic'?"),
        (_whole("12"), "mistaken", "label '12' is not one of fine, toxic. Correct it."),
        (_whole("", explanation="hm"), "mistaken", "the row has no label"),
        (_whole(status="perhaps"), "mistaken", "status 'perhaps' is not one of answered, abstained, unsure"),
        (_whole(status="unsure"), "mistaken", "label 'fine' stands beside the status 'unsure'"),
        (_whole(seconds="-3"), "mistaken", "seconds '-3' is not a number of 0 or more"),
        (_whole(seconds="a while"), "mistaken", "seconds 'a while' is not a number of 0 or more"),
        (_whole(item="p2"), "edited", "item 'p2' was 'p1' when r001-001 was asked"),
        (_whole(annotator="ben"), "edited", "annotator 'ben' is not whom r001-001 was sent to"),
        (_whole(annotator="zoe"), "edited", "annotator 'zoe' is not whom r001-001 was sent to"),
        (_whole(request="r009-001"), "foreign", "request 'r009-001' was never made"),
        (_whole(request="", item=""), "foreign", "the row names no request"),
        (_whole(request="", item="pp1"), "foreign", "item 'pp1' is none of this campaign. Did you mean 'p1'?"),
        (_whole(request="", annotator="anna"), "foreign", "annotator 'anna' is none of this campaign."),
        (_whole(request="", item="p5"), "foreign", "'ann' was not asked about item 'p5'"),
        (_row(request="r000-002", label="fine"), "late", "r000-002 was withdrawn when round 0 was closed"),
        (_row(request="r000-002", label="toxc"), "late", "r000-002 was withdrawn when round 0 was closed"),
        (_row(request="r000-001", label="fine"), "changed", "r000-001 has another answer on record since round 0"),
        (_row(request="r000-001", label="toxic"), "changed", "another answer on record"),
    ],
)
def test_what_answers_no_request_is_kept_aside_and_the_request_stays_open(row: Row, kind: str, why: str) -> None:
    answers, aside = sort_rows([row], ASKED, RULES)
    assert answers == {}
    assert [each.kind for each in aside] == [kind]
    assert why in str(aside[0])
    assert str(aside[0]).startswith("sheets/round-001/ann.csv, line 2: ")
    assert aside[0].row is row


def test_a_row_that_is_on_record_already_is_no_news() -> None:
    same = _row(request="r000-001", label="Toxic", explanation="rude")
    assert sort_rows([same, same], ASKED, RULES) == ({}, ())


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"label": "unsure"}, UNSURE),
        ({"label": "Abstained"}, ABSTAINED),
        ({"label": "", "status": "unsure"}, UNSURE),
        ({"label": "", "status": "ABSTAINED"}, ABSTAINED),
    ],
)
def test_refusals_are_answers(cells: dict[str, str], status: int) -> None:
    answers, aside = sort_rows([_whole(**cells)], ASKED, RULES)
    assert aside == ()
    assert [(given.label, given.status) for given in answers[OPEN.request]] == [(-1, status)]


def test_a_label_that_is_called_like_a_refusal_is_a_label() -> None:
    rules = Rules(("sure", "unsure"), RULES.items, RULES.annotators)
    answers, _ = sort_rows([_whole("unsure")], ASKED, rules)
    assert [(given.label, given.status) for given in answers[OPEN.request]] == [(1, ANSWERED)]


def test_labels_that_differ_in_case_alone_are_told_apart() -> None:
    rules = Rules(("a", "A"), RULES.items, RULES.annotators)
    assert sort_rows([_whole("A")], ASKED, rules)[0][OPEN.request][0].label == 1
    rules = Rules(("ab", "AB"), RULES.items, RULES.annotators)
    assert [each.kind for each in sort_rows([_whole("Ab")], ASKED, rules)[1]] == ["mistaken"]


def test_a_repeated_row_counts_once_and_another_label_of_the_same_file_is_another_answer() -> None:
    rows = [_whole(explanation="mild"), _whole(), _whole("toxic"), _whole("", status="unsure")]
    rows = [Row(row.file, f"line {n}", row.cells) for n, row in enumerate(rows, 2)]
    answers, aside = sort_rows(rows, ASKED, RULES)
    given = answers[OPEN.request]
    assert [(g.label, g.status, g.explanation) for g in given] == [
        (0, ANSWERED, "mild"), (1, ANSWERED, None), (-1, UNSURE, None),
    ]  # fmt: skip
    assert all(np.isnan(g.seconds) for g in given)
    assert [str(each) for each in aside] == [
        "sheets/round-001/ann.csv, line 3: the same answer stands in an earlier row."
    ]


def test_files_that_contradict_each_other_leave_that_request_open_alone() -> None:
    mine, copy = "sheets/round-001/ann.csv", "answers/ann.csv"
    other = _row(request="r001-002", label="toxic")
    rows = [_whole(), other, Row(copy, "line 2", _whole("toxic").cells), Row(copy, "line 3", other.cells)]
    answers, aside = sort_rows(rows, ASKED, RULES)
    assert list(answers) == [OTHER.request]
    assert sorted((each.kind, each.row.file) for each in aside) == [
        ("contradictory", copy), ("contradictory", mine), ("repeated", copy),
    ]  # fmt: skip
    # A blank is no other answer: it never comes this far.
    assert sort_rows(rows[:2], ASKED, RULES)[0].keys() == {OPEN.request, OTHER.request}


def test_the_time_that_an_answer_took_is_kept() -> None:
    answers, _ = sort_rows([_whole(seconds="3.5")], ASKED, RULES)
    assert answers[OPEN.request][0].seconds == 3.5
