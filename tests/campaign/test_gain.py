"""An arm that ends before votes which are not expected to be worth their money."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.campaign import CampaignConfig, load_campaign, run_campaign
from variorum.campaign.stopping import ValidationView, gain
from variorum.errors import ArgumentError

ONE = replace(CONFIG, seeds=1, budget="8", overlap=1, assignment="random", members=30, stop="gain", min_gain=0.0)


def _requests(folder: Path) -> list[dict]:
    lines = map(json.loads, (folder / "record.jsonl").read_text(encoding="utf-8").splitlines())
    return [event for event in lines if event["event"] == "requests"]


@pytest.mark.parametrize("acquisition", ["population-error", "random", "k-center"])
def test_the_expected_gain_is_on_record_for_every_policy_and_falls(tmp_path: Path, acquisition: str) -> None:
    result = run_campaign(replace(ONE, acquisition=acquisition), tmp_path / "run", corpus=small_corpus())
    for arm in {row.arm for row in result.rounds}:
        gains = [row.gain for row in result.rounds if row.arm == arm]
        # No model, no gain; then less from round to round but for chance.
        assert math.isnan(gains[0])
        assert min(gains[1:]) > 0
        assert np.mean(gains[1:4]) > np.mean(gains[-3:])
    recorded = [event.get("gain") for event in _requests(tmp_path / "run") if event["requests"]]
    assert recorded == [None if math.isnan(row.gain) else row.gain for row in result.rounds]


def test_our_own_policy_expects_more_of_its_votes_than_chance_does_of_its() -> None:
    result = run_campaign(replace(ONE, acquisition="population-error"), corpus=small_corpus())
    # Both arms have bought the same by then.
    ours, plain = (row.gain for row in result.rounds if row.round == 1)
    assert ours > plain


def test_it_stops_before_the_batch_that_is_not_worth_it_and_goes_on_to_the_same_record(tmp_path: Path) -> None:
    free = run_campaign(replace(ONE, acquisition="population-error"), corpus=small_corpus())
    gains = [row.gain for row in free.rounds if row.arm.startswith("population")]
    bar = float(np.median(gains[1:]))
    config = replace(ONE, acquisition="population-error", min_gain=bar, patience=2)
    result = run_campaign(config, tmp_path / "run", corpus=small_corpus())
    rounds = [row for row in result.rounds if row.arm.startswith("population")]
    below = [n for n in range(1, len(gains)) if gains[n] < bar]
    second = next(n for n in below if n - 1 in below)
    # The second batch in a row that is below the bar is withheld, and nothing is spent on it.
    assert [row.gain for row in rounds][1:] == gains[1:second]
    assert rounds[-1].stopped.startswith(f"the next votes are expected to bring {gains[second]:.3g} nats")
    assert rounds[-1].spent == free.rounds[second - 1].spent
    record = (tmp_path / "run" / "record.jsonl").read_bytes()
    lines = record.splitlines(keepends=True)
    for at in (20, 41, len(lines) - 1):
        folder = tmp_path / f"cut-{at}"
        folder.mkdir()
        (folder / "record.jsonl").write_bytes(b"".join(lines[:at]))
        (folder / "oracle.jsonl").write_bytes((tmp_path / "run" / "oracle.jsonl").read_bytes())
        again = load_campaign(folder, corpus=small_corpus())
        assert (folder / "record.jsonl").read_bytes() == record
        assert [row.stopped for row in again.rounds] == [row.stopped for row in result.rounds]


def test_a_pool_that_is_sold_out_ends_without_a_reason() -> None:
    config = replace(ONE, acquisition="population-error", budget="1000", batch=60, validation_share=0.0)
    last = run_campaign(config, corpus=small_corpus(n_items=40)).rounds[-1]
    assert last.stopped == ""
    assert last.items == 30


def test_without_a_vote_there_is_no_model_and_no_reason() -> None:
    corpus = small_corpus(n_items=30)
    votes = corpus.annotations
    kept = np.isin(votes.item, run_campaign(replace(ONE, budget="0.5"), corpus=corpus).test)
    silent = replace(
        votes,
        status=np.where(kept, votes.status, 1).astype(np.int8),
        label=np.where(kept, votes.label, -1).astype(np.int32),
    )
    config = replace(ONE, min_gain=1e6, patience=1, budget="3")
    result = run_campaign(config, corpus=replace(corpus, annotations=silent))
    assert all(math.isnan(row.gain) and not row.stopped for row in result.rounds)
    assert result.rounds[-1].spent == 3_000_000


def test_the_rule_waits_for_rounds_in_a_row() -> None:
    none, rng = np.zeros((0, 2)), np.random.default_rng(0)

    def says(*gains: float) -> bool:
        return gain(ValidationView(none, [], none, 2, gains, 0.5), rng) is not None

    assert not says(0.1)
    assert not says(0.1, 0.6, 0.1)
    assert not says(math.nan, 0.1)
    assert not says(0.5, 0.5)
    assert says(0.6, 0.4, 0.1)


def test_the_price_of_a_gain_must_be_named() -> None:
    with pytest.raises(ArgumentError, match="stop = 'gain' needs min_gain"):
        CampaignConfig("small", stop="gain")
    with pytest.raises(ArgumentError, match="min_gain must lie between 0"):
        CampaignConfig("small", stop="gain", min_gain=-1.0)
    assert CampaignConfig("small", stop="gain", min_gain=0.1, validation_share=0.0).min_gain == 0.1
