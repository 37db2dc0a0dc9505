"""Finished runs of a study, in one folder: what was asked, and a line a run, kept through crashes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from variorum.annotations.files.places import atomically
from variorum.campaign.journal import AppendOnlyFile, FolderLock
from variorum.errors import RecordError, StudyError
from variorum.studies.base import Key, Run, as_plain, digest, key_text

__all__ = ["RUNS", "SETTINGS", "RunStore"]

SETTINGS: Final = "settings.json"
RUNS: Final = "runs.jsonl"


class RunStore:
    """The runs of one study with one set of settings; a context manager that keeps other processes out.

    Args:
        folder: Where; made if it is not there, ``None`` keeps runs in memory alone.
        study: Name of the study.
        preset: Name of the preset that the settings came from, for readers.
        settings: The settings, plain.
        code: Which code runs, for readers.
        may_change: Settings that may differ from those of the runs that are there.

    Raises:
        StudyError: If the folder holds something else, another study, or runs with other settings.
        RunFolderError: If another process uses the folder.
    """

    def __init__(
        self,
        folder: Path | None,
        study: str,
        preset: str,
        settings: Mapping[str, Any],
        code: str = "",
        may_change: Collection[str] = (),
    ) -> None:
        self.runs: dict[str, Run] = {}
        self._open = ExitStack()
        described = {"study": study, "preset": preset, "settings": dict(settings), "code": code}
        with ExitStack() as opening:
            path = None
            if folder is not None:
                _check_kind(folder)
                folder.mkdir(parents=True, exist_ok=True)
                opening.enter_context(FolderLock(folder))
                _settle(folder, described, may_change)
                path = folder / RUNS
            self._file = AppendOnlyFile(path)
            opening.callback(self._file.close)
            for number, entry in enumerate(self._file.entries, 1):
                run = _parse(path, number, entry)
                self.runs.setdefault(digest(run.key), run)
            self._open = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def __contains__(self, key: Key) -> bool:
        return digest(key) in self.runs

    def __getitem__(self, key: Key) -> Run:
        return self.runs[digest(key)]

    def add(self, run: Run) -> None:
        """Keep a finished run: on disk before this returns.

        Args:
            run: With plain values.

        Raises:
            RunFolderError: If the disk is full or does not take it.
        """
        name = digest(run.key)
        entry = {"run": name, "key": as_plain("key", run.key), "values": run.values, "seconds": round(run.seconds, 3),
                 "code": run.code}  # fmt: skip
        self._file.append(entry)
        self.runs[name] = run


def _check_kind(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file; a study needs a folder of its own.")
    if folder.is_dir() and not (folder / SETTINGS).exists():
        others = sorted(path.name for path in folder.iterdir() if path.name != "lock")
        if others:
            raise StudyError(
                f"{folder} holds {others[0]!r} and no {SETTINGS}, so that it is no study's folder; choose another."
            )


def _settle(folder: Path, described: Mapping[str, Any], may_change: Collection[str]) -> None:
    """Write down what is asked, or make sure that it is what was asked before."""
    path = folder / SETTINGS
    if path.exists():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
            known, settings = before["study"], before["settings"]
        except (ValueError, KeyError, TypeError):
            raise StudyError(f"{path} is not what a study writes; it was edited. Choose another folder.") from None
        if known != described["study"]:
            raise StudyError(f"{folder} holds runs of the study {known!r}; choose another folder.")
        now = described["settings"]
        differing = [
            n for n in dict.fromkeys([*settings, *now]) if n not in may_change and _at(settings, n) != _at(now, n)
        ]
        if differing:
            name = differing[0]
            raise StudyError(
                f"{folder} holds runs with {name} = {_at(settings, name)} where this call has {_at(now, name)}; "
                f"{len(differing)} of {len(now)} settings differ. Give the same settings to go on, or another folder."
            )
        if settings == now:
            return
    with atomically(path) as part:
        part.write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


def _at(settings: Mapping[str, Any], name: str) -> str:
    return json.dumps(settings[name], ensure_ascii=False) if name in settings else "no value"


def _parse(path: Path | None, number: int, entry: Mapping[str, Any]) -> Run:
    key, values = entry.get("key"), entry.get("values")
    if not isinstance(key, dict) or not isinstance(values, dict):
        raise RecordError(
            f"{path}, line {number}, is no run of a study; it was edited. Remove the line to run it again."
        )
    if entry.get("run") != digest(key):
        raise RecordError(
            f"{path}, line {number}, has the key {key_text(key)!r}, which is not the one it was written with; it was "
            "edited. Remove the line to run it again."
        )
    return Run(key, values, float(entry.get("seconds", 0.0)), str(entry.get("code", "")))
