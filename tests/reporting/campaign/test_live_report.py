from __future__ import annotations

from pathlib import Path

import pytest

from campaign.live.people import fill, honest, settings, sheets
from variorum.campaign.live import run_live
from variorum.reporting import live_report, write_live_report

pytest.importorskip("altair")


def test_a_live_campaign_is_shown_while_it_waits(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, overlap=2), tmp_path / "run"
    begun = run_live(config, folder)
    page = live_report(begun)
    assert "0 votes on 0 of 24 items, for 0.00 EUR of 1.20 EUR." in page
    assert "Nobody disagrees yet." in page
    assert "sheets/round-000/ann.csv" in page

    asked = sum(state.n_requests for state in begun.waiting)
    # Ann reads everything as toxic and says so in markup; one of her labels is a slip.
    for path in sheets(folder, 0):
        fill(path, (lambda row: {"label": "toxic", "explanation": "<b>no</b>"}) if path.stem == "ann" else honest)
    slips = iter(["toxc"])
    fill(folder / "sheets" / "round-000" / "ben.csv", lambda row: {"label": next(slips, row["label"])})
    result = run_live(config, folder, resume=True, close_round=True)
    write_live_report(result, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "It is not over: round 1 waits for " in page
    assert f"{asked - 1} votes on" in page
    assert "<b>no</b>" not in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "was withdrawn when round 0 was closed" in page
    assert page.count('<tr><th scope="row">p') == 24
    # The same campaign gives the same page, byte for byte.
    assert live_report(result) == page
