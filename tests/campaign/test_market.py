"""The quota of an annotator: in what the market shows, in what it sells, and over a whole campaign."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.assignment import METHODS
from variorum.campaign import CampaignConfig, Market, Pairs, Request, run_campaign
from variorum.campaign.market import empty_like


def _market(quota: int | None, *, known: bool = True) -> Market:
    votes = small_corpus(n_items=30, known=known).annotations
    prices = np.full(len(votes.annotators) + 1, 50_000)
    return Market(empty_like(votes), Pairs.of(votes, np.random.default_rng(0)), prices, 10**9, quota)


def _asked(folder: Path) -> dict[tuple[str, int], list[tuple[str, str | None]]]:
    asked: dict[tuple[str, int], list[tuple[str, str | None]]] = {}
    for line in (folder / "record.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["event"] == "requests":
            found = [(r["id"].split("/")[-2], r["annotator"]) for r in event["requests"]]
            asked.setdefault((event["arm"], event["seed"]), []).extend(found)
    return asked


def test_who_is_at_the_quota_has_no_pairs_and_promises_count() -> None:
    market, items = _market(2), np.arange(30)
    members = np.full((1, 30, 3), 1 / 3)
    of_0 = [int(i) for i in items if 0 in market.view(items, members, 10**9).annotators_of(int(i))]
    market.enter_requests([Request("a", of_0[0], 0, 50_000)])
    after_one = market.view(items, members, 10**9)
    assert after_one.quota_left is not None
    assert after_one.quota_left.tolist() == [1, *[2] * 8]
    assert 0 in after_one.pair_annotator
    promised = market.view(items, members, 10**9, [Request("b", of_0[1], 0, 50_000)])
    assert promised.quota_left is not None
    assert promised.quota_left.tolist() == [0, *[2] * 8]
    assert 0 not in promised.pair_annotator
    assert set(promised.pair_annotator.tolist()) == set(range(1, 9))


def test_requests_beyond_a_quota_are_passed_over_in_order() -> None:
    market = _market(2)
    market.enter_requests([Request("a", 0, 3, 50_000)])
    who = np.array([3, 1, 3, -1, 1, 1, -1, 3], np.int32)
    assert market.within_quota(who).tolist() == [True, True, False, True, True, False, True, False]
    assert market.within_quota(who, [Request("b", 1, 3, 50_000)])[0] == np.False_
    made = market.affordable(np.arange(8), who, "x", 10**9)
    assert [(r.item, r.annotator) for r in made] == [(0, 3), (1, 1), (3, -1), (4, 1), (6, -1)]
    assert len({r.id for r in made}) == 5


@pytest.mark.parametrize("known", [True, False])
def test_without_a_quota_and_without_names_everything_is_for_sale(known: bool) -> None:
    market = _market(None if known else 1, known=known)
    who = np.array([0, 0, 0] if known else [-1, -1, -1], np.int32)
    assert market.within_quota(who).all()
    view = market.view(np.arange(30), np.full((1, 30, 3), 1 / 3), 10**9)
    assert view.left.tolist() == [4] * 30


@pytest.mark.parametrize("assignment", ["coverage", "label-minority"])
def test_nobody_is_asked_beyond_the_quota_validation_included(assignment: str, tmp_path: Path) -> None:
    config = replace(CONFIG, acquisition="random", assignment=assignment, quota=7, validation_share=0.3, seeds=1)
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    for requests in _asked(tmp_path / "run").values():
        times = Counter(who for _, who in requests)
        # 9.00 would buy 180 requests; nine people at seven each are 63, and all of them are made.
        assert set(times.values()) == {7}
        assert len(times) == 9
        assert {kind for kind, _ in requests} == {"train", "check"}


def test_a_campaign_with_a_quota_goes_on_after_a_crash_as_if_nothing_had_happened(tmp_path: Path) -> None:
    config = replace(CONFIG, quota=7, validation_share=0.3, seeds=1)
    run_campaign(config, tmp_path / "whole", corpus=small_corpus())
    whole = (tmp_path / "whole" / "record.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    log = (tmp_path / "whole" / "oracle.jsonl").read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()
    (folder / "record.jsonl").write_bytes(b"".join(lines[: len(lines) // 3]))
    (folder / "oracle.jsonl").write_bytes(log)
    run_campaign(config, folder, resume=True, corpus=small_corpus())
    assert (folder / "record.jsonl").read_bytes() == whole


def test_the_default_budget_buys_no_more_than_the_quotas_allow() -> None:
    config = CampaignConfig("small", price="0.05", quota=5)
    result = run_campaign(config, corpus=small_corpus())
    assert result.budget == 9 * 5 * 50_000
    assert result.rounds[-1].spent == result.budget


@pytest.mark.parametrize(
    ("assignment", "known"),
    [*((name, True) for name in METHODS), ("thompson", False), ("semantic-diversity", False), ("coverage", False)],
)
def test_every_policy_runs_in_a_campaign_and_without_names_it_is_forced(assignment: str, known: bool) -> None:
    config = replace(CONFIG, assignment=assignment, acquisition="random", seeds=1, budget="2", batch=20, overlap=1)
    outcome = run_campaign(config, corpus=small_corpus(n_items=40, known=known)).outcomes[0]
    assert outcome.n_assignments == 36
    assert known or outcome.n_forced == 36
