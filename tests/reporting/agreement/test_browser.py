"""The page in a real browser: quiet, within its width, readable in both schemes, marks counted against the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporting.browsing import SHEET, Visit, faults, faults_in_print, marks, point_at
from variorum.reporting import write_agreement_report

Make = Callable[..., tuple]
_TRAITS: dict[str, dict[str, Any]] = {
    "nominal": {"kind": "nominal"},
    "ordinal": {"kind": "ordinal", "n_annotators": 40, "groups": False, "sensitive": True},
    "multilabel": {"kind": "multilabel", "n_annotators": 3},
    "numeric": {"kind": "numeric"},
    "unknown": {"known": False},
    "alike": {"spread": 0.0, "n_items": 2, "n_annotators": 2},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, make_agreement: Make) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, traits in _TRAITS.items():
        write_agreement_report(*make_agreement(**traits), folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in _TRAITS}


@pytest.mark.parametrize("name", _TRAITS)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_is_quiet_fits_and_can_be_read(visit: Visit, name: str, width: int, scheme: str) -> None:
    assert faults(visit(name, width, scheme), width) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_of_a_nominal_corpus(visit: Visit, make_agreement: Make, width: int) -> None:
    page = visit("nominal", width, "light").page
    summary, corpus = make_agreement(**_TRAITS["nominal"])
    assert marks(page, "measures", "estimates") == marks(page, "measures", "intervals") == 4
    assert marks(page, "items", "bars") == 10
    assert marks(page, "labels", "estimates") == 3
    assert marks(page, "annotators", "dots") == 8
    assert marks(page, "pairs", "cells") == 2 * np.count_nonzero(~np.isnan(summary.pairs.kappa)) == 56
    assert marks(page, "groups", "estimates") == 4
    assert page.locator("article.card").count() == 6
    assert page.locator("#groups tbody").first.locator("tr").count() == 2
    assert page.locator("#annotators tbody tr").count() == len(corpus.annotators)


def test_many_annotators_are_dots_and_their_ends_a_table(visit: Visit, make_agreement: Make) -> None:
    page = visit("ordinal", 1280, "dark").page
    summary, _ = make_agreement(**_TRAITS["ordinal"])
    ranked = summary.pairs.ranked(min_items=summary.min_items)
    assert marks(page, "pairs", "dots") == min(600, ranked.size)
    assert page.locator("#pairs tbody tr").count() == 12
    assert page.locator("#annotators .frame tbody tr:visible").count() == 12
    assert page.locator("details.sensitive[open]").count() == 0


def test_the_pointer_shows_the_numbers(visit: Visit) -> None:
    page = visit("nominal", 1280, "light").page
    mark = page.locator("[data-figure=pairs] svg:visible g.cells_marks > *").first
    # A cell's number lies on its middle.
    point_at(page, mark, {"x": 3, "y": 3})
    assert "shared item" in page.locator("#tip").text_content()


def test_a_page_prints_within_its_sheet(visit: Visit) -> None:
    assert faults_in_print(visit("nominal", SHEET, "light")) == []
