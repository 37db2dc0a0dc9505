from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from reporting.decomposition.conftest import Make
from reporting.parsed import Parsed, leaks
from variorum.errors import MissingExtraError
from variorum.reporting import decomposition_report, write_decomposition_report
from variorum.reporting.decomposition.rankings import suspect_labels


@pytest.mark.parametrize("kind", ["nominal", "ordinal"])
def test_nothing_is_loaded_and_hostile_texts_stay_texts(
    make_decomposition: Make, hostile: tuple[str, ...], kind: str
) -> None:
    page = decomposition_report(make_decomposition(kind))
    parsed = Parsed(page)
    assert leaks(page) == []
    assert parsed.count("img") == parsed.count("i") == 0
    # An annotator's name, a group's, and the corpus's own note.
    assert hostile[0] in parsed.text
    assert hostile[2] in parsed.text


def test_sections_are_those_that_the_data_allow(make_decomposition: Make) -> None:
    every = ["disagreement", "annotators", "suspects", "contested", "groups", "meaning", "setup"]
    assert Parsed(decomposition_report(make_decomposition())).sections() == every
    alone = Parsed(decomposition_report(make_decomposition(groups=None)))
    assert alone.sections() == [name for name in every if name != "groups"]
    unknown = Parsed(decomposition_report(make_decomposition(known=False)))
    assert unknown.sections() == ["disagreement", "suspects", "contested", "meaning", "setup"]
    assert "A share of errors is assumed, not found" in unknown.text
    assert [link for link in unknown.links() if link.startswith("#")] == [f"#{name}" for name in unknown.sections()]


def test_every_vote_of_a_card_stands_with_its_probability_of_error(make_decomposition: Make) -> None:
    found = make_decomposition(groups=None)
    text = Parsed(decomposition_report(found)).text
    votes, error = found.corpus.annotations, found.decomposition.error
    first = int(suspect_labels(votes, found.decomposition).ranked()[0])
    rows = [row for row in np.flatnonzero(votes.item == first) if votes.status[row] == 0]
    assert len(rows) > 3
    for row in rows:
        name = found.corpus.annotators.ids[votes.annotator[row]].removeprefix("made-up:")
        share = "< 1 %" if error[row] < 0.01 else "> 99 %" if error[row] > 0.99 else f"{100 * error[row]:.0f} %"
        assert f"{name} ({share})" in text


def test_numbers_on_the_page_are_those_of_the_decomposition(make_decomposition: Make) -> None:
    found = make_decomposition()
    text = Parsed(decomposition_report(found)).text
    items = found.decomposition.items
    assert f"mean entropy of the votes{np.nanmean(items.observed_entropy):.3f}" in text
    assert f"with errors taken out{np.nanmean(items.cleaned_entropy):.3f}" in text
    assert f"weight of one truth{found.decomposition.one_truth_weight:.2f}" in text
    assert found.decomposition.population in text


def test_judgments_of_a_validity_round_stand_beside_the_reason(make_decomposition: Make) -> None:
    found = make_decomposition(groups=None, validity=True)
    assert found.validity is not None
    text = Parsed(decomposition_report(found)).text
    assert re.search(r"%, stood by, \d of \d others find it sensible\)", text)
    assert re.search(r"%, taken back", text)
    assert "in the validity round" in text
    without = Parsed(decomposition_report(make_decomposition(groups=None))).text
    assert "validity round" not in without
    assert "find it sensible" not in without


def test_the_same_findings_give_the_same_bytes(make_decomposition: Make, tmp_path: Path) -> None:
    write_decomposition_report(make_decomposition(), tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == decomposition_report(make_decomposition()).encode()


def test_texts_of_a_sensitive_corpus_stay_closed(make_decomposition: Make) -> None:
    parsed = Parsed(decomposition_report(make_decomposition(sensitive=True)))
    closed = [a for t, a in parsed.tags if t == "details" and a.get("class") == "sensitive"]
    # Eight suspect labels, eight contested items, six that groups differ on.
    assert len(closed) == 22
    assert not [a for a in closed if "open" in a]
    assert "Sentence number" not in "".join(str(a.get("aria-label")) for _, a in parsed.tags)


@pytest.mark.parametrize("traits", [{}, {"known": False}, {"texts": False, "groups": None}])
def test_undefined_numbers_are_not_written_as_nan(make_decomposition: Make, traits: dict[str, bool]) -> None:
    page = decomposition_report(make_decomposition(**traits))
    words = re.split(r"[^\w]+", Parsed(page).text.lower())
    assert "nan" not in words
    assert "undefined" not in words


def test_without_the_extra_it_says_what_to_install(make_decomposition: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[report\]'"):
        decomposition_report(make_decomposition())
