"""An arm that ends before its money is gone, and what it says more money would have bought."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.small import CONFIG, small_corpus
from variorum.campaign import CampaignConfig, load_campaign, run_campaign
from variorum.errors import ArgumentError, UnknownNameError


def test_an_arm_stops_with_its_reason_and_goes_on_to_the_same_record_when_cut(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, stop="plateau", patience=1, validation_share=0.3)
    result = run_campaign(config, tmp_path / "run", corpus=small_corpus())
    ended = [row for row in result.rounds if row.stopped]
    assert ended
    assert all("not improved for 1 rounds" in row.stopped for row in ended)
    for row in ended:
        assert row.spent < result.budget
        assert row == [other for other in result.rounds if other.arm == row.arm][-1]
    record = (tmp_path / "run" / "record.jsonl").read_bytes()
    lines = record.splitlines(keepends=True)
    events = [json.loads(line)["event"] for line in lines]
    assert events.count("forecast") == 2
    # Cut behind the first decision to go on or stop, and behind the first forecast.
    for kind in ("stop", "forecast"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "record.jsonl").write_bytes(b"".join(lines[: events.index(kind) + 1]))
        (tmp_path / kind / "oracle.jsonl").write_bytes((tmp_path / "run" / "oracle.jsonl").read_bytes())
        again = load_campaign(tmp_path / kind, corpus=small_corpus())
        assert (tmp_path / kind / "record.jsonl").read_bytes() == record
        assert [outcome.forecasts for outcome in again.outcomes] == [o.forecasts for o in result.outcomes]


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ArgumentError, match="stop = 'floor' looks at validation votes, and validation_share is 0"):
        CampaignConfig("small", stop="floor", validation_share=0.0)
    with pytest.raises(ArgumentError, match="patience must be a whole number of at least 1, not 0"):
        CampaignConfig("small", patience=0)
    with pytest.raises(UnknownNameError, match=r"stop 'plateu' is not known\. Did you mean 'plateau'"):
        run_campaign(replace(CONFIG, stop="plateu"), corpus=small_corpus())
