from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.small import CONFIG, small_corpus
from variorum.campaign import run_campaign
from variorum.campaign.journal import AppendOnlyFile
from variorum.errors import RecordError, RunFolderError


def _write(path: Path, *entries: dict[str, int]) -> None:
    file = AppendOnlyFile(path)
    file.append(*entries)
    file.close()


def test_what_was_appended_is_read_back_and_half_a_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    _write(path, {"a": 1}, {"a": 2})
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"a": 3')
    file = AppendOnlyFile(path)
    file.close()
    assert file.entries == [{"a": 1}, {"a": 2}]
    assert path.read_bytes() == whole


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\r\n{"a": 2}\r\n')
    _write(path, {"a": 3})
    file = AppendOnlyFile(path)
    file.close()
    assert file.entries == [{"a": 1}, {"a": 2}, {"a": 3}]


@pytest.mark.parametrize("line", [b"", b"[1]", b"\xff", b'{"a": 1} {"a": 2}'])
def test_a_whole_line_that_is_no_object_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line + b"\n")
    with pytest.raises(RecordError, match="line 2, is not a JSON object"):
        AppendOnlyFile(path)


@pytest.mark.parametrize("good", [0, 1, 4, 9])
def test_a_full_disk_ends_the_run_with_its_reason_and_resume_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    config = replace(CONFIG, seeds=1, budget="2")
    corpus = small_corpus(n_items=60)
    run_campaign(config, tmp_path / "whole", corpus=corpus)
    calls = 0

    def fsync(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls > good:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(RunFolderError, match=r"jsonl cannot be written: No space left on device\. What it holds"):
            run_campaign(config, tmp_path / "run", corpus=corpus)
    run_campaign(config, tmp_path / "run", resume=True, corpus=corpus)
    for name in ("record.jsonl", "oracle.jsonl"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
