from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reporting.parsed import Parsed, leaks
from variorum.errors import MissingExtraError
from variorum.reporting import study_report, write_study_report
from variorum.reporting.study import Findings, Scatter, Section, Series
from variorum.reporting.study.scatter_chart import MOST_POINTS

Make = Callable[..., Findings]


def test_nothing_is_loaded_and_hostile_texts_stay_texts(make_findings: Make, hostile: tuple[str, ...]) -> None:
    page = study_report(hostile[1], hostile[2], make_findings(), [(hostile[0], hostile[4])])
    parsed = Parsed(page)
    assert leaks(page) == []
    assert parsed.count("img") == 0
    for text in (*hostile[:3], hostile[4]):
        assert text in parsed.text


def test_question_verdict_sections_limits_and_setup_stand_in_this_order(make_findings: Make) -> None:
    findings = make_findings()
    parsed = Parsed(study_report("metrics", "Does it matter?", findings, [("preset", "quick")]))
    assert parsed.sections() == ["section-1", "section-2", "section-3", "limits", "setup"]
    assert [link for link in parsed.links() if link.startswith("#")] == [f"#{name}" for name in parsed.sections()]
    wanted = ["Does it matter?", *findings.verdict, *(s.title for s in findings.sections), "Few seeds.", "preset"]
    places = [parsed.text.index(text, parsed.text.index("Variorum")) for text in wanted]
    assert places == sorted(places)
    assert "Nothing is defined, so nothing is drawn." in parsed.text


def test_numbers_on_the_page_are_those_of_the_table(make_findings: Make) -> None:
    text = Parsed(study_report("t", "q", make_findings())).text
    assert "0.500[0.400, 0.600]" in text
    assert "−0.010[−0.030, +0.010]" in text
    assert "0.250(≥ 0.062)" in text
    assert "nan" not in text.lower()


def test_the_page_says_when_points_are_left_out() -> None:
    values = tuple(k / 5000 for k in range(5000))
    part = Scatter("t", "x", "y", (Series("s", values, values),))
    text = Parsed(study_report("t", "q", Findings(("v",), (Section("s", "", (part,)),)))).text
    assert f"{MOST_POINTS:,} of 5,000 points are drawn" in text


def test_findings_without_anything_make_a_page() -> None:
    parsed = Parsed(study_report("t", "q", Findings((), ())))
    assert parsed.sections() == []


def test_the_same_findings_give_the_same_bytes(make_findings: Make, tmp_path: Path) -> None:
    write_study_report("t", "q", make_findings(), tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == study_report("t", "q", make_findings()).encode()


def test_without_the_extra_it_says_what_to_install(make_findings: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[report\]'"):
        study_report("t", "q", make_findings())
