"""The page in a real browser: quiet, within its width, readable in both schemes, marks counted against the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporting.browsing import SHEET, Visit, faults, faults_in_print, marks, point_at
from reporting.decomposition.conftest import Make
from variorum.reporting import write_decomposition_report

_TRAITS: dict[str, dict[str, Any]] = {
    "camps": {},
    "ordinal": {"kind": "ordinal", "n_annotators": 40, "groups": None, "sensitive": True},
    "validity": {"groups": None, "validity": True},
    "unknown": {"known": False, "texts": False},
    "few": {"n_items": 3, "n_annotators": 3, "clicker": False},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, make_decomposition: Make) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, traits in _TRAITS.items():
        write_decomposition_report(make_decomposition(**traits), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.mark.parametrize("name", _TRAITS)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_is_quiet_fits_and_can_be_read(visit: Visit, name: str, width: int, scheme: str) -> None:
    assert faults(visit(name, width, scheme), width) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_are_items_and_annotators(visit: Visit, width: int) -> None:
    page = visit("camps", width, "light").page
    assert marks(page, "disagreement", "items") == 60
    assert marks(page, "annotators", "dots") == 7
    assert marks(page, "annotators", "flagged") == 1
    assert marks(page, "annotators", "intervals") == 8
    assert page.locator("#annotators tbody tr").count() == 8
    assert page.locator("article.card").count() == 22
    # What both camps read stands in every card.
    assert page.locator("article.card table.readings").count() == 22
    assert page.locator("#suspects table.readings").first.locator("thead th").count() == 3


def test_many_annotators_have_their_ends_in_tables(visit: Visit) -> None:
    page = visit("ordinal", 1280, "dark").page
    assert marks(page, "annotators", "dots") + marks(page, "annotators", "flagged") == 40
    assert page.locator("#annotators .frame tbody tr:visible").count() == 12
    assert page.locator("details.sensitive[open]").count() == 0


def test_a_dot_and_its_card_find_each_other(visit: Visit) -> None:
    page = visit("camps", 1280, "light").page
    card = page.locator("#suspects article.card").first
    card.scroll_into_view_if_needed()
    card.hover(position={"x": 20, "y": 12})
    hot = page.locator("[data-figure=disagreement] .hot")
    assert hot.count() == 1
    name = str(card.get_attribute("data-item")).split("\n")[0]
    assert str(hot.get_attribute("aria-label")).startswith(name)


def test_the_pointer_shows_the_numbers(visit: Visit) -> None:
    page = visit("camps", 1280, "light").page
    mark = page.locator("[data-figure=annotators] svg:visible g.flagged_marks > *").first
    point_at(page, mark)
    assert "answers whatever the item" in page.locator("#tip").text_content()


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    assert faults_in_print(visit("camps", SHEET, "light")) == []
