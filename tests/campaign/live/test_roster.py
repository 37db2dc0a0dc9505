"""People who come and leave while a campaign with people runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from campaign.live.people import fill, read_sheet, settings, sheets, write_items, write_sheet
from variorum.campaign.live import Change, LiveConfig, LiveResult, find_sheet, live_settings, load_live, run_live
from variorum.errors import ArgumentError, MissingFileError, RecordError

CENT = 10_000


def _go_on(config: LiveConfig, folder: Path, number: int) -> LiveResult:
    """Everybody answers the sheets of a round, and the campaign goes on."""
    for path in sheets(folder, number):
        fill(path)
    return run_live(config, folder, resume=True)


def _waiting(result: LiveResult) -> set[str]:
    return {state.annotator for state in result.waiting}


def _record(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()]


def _table(path: Path, prices: dict[str, str], groups: dict[str, str] | None = None) -> Path:
    rows = [{"annotator": who, "price_per_annotation": price, "currency": "EUR"} for who, price in prices.items()]
    write_sheet(path, [row | ({"group": groups[row["annotator"]]} if groups else {}) for row in rows])
    return path


def test_who_comes_is_asked_from_the_next_round_on_and_who_leaves_no_more(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="3.00", acquisition="bald"), tmp_path / "run"
    run_live(config, folder)
    later = settings(tmp_path, budget="3.00", acquisition="bald", annotators=["ann", "ben", "dan"])
    # Round 0 is out, so that the change waits for the next one; what is out still counts, Cem's, too.
    waiting = run_live(later, folder, resume=True)
    assert _waiting(waiting) == {"ann", "ben", "cem"}
    assert waiting.changes == (Change(1, ("dan",), ("cem",)),)
    assert str(waiting.changes[0]) == "from round 1 on: dan can be asked; cem will not be asked any more."
    assert live_settings(folder) == later.to_json()

    result = _go_on(later, folder, 0)
    assert result.rounds[0].requests == 12
    assert _waiting(result) == {"ann", "ben", "dan"}
    assert find_sheet(folder, "dan")[0] == folder / "sheets" / "round-001" / "dan.csv"
    result = _go_on(later, folder, 1)
    votes = result.corpus.annotations
    assert votes.annotators.ids == ("posts:ann", "posts:ben", "posts:cem", "posts:dan")
    who = [votes.annotators.ids[code].removeprefix("posts:") for code in votes.annotator]
    assert set(who[:12]) == {"ann", "ben", "cem"}
    assert set(who[12:]) == {"ann", "ben", "dan"}
    pairs = set(zip(votes.item.tolist(), votes.annotator.tolist(), strict=True))
    assert len(pairs) == 24
    # Cem comes back, and nobody is asked what they said before.
    result = _go_on(settings(tmp_path, budget="3.00", acquisition="bald"), folder, 2)
    for number in (3, 4):
        assert "dan" not in _waiting(result)
        result = _go_on(LiveConfig.from_mapping(live_settings(folder) or {}), folder, number)
    assert result.why == ""
    votes = result.corpus.annotations
    assert len(set(zip(votes.item.tolist(), votes.annotator.tolist(), strict=True))) == votes.n_rows == 60
    assert [change.round for change in result.changes] == [1, 3]
    assert result.spent == 300 * CENT


def test_validation_goes_on_where_it_was_when_somebody_comes(tmp_path: Path) -> None:
    changes = {"budget": "3.00", "validation_share": 0.5}
    config, folder = settings(tmp_path, **changes), tmp_path / "run"
    run_live(config, folder)
    _go_on(config, folder, 0)
    more = settings(tmp_path, **changes, annotators=["ann", "ben", "cem", "dan", "eve"])
    for number in range(1, 5):
        result = _go_on(more, folder, number)
    assert result.why == ""
    checks = [
        (r["item"], r["annotator"])
        for event in _record(folder)
        if event["event"] == "requests"
        for r in event["requests"]
        if "/check/" in r["id"]
    ]
    assert len(checks) == 30
    assert len(set(checks)) == 30


def test_the_change_is_on_record_at_once_and_a_campaign_cut_behind_it_goes_on_the_same(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    more = settings(tmp_path, annotators=["ann", "ben", "cem", "dan"])
    run_live(more, folder, resume=True)
    assert _record(folder)[-1]["event"] == "annotators"
    record = (folder / "record.jsonl").read_bytes()
    # Said twice, it is written once.
    run_live(more, folder, resume=True)
    assert (folder / "record.jsonl").read_bytes() == record
    stored = LiveConfig.from_mapping(live_settings(folder) or {})
    assert stored.annotators == ("ann", "ben", "cem", "dan")
    _go_on(stored, folder, 0)
    whole = (folder / "record.jsonl").read_bytes()
    # Cut anywhere behind the change: the same sheets stand there, and the same events come.
    lines = whole.splitlines(keepends=True)
    for at in range(record.count(b"\n"), len(lines)):
        (folder / "record.jsonl").write_bytes(b"".join(lines[:at]) + b'{"event": "sco')
        run_live(stored, folder, resume=True)
        assert (folder / "record.jsonl").read_bytes() == whole


def test_looking_does_not_take_a_change_and_needs_no_file(tmp_path: Path) -> None:
    people = _table(tmp_path / "people.csv", {"ann": "0.10", "ben": "0.05"})
    config, folder = settings(tmp_path, annotators=[str(people)], price=None), tmp_path / "run"
    run_live(config, folder)
    record = (folder / "record.jsonl").read_bytes()
    _table(people, {"ann": "0.10", "ben": "0.05", "dan": "0.20"})
    assert load_live(folder).changes == ()
    people.unlink()
    assert _waiting(load_live(folder)) == {"ann", "ben"}
    assert (folder / "record.jsonl").read_bytes() == record
    with pytest.raises(MissingFileError, match=r"people\.csv: there is no such table of annotators"):
        run_live(config, folder, resume=True)


def test_a_table_that_grew_brings_its_new_people_with_their_prices_and_groups(tmp_path: Path) -> None:
    groups = {"ann": "old", "ben": "young", "dan": "new"}
    people = _table(tmp_path / "people.csv", {"ann": "0.10", "ben": "0.05"}, groups)
    config = settings(
        tmp_path, annotators=[str(people)], price=None, budget="6.00", annotator_group="group", assignment="coverage"
    )
    folder = tmp_path / "run"
    run_live(config, folder)
    _table(people, {"ann": "0.10", "ben": "0.05", "dan": "0.20"}, groups)
    result = _go_on(config, folder, 0)
    assert "dan" in _waiting(result)
    paid = {
        request["annotator"]: request["price"]
        for event in _record(folder)
        if event["event"] == "requests"
        for request in event["requests"]
    }
    assert paid == {"posts:ann": 10 * CENT, "posts:ben": 5 * CENT, "posts:dan": 20 * CENT}
    annotators = result.corpus.annotators
    assert annotators.attributes == {"group": ("old", "young", "new")}
    assert annotators.prices is not None
    assert [price.per_annotation for price in annotators.prices] == [10 * CENT, 5 * CENT, 20 * CENT]


@pytest.mark.parametrize(
    ("price", "group", "message"),
    [
        ("0.20", "old", r"'posts:ann' has price \(micro-units\) 200000 now and had 100000 when they came"),
        ("0.10", "young", "'posts:ann' has group 'young' now and had 'old' when they came"),
    ],
)
def test_who_is_there_is_not_described_otherwise(tmp_path: Path, price: str, group: str, message: str) -> None:
    people = _table(tmp_path / "people.csv", {"ann": "0.10"}, {"ann": "old"})
    config, folder = settings(tmp_path, annotators=[str(people)], price=None), tmp_path / "run"
    run_live(config, folder)
    _table(people, {"ann": price}, {"ann": group})
    with pytest.raises(ArgumentError, match=message):
        run_live(config, folder, resume=True)


def test_a_campaign_that_is_over_takes_nobody(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="0.60"), tmp_path / "run"
    run_live(config, folder)
    assert _go_on(config, folder, 0).why == ""
    with pytest.raises(ArgumentError, match="annotators come or leave, and this campaign is over"):
        run_live(settings(tmp_path, budget="0.60", annotators=["dan"]), folder, resume=True)
    assert load_live(folder).why == ""


def test_votes_of_somebody_who_was_not_there_are_refused(tmp_path: Path) -> None:
    items = read_sheet(write_items(tmp_path))
    pilot = [row | {"annotator": "zoe", "label": "fine"} for row in items]
    write_sheet(tmp_path / "pilot.csv", pilot)
    config = settings(tmp_path, corpus=str(tmp_path / "pilot.csv"))
    run_live(config, tmp_path / "run")
    write_sheet(tmp_path / "pilot.csv", [*pilot[:-1], pilot[-1] | {"annotator": "yan"}])
    with pytest.raises(RecordError, match="holds votes of 'pilot:yan' that were not there when the campaign began"):
        run_live(config, tmp_path / "run", resume=True)


def test_the_model_goes_on_with_more_people_than_it_began_with(tmp_path: Path) -> None:
    config = settings(tmp_path, budget="1.80", acquisition="population-error", members=10)
    folder = tmp_path / "run"
    run_live(config, folder)
    more = settings(
        tmp_path, budget="1.80", acquisition="population-error", members=10, annotators=["ann", "dan", "eve"]
    )
    result = _go_on(more, folder, 0)
    result = _go_on(more, folder, 1)
    result = _go_on(more, folder, 2)
    assert result.why == ""
    rude = np.array(["never" in str(text) for text in result.corpus.items.text or ()])
    assert result.predicted[rude, 1].min() > result.predicted[~rude, 1].max()


def test_arrival_by_an_attribute_is_for_replays() -> None:
    with pytest.raises(ArgumentError, match="arrival = 'since' must be left out"):
        LiveConfig.from_mapping({"corpus": "posts.csv", "arrival": "since"})
