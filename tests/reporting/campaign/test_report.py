from __future__ import annotations

import dataclasses
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reporting.parsed import Parsed, leaks
from variorum.campaign import CampaignResult
from variorum.errors import MissingExtraError
from variorum.reporting import campaign_report, write_report
from variorum.reporting.campaign.share_section import MOST_POINTS

Make = Callable[..., CampaignResult]


@pytest.fixture(scope="module")
def page(make_result: Make) -> str:
    return campaign_report(make_result())


def test_nothing_is_loaded_and_only_own_code_is_allowed(page: str) -> None:
    assert leaks(page) == []
    assert Parsed(page).count("img") == 0


def test_hostile_texts_stand_there_as_text(page: str, hostile: tuple[str, ...]) -> None:
    text = Parsed(page).text
    for each in hostile[:3]:
        assert each in text


@pytest.mark.parametrize("image", [None, "/srv/someone/secret/<b>pictures.zip::dir\\<img src=x>.png"])
def test_hostile_names_labels_and_paths_stand_there_as_text(
    make_result: Make, hostile: tuple[str, ...], image: str | None
) -> None:
    labels = (hostile[0], hostile[1], hostile[2], hostile[4])
    result = make_result(labels, seeds=1, image=image)
    result = dataclasses.replace(result, corpus=dataclasses.replace(result.corpus, name=hostile[1]))
    page = campaign_report(result)
    parsed = Parsed(page)
    assert {t for t, _ in parsed.tags} & {"img", "b"} == {"b"}
    assert leaks(page) == []
    for label in labels:
        assert label in parsed.texts
    assert hostile[1] in parsed.text
    assert "someone" not in page


def test_pictures_are_part_of_the_page_and_say_whose_they_are(make_result: Make, tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    pillow.new("RGB", (32, 32), "green").save(tmp_path / "green.png")
    parsed = Parsed(campaign_report(make_result(seeds=1, text=False, image=str(tmp_path / "green.png"))))
    pictures = [a for t, a in parsed.tags if t == "img"]
    assert len(pictures) == 12
    assert all(str(a["src"]).startswith("data:image/png;base64,") for a in pictures)
    assert {a["alt"] for a in pictures} == {
        f"Picture of item {a['data-item']}" for t, a in parsed.tags if t == "article"
    }


def test_money_has_its_currency_and_the_price_is_named_though_nobody_set_it(make_result: Make) -> None:
    result = make_result(seeds=1, hostile=False)
    unset = dataclasses.replace(result.config, price=None, budget=None, currency="CHF")
    text = Parsed(campaign_report(dataclasses.replace(result, config=unset))).text
    assert "12.50 CHF for each arm and seed (not set)" in text
    assert "0.05 CHF a request" in text
    assert "CHF per answer" in text
    assert "EUR" not in text


def test_among_items_equally_contested_those_with_more_votes_come_first(make_result: Make) -> None:
    result = make_result(("no", "yes"), seeds=1, hostile=False)
    votes = np.arange(2.0, 2.0 + result.test.size)
    human = np.full((result.test.size, 2), 0.5)
    page = campaign_report(dataclasses.replace(result, human=human, human_votes=votes))
    first = next(a["data-item"] for t, a in Parsed(page).tags if t == "article")
    assert str(first).startswith(result.corpus.items.ids[result.test[-1]])


def test_a_home_that_is_no_web_page_is_no_link(page: str, make_result: Make) -> None:
    assert all(link.startswith("#") for link in Parsed(page).links())
    assert Parsed(campaign_report(make_result(hostile=False, seeds=1))).links()[-1] == "https://example.org/made-up"


def test_every_link_leads_to_a_section(page: str) -> None:
    parsed = Parsed(page)
    ids = [a["id"] for _, a in parsed.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in parsed.links()} <= set(ids)


def test_settings_population_corpus_and_notes_are_printed(page: str, make_result: Make) -> None:
    text = Parsed(page).text
    result = make_result()
    for name, value in result.config.to_json().items():
        assert name.replace("_", " ") in text
        assert str(value) in text
    for line in (result.population, "CC0", "3 rows without an item were skipped.", "41 of 600 assignments (7 %)"):
        assert line in text


def test_texts_of_a_sensitive_corpus_are_closed(make_result: Make) -> None:
    page = campaign_report(make_result(sensitive=True, hostile=False, seeds=1))
    opened = re.sub(r"<details class=\"sensitive\">.*?</article>", "", page, flags=re.DOTALL)
    assert "The bus was late" in page
    assert "could be meant kindly" in page
    assert "The bus was late" not in opened
    assert "could be meant kindly" not in opened
    assert "abusive" in opened


@pytest.mark.parametrize(
    ("traits", "figures"),
    [
        ({}, {"ternary-people", "ternary-model"}),
        ({"labels": ("no", "yes")}, {"histogram", "scatter"}),
        ({"labels": ("1", "2", "3", "4", "5"), "ordinal": True, "text": False, "reasons": False}, {"multiples"}),
        ({"known": False, "reasons": False, "arms": False}, {"ternary-people", "ternary-model"}),
    ],
)
def test_figures_fit_the_corpus(make_result: Make, traits: dict[str, object], figures: set[str]) -> None:
    drawn = {a["data-figure"] for t, a in Parsed(campaign_report(make_result(seeds=1, **traits))).tags if t == "figure"}
    always = {"learning", "means", "entropy", "spent", "status", "coverage"}
    assert drawn == always | figures | ({"annotators"} if traits.get("known", True) else set())


def test_many_items_are_thinned_out_and_the_page_says_so(make_result: Make) -> None:
    page = campaign_report(make_result(n_items=3 * MOST_POINTS + 300, per_item=2, seeds=1))
    assert f"{MOST_POINTS} of 700 test items are drawn" in page


def test_a_histogram_counts_the_items_that_are_not_drawn_too(make_result: Make) -> None:
    page = campaign_report(make_result(("no", "yes"), n_items=3 * MOST_POINTS + 300, per_item=2, seeds=1))
    bars = re.findall(r'aria-label="people&#xA;(\d+) items? from', page)
    assert len(bars) == 10
    assert sum(map(int, bars)) == 700


def test_a_campaign_that_bought_nothing_still_has_a_page(make_result: Make) -> None:
    result = make_result(seeds=1)
    none = np.zeros(result.outcomes[0].bought.n_rows, bool)
    empty = tuple(
        dataclasses.replace(o, bought=o.bought.take(none), n_assignments=0, n_forced=0) for o in result.outcomes
    )
    page = campaign_report(dataclasses.replace(result, outcomes=empty, rounds=(), lines={}))
    assert "No round was scored." in page


def test_writing_replaces_the_file_in_one_step_and_the_same_result_gives_the_same_bytes(
    tmp_path: Path, make_result: Make, page: str
) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    write_report(make_result(), target)
    assert target.read_text(encoding="utf-8") == page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) & stat.S_IRGRP


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, make_result: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(make_result(seeds=1), target)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_without_the_extra_the_error_says_how_to_install_it(make_result: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[report\]'"):
        campaign_report(make_result(seeds=1))
