"""The page in a real browser: marks counted against the data, hostile texts, requests, width, contrast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporting.browsing import SHEET, Visit, faults, faults_in_print, marks, point_at
from variorum.campaign import CampaignResult
from variorum.reporting import write_report
from variorum.reporting.campaign.spending import annotator_table, round_table

Make = Callable[..., CampaignResult]

_VIEWS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]
_TRAITS: dict[str, dict[str, Any]] = {
    "three": {},
    "two": {"labels": ("not so", "so it is"), "per_item": 6, "sensitive": True},
    "five": {"labels": ("1", "2", "3", "4", "a rather long fifth label indeed"), "ordinal": True, "seeds": 1,
             "text": False, "reasons": False},
    "pictures": {"seeds": 1, "reasons": False, "text": False, "image": "", "n_items": 30},
    "unknown": {"known": False, "reasons": False, "arms": False},
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, make_result: Make) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    pillow.new("RGB", (32, 24), "green").save(folder / "green.png")
    for name, traits in _TRAITS.items():
        if "image" in traits:
            traits = {**traits, "image": str(folder / "green.png")}
        write_report(make_result(**traits), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("three", *view) for view in _VIEWS]
    + [(name, *view) for name in ("two", "five", "unknown") for view in _VIEWS[::3]],
)
def test_it_is_quiet_fits_and_can_be_read(visit: Visit, name: str, width: int, scheme: str) -> None:
    assert faults(visit(name, width, scheme), width) == []


def test_hostile_texts_are_read_not_run(visit: Visit, hostile: tuple[str, ...]) -> None:
    page = visit("three", 1280, "light").page
    text = page.evaluate("document.body.textContent")
    for each in (hostile[0], hostile[1], hostile[2], hostile[4]):
        assert each in text
    assert (
        page.locator("img, script:not(body > script:last-of-type), svg [onload], [onerror], [onmouseover]").count() == 0
    )
    assert page.locator("style, title").count() == 2
    label = page.locator("[data-figure=annotators] g.annotators_marks > *").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-label'))"
    )
    assert any(hostile[1] in each for each in label)


def test_marks_of_three_classes(visit: Visit, make_result: Make) -> None:
    page, result = visit("three", 1280, "light").page, make_result(**_TRAITS["three"])
    rounds, n_arms = 10, 2
    # Four metrics have finite scores; each is drawn for wide and for narrow pages.
    assert marks(page, "learning", "points", hidden=True) == 4 * 2 * rounds * n_arms
    assert (
        marks(page, "learning", "line", hidden=True) == marks(page, "learning", "band", hidden=True) == 4 * 2 * n_arms
    )
    assert marks(page, "learning", "reference", hidden=True) == 2 * sum(len(lines) for lines in result.lines.values())
    assert marks(page, "ternary-people", "items") == len(np.unique(result.human.round(6), axis=0))
    assert marks(page, "ternary-model", "items") == len(np.unique(result.outcomes[0].predicted.round(6), axis=0))
    assert marks(page, "entropy", "items") == len(result.test)
    assert marks(page, "means", "people") == marks(page, "means", "model") == 3
    table = annotator_table(result.outcomes[0].bought, result.corpus)
    assert marks(page, "annotators", "annotators") == np.count_nonzero(~np.isnan(table.agreement)) == 17
    # The eighteenth is an LLM, and agreement is measured among people.
    assert [result.corpus.annotators.kind[who] for who in table.code[np.isnan(table.agreement)]] == ["llm"]
    money = round_table(result.outcomes[0].bought, result.validation)
    assert marks(page, "spent", "bars") == sum(
        np.count_nonzero(part) for part in (money.training, money.validation, money.llm)
    )
    parts = (money.answered, money.abstained, money.unsure)
    assert marks(page, "status", "bars") == sum(np.count_nonzero(part) for part in parts)
    assert marks(page, "coverage", "points") == rounds * n_arms
    assert page.locator("article.card").count() == 12


def test_marks_of_two_classes(visit: Visit, make_result: Make) -> None:
    page, result = visit("two", 390, "light").page, make_result(**_TRAITS["two"])
    assert marks(page, "scatter", "items") == len(result.test)
    assert marks(page, "scatter", "levels") == len(np.unique(result.human[:, 1].round(6)))
    assert marks(page, "histogram", "people") == marks(page, "histogram", "model") == 10
    assert page.locator("details.sensitive").count() == 12
    assert page.locator("details.sensitive[open]").count() == 0
    assert page.locator(".reading:visible, .apparatus:visible").count() == 0
    page.locator("details.sensitive > summary").first.click()
    assert page.locator(".reading:visible").count() == 1


def test_marks_of_five_classes(visit: Visit, make_result: Make) -> None:
    page, result = visit("five", 1280, "dark").page, make_result(**_TRAITS["five"])
    assert marks(page, "multiples", "items") == 5 * len(result.test)
    assert page.locator("[data-figure=multiples] svg").count() == 5
    assert page.locator("article .payload").count() == 12


def test_pictures_show_without_a_request(visit: Visit) -> None:
    seen = visit("pictures", 390, "light")
    sizes = seen.page.locator("article img").evaluate_all(
        "all => all.map(e => [e.naturalWidth, e.naturalHeight, e.width])"
    )
    assert sizes == [[32, 24, 128]] * 12
    assert [url for url in seen.requests if not url.startswith("data:")] == [seen.url]
    assert seen.messages == []


def test_marks_without_annotators_or_a_second_arm(visit: Visit) -> None:
    page = visit("unknown", 1280, "light").page
    assert marks(page, "learning", "line", hidden=True) == 4 * 2
    assert page.locator("[data-figure=annotators]").count() == 0
    assert page.locator("#annotators tbody tr").count() == 1


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_one_score_is_shown_and_can_be_changed(visit: Visit, width: int, shown: str) -> None:
    page = visit("three", width, "light").page
    assert page.locator(".panel:visible").evaluate_all("all => all.map(e => e.dataset.metric)") == ["js"]
    page.get_by_text("Total variation", exact=True).first.click()
    assert page.locator(".panel:visible").evaluate_all("all => all.map(e => e.dataset.metric)") == ["tvd"]
    drawings = page.locator(".panel:visible svg.drawing:visible")
    assert drawings.evaluate_all("all => all.map(e => e.classList[1])") == [shown]


def test_scores_change_by_keyboard(visit: Visit) -> None:
    page = visit("three", 1280, "light").page
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "score-0":
            break
    # The focus shows on the label, since the button itself is not to be seen.
    outline = "getComputedStyle(document.querySelector('label[for=score-{}]')).outlineStyle"
    assert page.evaluate(outline.format(0)) == "solid"
    page.keyboard.press("ArrowRight")
    assert page.locator(".panel:visible").evaluate_all("all => all.map(e => e.dataset.metric)") == ["kl"]
    assert page.evaluate(outline.format(1)) == "solid"


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    assert faults_in_print(visit("three", SHEET, "light")) == []


def test_the_pointer_finds_an_item_in_every_figure(visit: Visit) -> None:
    page = visit("three", 1280, "light").page
    mark = page.locator("[data-figure=entropy] g.items_marks > *").first
    name = mark.get_attribute("aria-label").split("\n")[0]
    point_at(page, mark)
    assert page.locator("#tip b").text_content() in page.locator(".hot").first.get_attribute("aria-label")
    figures = page.locator(".hot").evaluate_all("all => all.map(e => e.closest('figure').dataset.figure)")
    assert {"entropy", "ternary-model"} <= set(figures)
    assert name
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()
