"""The page in a real browser: quiet, within its width, readable in both schemes, marks counted against the findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporting.browsing import SHEET, Visit, faults, faults_in_print, marks, point_at
from variorum.reporting import write_study_report
from variorum.reporting.study import Findings

_TRAITS: dict[str, dict[str, Any]] = {"three": {}, "eight": {"n_methods": 8}, "ten": {"n_methods": 10, "n_points": 900}}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, make_findings: Callable[..., Findings]) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, traits in _TRAITS.items():
        findings = make_findings(**traits)
        write_study_report(name, "What do votes buy?", findings, folder / f"{name}.html", [("preset", "quick")])
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("three", 390, "dark"), ("three", 1280, "light"), ("eight", 390, "light"), ("eight", 1280, "dark"),
        ("ten", 390, "dark"), ("ten", 1280, "light"),
    ],
)  # fmt: skip
def test_it_is_quiet_fits_and_can_be_read(visit: Visit, name: str, width: int, scheme: str) -> None:
    assert faults(visit(name, width, scheme), width) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_are_those_of_the_findings(visit: Visit, width: int) -> None:
    page = visit("three", width, "light").page
    # Three methods at four votes; three rows of two series; forty items of two kinds, and two bins that are defined.
    assert marks(page, "part-1", "points") == marks(page, "part-1", "intervals") == 12
    assert marks(page, "part-1", "line") == 3
    assert marks(page, "part-1", "labels") == (3 if width > 400 else 0)
    assert marks(page, "part-3", "estimates") == marks(page, "part-3", "intervals") == 6
    assert marks(page, "part-4", "dots") == 80
    assert marks(page, "part-4", "knots") == marks(page, "part-4", "spans") == 2
    assert page.locator("table").count() == 1


def test_many_methods_have_a_key_and_no_labels(visit: Visit) -> None:
    page = visit("ten", 1280, "light").page
    assert marks(page, "part-1", "labels") == 0
    assert page.locator("[data-figure=part-1] .key li").count() == 10


def test_the_pointer_shows_the_numbers(visit: Visit) -> None:
    page = visit("three", 1280, "light").page
    point_at(page, page.locator("[data-figure=part-3] svg:visible g.estimates_marks > *").nth(2))
    assert "BERT 0.000" in page.locator("#tip").text_content()


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    assert faults_in_print(visit("eight", SHEET, "light")) == []
