"""A run's folder: what --resume goes on with, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.annotations import Corpus
from variorum.campaign import load_campaign, run_campaign
from variorum.campaign.journal import FolderLock
from variorum.errors import ArgumentError, OracleError, RecordError, RunFolderError


def test_resume_of_a_finished_run_changes_nothing_and_load_reads_it_back(tmp_path: Path) -> None:
    corpus = small_corpus()
    result = run_campaign(CONFIG, tmp_path / "run", corpus=corpus)
    before = (tmp_path / "run" / "record.jsonl").read_bytes()
    again = load_campaign(tmp_path / "run", corpus=corpus)
    assert (tmp_path / "run" / "record.jsonl").read_bytes() == before
    assert again.rounds == result.rounds
    for old, new in zip(result.outcomes, again.outcomes, strict=True):
        np.testing.assert_array_equal(old.predicted, new.predicted)
        assert old.bought.equals(new.bought)
        assert (old.n_assignments, old.n_forced) == (new.n_assignments, new.n_forced)


def test_a_run_cut_after_any_event_goes_on_to_the_same_record(tmp_path: Path) -> None:
    corpus = small_corpus(n_items=60)
    config = replace(CONFIG, seeds=1, budget="2.5")
    run_campaign(config, tmp_path / "run", corpus=corpus)
    record = (tmp_path / "run" / "record.jsonl").read_bytes()
    sales = (tmp_path / "run" / "oracle.jsonl").read_bytes()
    lines = record.splitlines(keepends=True)
    assert len(lines) > 20
    for cut in range(len(lines)):
        folder = tmp_path / f"cut {cut}"
        folder.mkdir()
        (folder / "record.jsonl").write_bytes(b"".join(lines[:cut]) + lines[cut][: len(lines[cut]) // 2])
        # What the oracle sold can be ahead of the record by the round at hand, and is never behind.
        asked = sum(len(json.loads(line).get("requests", ())) for line in lines[:cut])
        (folder / "oracle.jsonl").write_bytes(b"".join(sales.splitlines(keepends=True)[:asked]))
        run_campaign(config, folder, resume=True, corpus=corpus)
        assert (folder / "record.jsonl").read_bytes() == record, f"cut after event {cut}"
        assert (folder / "oracle.jsonl").read_bytes() == sales


def test_resume_starts_a_run_in_a_missing_folder_and_without_it_a_used_one_is_refused(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    run_campaign(config, tmp_path / "new", resume=True, corpus=small_corpus())
    with pytest.raises(RunFolderError, match="is not empty\\. Go on with its run by --resume"):
        run_campaign(config, tmp_path / "new", corpus=small_corpus())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match=r"holds no record\.jsonl to resume"):
        run_campaign(config, tmp_path / "other", resume=True, corpus=small_corpus())
    assert (tmp_path / "other" / "thesis.txt").read_text() == "mine"
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="is a file"):
        run_campaign(config, tmp_path / "file", corpus=small_corpus())
    with pytest.raises(RunFolderError, match=r"holds no record\.jsonl; give the folder"):
        load_campaign(tmp_path / "nowhere")


def test_resume_with_other_settings_or_another_corpus_is_refused_by_name(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    with pytest.raises(RecordError, match="has overlap = 2 where this campaign has 3"):
        run_campaign(replace(config, overlap=3), tmp_path / "run", resume=True, corpus=small_corpus())
    with pytest.raises(RecordError, match="has items = 120 where this campaign has 121"):
        run_campaign(config, tmp_path / "run", resume=True, corpus=small_corpus(n_items=121))


def test_a_damaged_record_is_named_with_its_line(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    path = tmp_path / "run" / "record.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"garbage\n", *lines[3:]]))
    with pytest.raises(RecordError, match="line 3, is not a JSON object"):
        load_campaign(tmp_path / "run", corpus=small_corpus())


def test_lines_behind_the_end_of_a_campaign_are_refused(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    with (tmp_path / "run" / "record.jsonl").open("ab") as file:
        file.write(b'{"event": "requests"}\n')
    with pytest.raises(RecordError, match="the record goes on behind line"):
        run_campaign(config, tmp_path / "run", resume=True, corpus=small_corpus())


def test_a_lost_call_log_stops_an_unfinished_run_and_not_the_reading_of_a_finished_one(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    corpus = small_corpus()
    result = run_campaign(config, tmp_path / "run", corpus=corpus)
    record = (tmp_path / "run" / "record.jsonl").read_bytes()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "record.jsonl").write_bytes(record)
    assert load_campaign(tmp_path / "copy", corpus=corpus).rounds == result.rounds
    (tmp_path / "copy" / "record.jsonl").write_bytes(b"".join(record.splitlines(keepends=True)[:4]))
    with pytest.raises(OracleError, match=r"Bring oracle\.jsonl back"):
        load_campaign(tmp_path / "copy", corpus=corpus)


def test_changed_texts_or_prices_are_another_corpus(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    corpus = small_corpus()
    run_campaign(config, tmp_path / "run", corpus=corpus)
    texts = ("another text", *(corpus.items.text or ())[1:])
    other = replace(corpus.annotations, items=replace(corpus.items, text=texts))
    with pytest.raises(RecordError, match="has sha256 = "):
        run_campaign(config, tmp_path / "run", resume=True, corpus=Corpus("small", other))


def test_a_refused_start_does_not_block_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="does not buy one annotation"):
        run_campaign(replace(CONFIG, budget="0.01"), tmp_path / "run", corpus=small_corpus())
    run_campaign(replace(CONFIG, budget="1", seeds=1), tmp_path / "run", corpus=small_corpus())


def test_a_record_without_settings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_text('{"event": "campaign", "settings": 5}\n')
    with pytest.raises(RecordError, match="does not begin with a campaign's settings"):
        load_campaign(tmp_path)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    with FolderLock(tmp_path / "run"), pytest.raises(RunFolderError, match="in use by another process"):
        run_campaign(config, tmp_path / "run", resume=True, corpus=small_corpus())
