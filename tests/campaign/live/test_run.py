"""Campaigns with scripted people, from the first sheet to the last."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from campaign.live.people import LABELS, PEOPLE, fill, honest, read_sheet, settings, sheets, write_sheet
from variorum.annotations import ABSTAINED, UNSURE, read_corpus
from variorum.campaign import load_campaign
from variorum.campaign.live import LiveConfig, live_settings, load_live, run_live
from variorum.errors import ArgumentError, ReadError, RecordError, RunFolderError
from variorum.training import TrainingData
from variorum.training.softmax import SoftmaxRegression

CENT = 10_000


def _events(folder: Path, kind: str) -> list[dict]:
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def test_people_answer_sheets_until_the_money_is_spent(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, acquisition="bald", assignment="round-robin"), tmp_path / "run"
    result = run_live(config, folder)
    assert result.rounds == ()
    assert result.counts.sum() == 0
    assert (result.predicted == 1 / 2).all()
    given: dict[tuple[str, str], str] = {}
    for number in range(2):
        assert {state.annotator for state in result.waiting} <= set(PEOPLE)
        assert sum(state.n_open for state in result.waiting) == 12
        assert f"round {number} waits for 12 of 12 answers" in result.why
        for path in sheets(folder, number):
            given |= {(row["item"], f"posts:{row['annotator']}"): row["label"] for row in fill(path)}
        result = run_live(config, folder, resume=True)
    assert result.why == ""
    assert result.waiting == ()
    assert result.aside == ()

    # 1.20 at 0.05 are 24 requests, and no pair was asked twice.
    assert len(given) == 24
    assert result.spent == 120 * CENT
    votes = result.corpus.annotations
    bought = {
        (votes.items.ids[i], votes.annotators.ids[a]): LABELS[k]
        for i, a, k in zip(votes.item, votes.annotator, votes.label, strict=True)
    }
    assert bought == given
    assert votes.cost is not None
    assert votes.cost.tolist() == [5 * CENT] * 24
    assert votes.round is not None
    assert votes.round.tolist() == [0] * 12 + [1] * 12
    assert votes.explanation is not None
    assert {e for e, k in zip(votes.explanation, votes.label, strict=True) if k} == {"talks down"}

    # Nobody knows the truth, so the validation votes alone score: a tenth of 24 requests, rounded down.
    assert [score.scores for score in result.rounds] == [{}, {}]
    assert all(np.isfinite(score.validation) for score in result.rounds)
    checks = [r for e in _events(folder, "requests") for r in e["requests"] if "/check/" in r["id"]]
    assert len(checks) == 2
    assert {votes.items.index[r["item"]] for r in checks} <= set(result.validation.tolist())
    assert not set(result.pool.tolist()) & set(result.validation.tolist())
    # What people agree on is learned: rude words make a post more likely to be called toxic than polite ones do.
    rude = np.array(["never" in str(text) for text in votes.items.text or ()])
    assert result.predicted[rude, 1].min() > result.predicted[~rude, 1].max()


def test_only_the_chosen_arm_runs_and_a_finished_campaign_is_read_from_its_record(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="0.60"), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    done = run_live(config, folder, resume=True)
    assert {e["arm"] for e in _events(folder, "requests")} == {"random, one vote an item"}
    record = (folder / "record.jsonl").read_bytes()
    again = load_live(folder)
    assert (folder / "record.jsonl").read_bytes() == record
    assert np.array_equal(again.predicted, done.predicted)
    assert again.why == ""


def test_partial_sheets_wait_and_late_ones_come_too_late_once_the_round_is_closed(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    first, *others = sheets(folder, 0)
    for path in others:
        fill(path)
    theirs = read_sheet(first)
    fill(first, lambda row: honest(row) if row["request"] == theirs[0]["request"] else None)
    record = (folder / "record.jsonl").read_bytes()

    waiting = run_live(config, folder, resume=True)
    assert {state.annotator: state.n_open for state in waiting.waiting if state.n_open} == {first.stem: len(theirs) - 1}
    assert waiting.spent == 0
    assert (folder / "record.jsonl").read_bytes() == record

    closed = run_live(config, folder, resume=True, close_round=True)
    assert closed.n_withdrawn == len(theirs) - 1
    # Only what was answered is paid for, and the money buys more requests instead.
    assert closed.spent == (12 - closed.n_withdrawn) * 5 * CENT
    assert len(closed.corpus.annotations) == 12 - closed.n_withdrawn
    assert sheets(folder, 1)
    again = {(r["item"], r["annotator"]) for r in _events(folder, "requests")[1]["requests"]}
    assert not again & {(row["item"], f"posts:{row['annotator']}") for row in theirs}

    fill(first)
    late = run_live(config, folder, resume=True)
    assert [each.kind for each in late.aside] == ["late"] * (len(theirs) - 1)
    assert "was withdrawn when round 0 was closed" in str(late.aside[0])
    assert late.spent == closed.spent
    kept = read_sheet(folder / "aside.csv")
    assert [row["file"] for row in kept] == [f"sheets/round-000/{first.name}"] * len(late.aside)
    assert json.loads(kept[0]["row"])["label"] in LABELS

    # Closing a round closes that one alone: the next one waits.
    for path in sheets(folder, 1):
        fill(path)
    third = run_live(config, folder, resume=True, close_round=True)
    assert third.n_withdrawn == closed.n_withdrawn
    assert "round 2 waits" in third.why


def test_two_sheets_of_one_annotator_count_once_unless_they_disagree(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="0.60"), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    first = sheets(folder, 0)[0]
    copy = folder / "answers" / f"{first.stem} (1).csv"
    rows = read_sheet(first)
    # The copy has another separator and column order, and one label was changed in it.
    rows[0]["label"] = "toxic" if rows[0]["label"] == "fine" else "fine"
    write_sheet(copy, [dict(reversed(row.items())) for row in rows], delimiter=";")

    result = run_live(config, folder, resume=True)
    kinds = [each.kind for each in result.aside]
    assert kinds.count("contradictory") == 2
    assert kinds.count("repeated") == len(rows) - 1
    said = next(str(each) for each in result.aside if each.kind == "contradictory")
    assert f"sheets/round-000/{first.name}, line 2, and answers/{copy.name}, line 2," in said
    assert [state.n_open for state in result.waiting if state.n_open] == [1]

    copy.unlink()
    assert run_live(config, folder, resume=True).why == ""


def test_what_is_on_record_stays(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    before = run_live(config, folder, resume=True)
    fill(sheets(folder, 0)[0], lambda row: {"label": "unsure"})
    after = run_live(config, folder, resume=True)
    assert {each.kind for each in after.aside} == {"changed"}
    assert "has another answer on record since round 0" in str(after.aside[0])
    assert np.array_equal(after.counts, before.counts)


def test_a_run_killed_between_sheets_writes_the_missing_one_and_leaves_the_others(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    first, second, *_ = sheets(folder, 0)
    fill(first)
    filled, missing, record = first.read_bytes(), second.read_bytes(), (folder / "record.jsonl").read_bytes()
    second.unlink()
    run_live(config, folder, resume=True)
    assert first.read_bytes() == filled
    assert second.read_bytes() == missing
    assert (folder / "record.jsonl").read_bytes() == record
    # Before the first sheet was written, the requests were on record already.
    shutil.rmtree(folder / "sheets")
    run_live(config, folder, resume=True)
    assert second.read_bytes() == missing


def test_two_labels_with_two_reasons_are_two_annotations_at_one_price_and_refusals_are_paid(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="0.60"), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    path = sheets(folder, 0)[0]
    first, second, *rest = read_sheet(path)
    both = [
        first | {"label": "FINE", "explanation": "irony"},
        first | {"label": "toxic", "explanation": "taken as said"},
    ]
    write_sheet(path, [*both, second | {"label": "Unsure"}, *(row | {"label": "abstained"} for row in rest)])
    result = run_live(config, folder, resume=True)
    votes = result.corpus.annotations
    mine = votes.item == votes.items.index[first["item"]]
    mine &= votes.annotator == votes.annotators.index[f"posts:{first['annotator']}"]
    assert votes.label[mine].tolist() == [0, 1]
    assert votes.cost is not None
    assert votes.cost[mine].tolist() == [5 * CENT, 0]
    assert np.count_nonzero(votes.status == UNSURE) == 1
    assert np.count_nonzero(votes.status == ABSTAINED) == len(rest)
    assert result.spent == 60 * CENT


def test_votes_that_are_there_already_count_and_their_pairs_are_not_asked(tmp_path: Path) -> None:
    items = read_sheet(settings(tmp_path).corpus and tmp_path / "posts.csv")
    pilot = [row | {"annotator": who, "label": honest(row)["label"]} for row in items for who in ("ann", "dan")]
    write_sheet(tmp_path / "pilot.csv", pilot)
    config = settings(tmp_path, corpus=str(tmp_path / "pilot.csv"), annotators=["ann", "ben"], overlap=1)
    result = run_live(config, tmp_path / "run")
    # Ann has read everything, so that Ben is asked alone; Dan is no longer with us.
    assert [state.annotator for state in result.waiting] == ["ben"]
    assert result.counts.sum() == 48
    assert result.spent == 0
    assert result.corpus.annotations.round is not None
    assert set(result.corpus.annotations.round.tolist()) == {-1}
    with pytest.raises(ArgumentError, match="whoever can be asked has answered every item"):
        run_live(settings(tmp_path, corpus=config.corpus, annotators=["ann"]), tmp_path / "other")


def test_a_model_of_votes_at_hand_is_the_same_however_late_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[float] = []
    plain = SoftmaxRegression.fit

    def counted(self: SoftmaxRegression, data: TrainingData, rng: np.random.Generator):
        fits.append(float(data.votes.sum()))
        return plain(self, data, rng)

    monkeypatch.setattr(SoftmaxRegression, "fit", counted)
    items = read_sheet(settings(tmp_path).corpus and tmp_path / "posts.csv")
    write_sheet(tmp_path / "pilot.csv", [row | {"annotator": "dan", "label": honest(row)["label"]} for row in items])
    config, folder = settings(tmp_path, corpus=str(tmp_path / "pilot.csv"), refit_growth=5.0), tmp_path / "run"
    first = []
    for number in range(3):
        fits.clear()
        run_live(config, folder, resume=True)
        first.append(fits[0])
        for path in sheets(folder, number):
            fill(path)
    # Votes grow by less than the share, so that each call scores its round by the model of the votes at hand.
    assert first == [first[0]] * 3
    assert 0 < first[0] < 24


def test_votes_of_an_llm_at_hand_are_no_requests(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    items = read_sheet(settings(tmp_path).corpus and tmp_path / "posts.csv")
    write_sheet(folder / "items.csv", items)
    write_sheet(
        folder / "annotations.csv",
        [{"item": row["item"], "annotator": "gpt", "label": honest(row)["label"]} for row in items],
    )
    people = [{"annotator": who, "kind": "human"} for who in PEOPLE]
    write_sheet(folder / "annotators.csv", [*people, {"annotator": "gpt", "kind": "llm"}])
    config = settings(tmp_path, corpus=str(folder), annotators=[], budget="0.60")
    run_live(config, tmp_path / "run")
    for path in sheets(tmp_path / "run", 0):
        fill(path)
    result = run_live(config, tmp_path / "run", resume=True)
    assert result.rounds[-1].requests == 12
    assert result.rounds[-1].llm_requests == 0


def test_what_comes_of_it_is_a_corpus_again(tmp_path: Path) -> None:
    config, folder = settings(tmp_path, budget="0.60"), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    result = run_live(config, folder, resume=True)
    result.corpus.write(tmp_path / "out")
    again = read_corpus(tmp_path / "out")
    assert np.array_equal(again.annotations.counts(), result.counts)
    assert again.items.text == result.corpus.items.text


def test_looking_changes_nothing(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    for path in sheets(folder, 0):
        fill(path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    seen = load_live(folder)
    assert [state.n_open for state in seen.waiting] == [0] * len(seen.waiting)
    assert seen.rounds == ()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert seen.why == "round 0 has all its 12 answers; go on with --resume."
    assert live_settings(folder) == config.to_json()
    with pytest.raises(RunFolderError, match="holds a campaign with people"):
        load_campaign(folder)
    assert live_settings(tmp_path) is None
    with pytest.raises(RunFolderError, match="holds no live campaign"):
        load_live(tmp_path)


def test_a_file_that_is_no_sheet_is_named_with_its_folder(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    strange = folder / "answers" / "notes.csv"
    write_sheet(strange, [{"item": "p1", "remark": "hello"}])
    with pytest.raises(ReadError, match=r"^answers/notes.csv has no column 'label'; its columns are item, remark"):
        run_live(config, folder, resume=True)
    write_sheet(strange, [{"item": "p1", "label": "fine"}])
    with pytest.raises(ReadError, match=r"has no column 'request' or 'annotator'"):
        run_live(config, folder, resume=True)
    strange.rename(strange.with_suffix(".xlsx"))
    with pytest.raises(ReadError, match=r"^answers/notes.xlsx: this is a spreadsheet\. Save its table as CSV"):
        run_live(config, folder, resume=True)
    strange.with_suffix(".xlsx").unlink()
    # A spreadsheet's own lock file is none of our business.
    strange.with_name(".~lock.ann.csv#").write_text("ann", encoding="utf-8")
    run_live(config, folder, resume=True)


def test_another_corpus_or_other_settings_are_refused(tmp_path: Path) -> None:
    config, folder = settings(tmp_path), tmp_path / "run"
    run_live(config, folder)
    with pytest.raises(RunFolderError, match="--resume"):
        run_live(config, folder)
    with pytest.raises(RecordError, match=r"overlap = 1 where this campaign has 2"):
        run_live(settings(tmp_path, overlap=2), folder, resume=True)
    text = (tmp_path / "posts.csv").read_text(encoding="utf-8")
    (tmp_path / "posts.csv").write_text(text.replace("monday", "sunday"), encoding="utf-8")
    with pytest.raises(RecordError, match="sha256"):
        run_live(config, folder, resume=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"test": "0.25"}, "test = '0.25' must be left out"),
        ({"seeds": 3}, "seeds must be 1 in a live campaign, not 3"),
        ({"labels": ["fine", "fine"]}, "labels name 'fine' twice"),
        ({"annotators": ["ann", ""]}, "annotators must be a list of non-empty texts"),
        ({"annotators": 3}, "annotators must be a list of non-empty texts"),
    ],
)
def test_settings_that_make_no_sense_with_people_are_refused(changes: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        LiveConfig.from_mapping({"corpus": "posts.csv", **changes})
