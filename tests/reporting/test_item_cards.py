from __future__ import annotations

import re

import numpy as np

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.reporting.item_cards import CardWriter


def corpus(*, known: bool = True, reasons: bool = True) -> Corpus:
    """One item, five votes for yes and one for no; the third has a reason."""
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]), Items(("i",), text=("A text.",)),
        Annotators(tuple(f"c:{a}" for a in "uvwxyz")) if known else Annotators(),
        np.zeros(6, np.int32), np.arange(6, dtype=np.int32) if known else np.full(6, -1, np.int32),
        np.array([1, 1, 1, 1, 1, 0], np.int32),
        explanation=(None, None, "since", None, None, None) if reasons else None,
    )  # fmt: skip
    return Corpus("c", votes)


def said(writer: CardWriter) -> str:
    card = writer.card(0, np.array([1 / 6, 5 / 6]), np.array([0.25, 0.75]), 6, ["six votes"])
    return re.sub(r"<[^>]+>", "", card)


def test_without_remarks_a_reason_stands_for_its_label() -> None:
    text = said(CardWriter(corpus()))
    assert "since w" in text
    assert "u, v" not in text
    assert "people (6 votes) · model" in text


def test_with_remarks_every_vote_is_there_those_first_that_come_first() -> None:
    first = np.array([0.1, 0.5, 0.2, 0.9, np.nan, 0.3])
    text = said(CardWriter(corpus(), model="cleaned", remark=lambda row: f"{first[row]:.1f}", first=first))
    assert "people (6 votes) · cleaned" in text
    assert "since w (0.2)" in text
    # The reason's author stands with the reason; who has no number comes last.
    assert "x (0.9), v (0.5), u (0.1), y (nan)" in text
    assert "z (0.3)" in text


def test_a_remark_may_say_nothing() -> None:
    text = said(CardWriter(corpus(reasons=False), remark=lambda row: "odd" if row == 1 else ""))
    assert "u, v (odd), w, x, y" in text


def test_unknown_annotators_are_one_entry_from_the_least_to_the_most() -> None:
    first = np.array([0.1, 0.5, 0.2, 0.9, 0.3, 0.3])
    writer = CardWriter(corpus(known=False, reasons=False), remark=lambda row: f"{first[row]:.1f}", first=first)
    assert "unknown (0.1 to 0.9)" in said(writer)
    assert "unknown (0.3)" in said(writer)
    assert "unknown" not in said(CardWriter(corpus(known=False, reasons=False)))
