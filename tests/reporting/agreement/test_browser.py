"""The page in a real browser: quiet, within its width, readable in both schemes, marks counted against the data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporting.contrast import CONTRASTS
from variorum.reporting import write_agreement_report

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Make = Callable[..., tuple]
Visit = Callable[[str, int, str], tuple[Any, list[str]]]

_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
_TRAITS: dict[str, dict[str, Any]] = {
    "nominal": {"kind": "nominal"},
    "ordinal": {"kind": "ordinal", "n_annotators": 40, "groups": False, "sensitive": True},
    "multilabel": {"kind": "multilabel", "n_annotators": 3},
    "numeric": {"kind": "numeric"},
    "unknown": {"known": False},
    "alike": {"spread": 0.0, "n_items": 2, "n_annotators": 2},
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
def files(tmp_path_factory: pytest.TempPathFactory, make_agreement: Make) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, traits in _TRAITS.items():
        write_agreement_report(*make_agreement(**traits), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Visit]:
    contexts = []

    def go(name: str, width: int, scheme: str) -> tuple[Any, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page, said = context.new_page(), []
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
def test_marks_of_a_nominal_corpus(visit: Visit, make_agreement: Make, width: int) -> None:
    page, _ = visit("nominal", width, "light")
    summary, corpus = make_agreement(**_TRAITS["nominal"])
    assert _marks(page, "measures", "estimates") == _marks(page, "measures", "intervals") == 4
    assert _marks(page, "items", "bars") == 10
    assert _marks(page, "labels", "estimates") == 3
    assert _marks(page, "annotators", "dots") == 8
    assert _marks(page, "pairs", "cells") == 2 * np.count_nonzero(~np.isnan(summary.pairs.kappa)) == 56
    assert _marks(page, "groups", "estimates") == 4
    assert page.locator("article.card").count() == 6
    assert page.locator("#groups tbody").first.locator("tr").count() == 2
    assert page.locator("#annotators tbody tr").count() == len(corpus.annotators)


def test_many_annotators_are_dots_and_their_ends_a_table(visit: Visit, make_agreement: Make) -> None:
    page, _ = visit("ordinal", 1280, "dark")
    summary, _ = make_agreement(**_TRAITS["ordinal"])
    ranked = summary.pairs.ranked(min_items=summary.min_items)
    assert _marks(page, "pairs", "dots") == min(600, ranked.size)
    assert page.locator("#pairs tbody tr").count() == 12
    assert page.locator("#annotators .frame tbody tr:visible").count() == 12
    assert page.locator("details.sensitive[open]").count() == 0


def test_the_pointer_shows_the_numbers(visit: Visit) -> None:
    page, _ = visit("nominal", 1280, "light")
    mark = page.locator("[data-figure=pairs] svg:visible g.cells_marks > *").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
    assert page.locator("#tip").is_visible()
    assert "shared item" in page.locator("#tip").text_content()


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    page, _ = visit("nominal", 718, "light")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.locator("svg.narrow:visible, nav:visible").count() == 0
