"""People who come while a campaign runs: who is not there yet is not asked, and no policy sees them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum import acquisition
from variorum.annotations import Annotators, Corpus, PoolView
from variorum.campaign import load_campaign, run_campaign
from variorum.campaign.presence import Presence
from variorum.errors import ArgumentError, UnknownNameError

# Of nine people three come in round 2 and two in round 4.
ARRIVES = (None, "0", "0", "0", "2", "2", "2", "4", "4")
ONE = replace(CONFIG, seeds=1, overlap=1, arrival="from_round", validation_share=0.2)


def _corpus(arrives: tuple[str | None, ...] = ARRIVES, **more: tuple[str, ...]) -> Corpus:
    corpus = small_corpus()
    people = replace(corpus.annotators, attributes={"from_round": arrives, **more})
    return replace(corpus, annotations=replace(corpus.annotations, annotators=people))


def _asked(folder: Path) -> list[tuple[int, int]]:
    """Round and annotator of every request."""
    events = map(json.loads, (folder / "record.jsonl").read_text(encoding="utf-8").splitlines())
    requests = [(e["round"], r) for e in events if e["event"] == "requests" for r in e["requests"]]
    return [(round_, int(request["annotator"].removeprefix("small:"))) for round_, request in requests]


@pytest.mark.parametrize("names", [("bald", "round-robin"), ("population-error", "random"), ("random", "cost-aware")])
def test_nobody_is_asked_before_they_come_and_everybody_after(tmp_path: Path, names: tuple[str, str]) -> None:
    config = replace(ONE, acquisition=names[0], assignment=names[1])
    run_campaign(config, tmp_path / "run", corpus=_corpus())
    arrives = [int(value or 0) for value in ARRIVES]
    asked = _asked(tmp_path / "run")
    assert all(round_ >= arrives[who] for round_, who in asked)
    for who, came in enumerate(arrives):
        assert min(round_ for round_, other in asked if other == who) <= came + 2


def test_policies_see_only_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []

    def looking(view: PoolView, n: int, rng: np.random.Generator):
        seen.append(set(view.pair_annotator.tolist()))
        return acquisition.random(view, n, rng)

    methods: Mapping = {**acquisition.METHODS, "random": looking}
    monkeypatch.setattr("variorum.campaign.loop.acquisition.METHODS", methods)
    run_campaign(replace(ONE, acquisition="random", assignment="random", budget="4"), corpus=_corpus())
    assert seen[:2] == [{0, 1, 2, 3}] * 2
    assert seen[2:4] == [set(range(7))] * 2
    assert seen[4] == set(range(9))


def test_who_has_come_from_the_beginning_changes_nothing(tmp_path: Path) -> None:
    run_campaign(ONE, tmp_path / "all", corpus=_corpus(("0",) * 9))
    run_campaign(replace(ONE, arrival=None), tmp_path / "none", corpus=_corpus(("0",) * 9))
    records = [(tmp_path / name / "record.jsonl").read_bytes().partition(b"\n")[2] for name in ("all", "none")]
    assert records[0] == records[1]


def test_a_validation_item_is_not_lost_because_its_annotator_comes_later(tmp_path: Path) -> None:
    # Everything is bought in the end, also what stood in front of the line before its annotator came.
    config = replace(ONE, budget="1000", validation_share=0.5, acquisition="random", assignment="random")
    result = run_campaign(config, tmp_path / "run", corpus=_corpus())
    bought = result.outcomes[0].bought
    assert result.validation is not None
    votes = small_corpus().annotations
    for items in (result.validation, np.setdiff1d(np.arange(120), np.append(result.validation, result.test))):
        assert np.isin(bought.item, items).sum() == np.isin(votes.item, items).sum()


def test_a_campaign_cut_anywhere_goes_on_the_same(tmp_path: Path) -> None:
    config = replace(ONE, quota=30)
    run_campaign(config, tmp_path / "run", corpus=_corpus())
    lines = (tmp_path / "run" / "record.jsonl").read_bytes().splitlines(keepends=True)
    for at in (9, 18, 60):
        folder = tmp_path / f"cut-{at}"
        folder.mkdir()
        (folder / "record.jsonl").write_bytes(b"".join(lines[:at]))
        (folder / "oracle.jsonl").write_bytes((tmp_path / "run" / "oracle.jsonl").read_bytes())
        load_campaign(folder, corpus=_corpus())
        assert (folder / "record.jsonl").read_bytes() == b"".join(lines)


def test_a_group_that_comes_later_is_no_bias() -> None:
    # The first four are one group and the rest another; at random, shares are those of who is there.
    groups = ("old",) * 4 + ("new",) * 5
    config = replace(ONE, acquisition="random", assignment="random", annotator_group="group", seeds=3)
    result = run_campaign(config, corpus=_corpus(("0",) * 4 + ("6",) * 5, group=groups))
    assert not [alarm for row in result.rounds for alarm in row.alarms if alarm.name == "bias-amplification"]


def test_a_campaign_to_which_nobody_came_buys_nothing() -> None:
    result = run_campaign(replace(ONE, acquisition="random", assignment="random"), corpus=_corpus(("1",) * 9))
    assert result.rounds == ()


def test_wrong_rounds_are_named() -> None:
    with pytest.raises(ArgumentError, match=r"from_round of annotator 'small:8' is 'soon', no round; 1 of 9 are none"):
        run_campaign(ONE, corpus=_corpus((*ARRIVES[:-1], "soon")))
    with pytest.raises(UnknownNameError, match="annotators have no attribute 'since'; theirs are: from_round"):
        run_campaign(replace(ONE, arrival="since"), corpus=_corpus())


def test_presence_changes_in_the_rounds_that_it_names() -> None:
    presence = Presence((1, 3), np.array([[True, False], [False, True]]))
    assert [presence.at(round_).tolist() for round_ in range(5)] == [
        [False, False], [True, False], [True, False], [False, True], [False, True],
    ]  # fmt: skip
    assert (
        Presence.by_attribute(Annotators(("a", "b"), attributes={"x": ("2", "2")}), "x").at(1).tolist() == [False] * 2
    )
