from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reporting.parsed import Parsed, leaks
from variorum.errors import MissingExtraError
from variorum.reporting import agreement_report, write_agreement_report

Make = Callable[..., tuple]


@pytest.mark.parametrize("kind", ["nominal", "ordinal", "multilabel", "numeric"])
def test_nothing_is_loaded_and_hostile_texts_stay_texts(
    make_agreement: Make, hostile: tuple[str, ...], kind: str
) -> None:
    page = agreement_report(*make_agreement(kind))
    parsed = Parsed(page)
    assert leaks(page) == []
    assert parsed.count("img") == parsed.count("i") == 0
    assert hostile[0] in parsed.text
    assert hostile[2] in parsed.text


def test_sections_are_those_that_the_data_allow(make_agreement: Make) -> None:
    every = ["measures", "items", "labels", "annotators", "pairs", "groups", "setup"]
    assert Parsed(agreement_report(*make_agreement())).sections() == every
    numbers = Parsed(agreement_report(*make_agreement("numeric", groups=False)))
    assert numbers.sections() == [name for name in every if name not in ("labels", "groups")]
    unknown = Parsed(agreement_report(*make_agreement(known=False)))
    assert unknown.sections() == ["measures", "items", "labels", "setup"]
    assert "Nobody knows who gave which vote" in unknown.text
    assert [link for link in unknown.links() if link.startswith("#")] == [f"#{name}" for name in unknown.sections()]


def test_numbers_on_the_page_are_those_of_the_summary(make_agreement: Make) -> None:
    summary, corpus = make_agreement()
    text = Parsed(agreement_report(summary, corpus)).text
    for each in summary.measures:
        assert f"{each.interval.value:.3f}[{each.interval.low:.3f}, {each.interval.high:.3f}]" in text
    assert f"{summary.counts.abstained} rows that abstained" in text
    assert f"{summary.counts.answers:,}" in text


def test_the_same_summary_gives_the_same_bytes(make_agreement: Make, tmp_path: Path) -> None:
    write_agreement_report(*make_agreement(), tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == agreement_report(*make_agreement()).encode()


def test_texts_of_a_sensitive_corpus_stay_closed(make_agreement: Make) -> None:
    parsed = Parsed(agreement_report(*make_agreement(sensitive=True)))
    closed = [a for t, a in parsed.tags if t == "details" and a.get("class") == "sensitive"]
    assert len(closed) == 6
    assert not [a for a in closed if "open" in a]
    assert "Sentence number" not in "".join(str(a.get("aria-label")) for _, a in parsed.tags)


def test_without_intervals_none_are_drawn(make_agreement: Make) -> None:
    page = agreement_report(*make_agreement(n_draws=0))
    assert "No interval was asked for." in page
    assert "nan" not in Parsed(page).text.lower().replace("annotator", "").split()


def test_without_the_extra_it_says_what_to_install(make_agreement: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[report\]'"):
        agreement_report(*make_agreement())
