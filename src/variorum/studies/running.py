"""Run a study: what is not finished yet is executed, kept, and turned into findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from variorum.checks import as_choice
from variorum.errors import ArgumentError, UnknownNameError
from variorum.reporting.study import Findings
from variorum.studies.base import Key, Run, Study, as_plain, digest, key_text
from variorum.studies.catalogue import STUDIES, StudyEntry, open_place
from variorum.studies.code_state import code_state
from variorum.studies.execution import Failure, execute
from variorum.studies.store import RunStore

__all__ = ["StudyOutcome", "StudyProgress", "run_study"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class StudyProgress:
    """How far a study is.

    Attributes:
        done: Runs that are finished, those of earlier calls included.
        failed: Runs that failed in this call.
        total: All runs.
        last: What ended last; ``None`` at the start.
        seconds: How long that took.
        reason: Why it failed; ``None`` if it did not.
    """

    done: int
    failed: int
    total: int
    last: Key | None
    seconds: float
    reason: str | None = None


@dataclass(frozen=True)
class StudyOutcome:
    """A study that was run.

    Attributes:
        name: Of the study.
        question: What it asks.
        preset: Where the settings came from.
        settings: The settings, plain.
        runs: Finished runs, in the study's order.
        failures: Runs that failed.
        findings: What came out; ``None`` as long as a run is missing.
    """

    name: str
    question: str
    preset: str
    settings: Mapping[str, Any]
    runs: tuple[Run, ...]
    failures: tuple[Failure, ...]
    findings: Findings | None

    def setup(self) -> tuple[tuple[str, str], ...]:
        """How it was run, as names and values for the report: preset, settings, runs, code."""
        code = dict.fromkeys(run.code for run in self.runs if run.code)
        return (
            ("preset", self.preset),
            *((name, _words(value)) for name, value in self.settings.items()),
            ("runs", f"{len(self.runs):,}, {sum(run.seconds for run in self.runs):,.0f} seconds in all"),
            ("code", "; ".join(code) or "unknown"),
        )


def run_study(
    name: str,
    preset: str = "quick",
    folder: Path | None = None,
    *,
    changes: Mapping[str, Any] = _NOTHING,
    processes: int = 1,
    progress: Callable[[StudyProgress], None] | None = None,
    studies: Mapping[str, StudyEntry] = STUDIES,
) -> StudyOutcome:
    """Run a study, or go on with what a folder holds of it.

    Args:
        name: Of the study.
        preset: Name of its settings.
        folder: Keeps each finished run; a second call goes on from there. ``None`` keeps nothing.
        changes: Settings that differ from the preset's.
        processes: Runs at a time, from 1; the results do not depend on it.
        progress: Called at the start and whenever a run has ended.
        studies: Where to look it up.

    Returns:
        Runs, failures and findings.

    Raises:
        UnknownNameError: If the study, the preset or a setting does not exist.
        ArgumentError: If a setting or `processes` is out of range.
        StudyError: If the folder holds something else, or runs with other settings.
        MissingExtraError: If what the study needs is not installed.

    Example:
        >>> outcome = run_study("metrics", changes={"draws": 50})
        >>> len(outcome.failures), len(outcome.findings.tables()) > 2
        (0, True)
    """
    entry = studies[as_choice("study", name, studies)]
    if processes < 1:
        raise ArgumentError(f"processes must be at least 1, not {processes}.")
    study = open_place(entry.place)
    settings = _settings(study, name, preset, changes)
    keys = list(study.runs(settings))
    _check_keys(keys, name)
    plain: dict[str, Any] = as_plain("settings", asdict(settings))
    code = code_state()
    failures: list[Failure] = []
    show = progress or (lambda _: None)
    with RunStore(folder, name, preset, plain, code, study.may_change) as store:
        missing = [key for key in keys if key not in store]
        done = len(keys) - len(missing)
        show(StudyProgress(done, 0, len(keys), None, 0.0))
        with closing(execute(entry.place, settings, missing, processes=processes, code=code)) as ending:
            for ended in ending:
                if isinstance(ended, Run):
                    store.add(ended)
                    done += 1
                    show(StudyProgress(done, len(failures), len(keys), ended.key, ended.seconds))
                else:
                    failures.append(ended)
                    show(StudyProgress(done, len(failures), len(keys), ended.key, 0.0, ended.reason))
        runs = tuple(store[key] for key in keys if key in store)
    findings = study.findings(settings, runs) if len(runs) == len(keys) else None
    return StudyOutcome(name, entry.question, preset, plain, runs, tuple(failures), findings)


def _settings(study: Study[Any], name: str, preset: str, changes: Mapping[str, Any]) -> Any:
    settings = study.presets[as_choice("preset", preset, study.presets)]
    known = [field.name for field in fields(settings)]
    for change in changes:
        if change not in known:
            raise UnknownNameError(f"study {name!r} has no setting {change!r}; its settings are {', '.join(known)}.")
    return replace(settings, **changes)


def _check_keys(keys: list[Key], name: str) -> None:
    known: dict[str, Key] = {}
    for key in keys:
        if digest(key) in known:
            raise ArgumentError(f"study {name!r} has two runs with the key {key_text(key)!r}; a key names one run.")
        known[digest(key)] = key
    if not keys:
        raise ArgumentError(f"study {name!r} has no run with these settings.")


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(part)}" for key, part in value.items()) or "none"
    return "none" if value is None else str(value)
