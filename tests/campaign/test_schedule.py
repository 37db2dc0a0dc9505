"""How large rounds are, and who chooses in the first of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.campaign import CampaignConfig, run_campaign
from variorum.campaign.schedule import n_rounds, round_size
from variorum.errors import ArgumentError

ONE = replace(CONFIG, seeds=1, budget="6", members=4)


def _requests(folder: Path, arm: str) -> list[list[dict]]:
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    events = [event for event in map(json.loads, lines) if event["event"] == "requests" and event["arm"] == arm]
    return [event["requests"] for event in events if event["requests"]]


def test_batches_grow_from_the_second_on_and_never_beyond_the_money() -> None:
    config = replace(ONE, cold_start=20, batch=10, batch_growth=2.0)
    assert [round_size(config, number, 1000) for number in range(5)] == [20, 10, 20, 40, 80]
    assert round_size(config, 4, 33) == 33
    assert round_size(config, 500, 1000) == 1000
    assert round_size(config, 0, 7) == 7
    steady = replace(ONE, cold_start=20, batch=10)
    assert {round_size(steady, number, 1000) for number in range(1, 9)} == {10}


@pytest.mark.parametrize("growth", [1.0, 1.3, 10.0])
def test_rounds_are_as_many_as_their_sizes_say(growth: float) -> None:
    config = replace(ONE, cold_start=20, batch=10, batch_growth=growth)
    for requests in (5, 20, 21, 173, 1000):
        made = n = 0
        while made < requests:
            made += round_size(config, n, 10**6)
            n += 1
        assert n_rounds(config, requests) == n


def test_a_campaign_follows_its_schedule(tmp_path: Path) -> None:
    # 6.00 at 0.05 buy 120: 20, 10, 20, 40, and the 30 that are left; one vote an item fills every round.
    config = replace(ONE, overlap=1, assignment="random", batch_growth=2.0)
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    assert [len(each) for each in _requests(tmp_path / "run", "bald, one vote an item")] == [20, 10, 20, 40, 30]


def test_warm_up_leaves_the_first_rounds_to_the_first_policy(tmp_path: Path) -> None:
    warm = replace(ONE, overlap=1, warm_up=3)
    run_campaign(warm, tmp_path / "warm", corpus=small_corpus())
    arms = "bald + round-robin, one vote an item", "random, one vote an item"
    chosen, plain = (
        [[(r["item"], r["annotator"]) for r in each] for each in _requests(tmp_path / "warm", arm)] for arm in arms
    )
    # As long as the first policy decides, both arms buy the same, and then they part.
    assert chosen[:3] == plain[:3]
    assert chosen[3] != plain[3]
    run_campaign(replace(warm, warm_up=1), tmp_path / "cold", corpus=small_corpus())
    cold = [[(r["item"], r["annotator"]) for r in each] for each in _requests(tmp_path / "cold", arms[0])]
    assert cold[0] == chosen[0]
    assert cold[1] != chosen[1]


def test_a_warm_up_may_be_by_a_policy_that_reads_a_model_once_there_is_one() -> None:
    result = run_campaign(replace(ONE, first_acquisition="entropy", warm_up=3), corpus=small_corpus())
    assert np.isfinite(result.rounds[-1].scores["kl"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_growth": 0.5}, "batch_growth must lie between 1 and 10, not 0.5"),
        ({"batch_growth": float("nan")}, "batch_growth must lie between 1 and 10, not nan"),
        ({"batch_growth": "2"}, "batch_growth must lie between 1 and 10, not '2'"),
        ({"warm_up": 0}, "warm_up must be a whole number of at least 1, not 0"),
    ],
)
def test_schedules_that_make_no_sense_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        CampaignConfig("small", **changes)
