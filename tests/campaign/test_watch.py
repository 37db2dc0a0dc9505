from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from campaign.small import CONFIG, small_corpus
from variorum.annotations import Corpus
from variorum.campaign import ALARMS, load_campaign, run_campaign
from variorum.campaign.layout import lay_out, stream
from variorum.campaign.market import Market, empty_like
from variorum.campaign.oracle import Request
from variorum.campaign.pairs import Pairs
from variorum.campaign.watch import Watch


def _grouped() -> Corpus:
    corpus = small_corpus()
    people = replace(corpus.annotators, attributes={"side": tuple("ab"[k % 2] if k else None for k in range(9))})
    return Corpus("small", replace(corpus.annotations, annotators=people))


def test_every_round_writes_its_alarms_and_they_come_back(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, annotator_group="side")
    result = run_campaign(config, tmp_path / "run", corpus=_grouped())
    events = [json.loads(line) for line in (tmp_path / "run" / "record.jsonl").read_text("utf-8").splitlines()]
    looked = [event for event in events if event["event"] == "alarms"]
    assert len(looked) == len(result.rounds)
    # One prediction for every validation item with a vote, as distributions; never fewer than the round before.
    sizes = [len(event["validation"]) for event in looked if event["arm"].startswith("bald")]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0
    np.testing.assert_allclose(np.sum(looked[-1]["validation"], axis=1), 1, atol=1e-5)
    again = load_campaign(tmp_path / "run", corpus=_grouped())
    assert again.rounds == result.rounds
    assert {alarm.name for row in again.alarmed for alarm in row.alarms} <= set(ALARMS)


def test_an_annotator_who_gets_every_request_is_seen_in_the_loop() -> None:
    # Person 0 can be asked about every item and is always asked first, by round robin of one.
    corpus = small_corpus(n_items=200, per_item=4)
    votes = corpus.annotations
    layout = lay_out(corpus, "0.25", 0.0, 0)
    pairs = Pairs.of(votes, stream(0, "pairs"))
    market = Market(empty_like(votes), pairs, np.full(10, 1, np.int64), 1000)
    watch = Watch(replace(CONFIG, validation_share=0.0), layout, market, None)
    mine = [int(i) for i in layout.pool if pairs.find(int(i), 0) is not None]
    requests = [Request(str(i), i, 0, 1) for i in mine]
    watch.enter(requests)
    market.enter_requests(requests)
    made = watch.look(0, lambda items: np.full((items.size, 3), 1 / 3))
    alarms = watch.enter_event(json.loads(json.dumps(made)))
    assert [alarm.name for alarm in alarms] == ["bias-amplification"]
    # Four people could be asked about each item.
    assert f"chance would give {len(mine) / 4:.1f}" in alarms[0].message


def test_group_shares_are_those_of_the_pairs_an_item_at_a_time() -> None:
    corpus = _grouped()
    votes = corpus.annotations
    layout = lay_out(corpus, "0.25", 0.1, 0)
    market = Market(empty_like(votes), Pairs.of(votes, stream(0, "pairs")), np.full(10, 1, np.int64), 1000)
    groups = np.array([-1, 1, 0, 1, 0, 1, 0, 1, 0], np.int32)
    watch = Watch(replace(CONFIG, annotator_group="side"), layout, market, groups)
    made: list[float] = []
    for i in np.concatenate([layout.pool, layout.validation]):
        who = groups[votes.annotator[votes.item == i]]
        made.append(float((who == 0).sum() / (who >= 0).sum()))
    np.testing.assert_allclose(watch._shares, [np.mean(made), 1 - np.mean(made)])
