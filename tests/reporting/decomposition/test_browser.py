"""The page in a real browser: quiet, within its width, readable in both schemes, marks counted against the data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reporting.contrast import CONTRASTS
from reporting.decomposition.conftest import Make
from variorum.reporting import write_decomposition_report

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Visit = Callable[[str, int, str], tuple[Any, list[str]]]

_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
_TRAITS: dict[str, dict[str, Any]] = {
    "camps": {},
    "ordinal": {"kind": "ordinal", "n_annotators": 40, "groups": None, "sensitive": True},
    "validity": {"groups": None, "validity": True},
    "unknown": {"known": False, "texts": False},
    "few": {"n_items": 3, "n_annotators": 3, "clicker": False},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on the path, and CHROMIUM is not set")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=list(_SWITCHES))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, make_decomposition: Make) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, traits in _TRAITS.items():
        write_decomposition_report(make_decomposition(**traits), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Visit]:
    contexts = []

    def go(name: str, width: int, scheme: str) -> tuple[Any, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url))
        page.goto(files[name].as_uri())
        return page, [each for each in said if each != files[name].as_uri()]

    yield go
    for context in contexts:
        context.close()


def _marks(page: Any, figure: str, group: str) -> int:
    return int(page.locator(f'[data-figure="{figure}"] svg:visible g.{group}_marks > *').count())


@pytest.mark.parametrize("name", _TRAITS)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_is_quiet_fits_and_can_be_read(visit: Visit, name: str, width: int, scheme: str) -> None:
    page, said = visit(name, width, scheme)
    for summary in page.locator("summary:visible").all():
        summary.evaluate("e => { e.parentElement.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.hacked") is None
    contrast, text = page.evaluate(CONTRASTS)[0]
    assert contrast >= 4.5, text
    outside = page.evaluate(
        "w => [...document.querySelectorAll('svg.drawing')].filter(e => e.getClientRects().length)"
        ".flatMap(e => [...e.querySelectorAll('text')]).map(e => [e.getBoundingClientRect(), e.textContent])"
        ".filter(([r]) => r.left < 0 || r.right > w).map(([, t]) => t)", width,
    )  # fmt: skip
    assert outside == []
    assert said == []


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_are_items_and_annotators(visit: Visit, width: int) -> None:
    page, _ = visit("camps", width, "light")
    assert _marks(page, "disagreement", "items") == 60
    assert _marks(page, "annotators", "dots") == 7
    assert _marks(page, "annotators", "flagged") == 1
    assert _marks(page, "annotators", "intervals") == 8
    assert page.locator("#annotators tbody tr").count() == 8
    assert page.locator("article.card").count() == 22
    # What both camps read stands in every card.
    assert page.locator("article.card table.readings").count() == 22
    assert page.locator("#suspects table.readings").first.locator("thead th").count() == 3


def test_many_annotators_have_their_ends_in_tables(visit: Visit) -> None:
    page, _ = visit("ordinal", 1280, "dark")
    assert _marks(page, "annotators", "dots") + _marks(page, "annotators", "flagged") == 40
    assert page.locator("#annotators .frame tbody tr:visible").count() == 12
    assert page.locator("details.sensitive[open]").count() == 0


def test_a_dot_and_its_card_find_each_other(visit: Visit) -> None:
    page, _ = visit("camps", 1280, "light")
    card = page.locator("#suspects article.card").first
    card.scroll_into_view_if_needed()
    card.hover(position={"x": 20, "y": 12})
    hot = page.locator("[data-figure=disagreement] .hot")
    assert hot.count() == 1
    name = str(card.get_attribute("data-item")).split("\n")[0]
    assert str(hot.get_attribute("aria-label")).startswith(name)


def test_the_pointer_shows_the_numbers(visit: Visit) -> None:
    page, _ = visit("camps", 1280, "light")
    mark = page.locator("[data-figure=annotators] svg:visible g.flagged_marks > *").first
    mark.scroll_into_view_if_needed()
    mark.hover()
    assert page.locator("#tip").is_visible()
    assert "answers whatever the item" in page.locator("#tip").text_content()


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    page, _ = visit("camps", 718, "light")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.locator("svg.narrow:visible, nav:visible").count() == 0
