"""Run a study in front of somebody: progress, answer, tables, report, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from variorum.cli.output import one_line, print_json, print_table
from variorum.errors import StudyError
from variorum.reporting.study.cells import cell_text, numeric_columns
from variorum.reporting.wording import amount
from variorum.studies import StudyOutcome, StudyProgress, WrittenStudy, run_study, write_up
from variorum.studies.base import key_text

__all__ = ["experiment"]


def experiment(
    name: str, preset: str, folder: Path, changes: Mapping[str, Any], *, processes: int, as_json: bool
) -> None:
    """Run a study or go on with it, print what came out, and write its report.

    Args:
        name: Of the study.
        preset: Name of its settings.
        folder: Where runs and report go.
        changes: Settings that differ from the preset's.
        processes: Runs at a time.
        as_json: Print one JSON object instead.

    Raises:
        StudyError: If runs failed; the others are kept.
    """
    with _progress(hidden=as_json) as progress:
        outcome = run_study(name, preset, folder, changes=changes, processes=processes, progress=progress)
    written = None if outcome.findings is None else write_up(outcome, folder)
    if as_json:
        print_json(_as_object(outcome, folder, written))
    elif written is not None:
        _print(outcome, folder, written)
    details = folder / "failures.txt"
    if outcome.failures:
        raise StudyError(_failed(outcome, details))
    details.unlink(missing_ok=True)


def _print(outcome: StudyOutcome, folder: Path, written: WrittenStudy) -> None:
    findings = outcome.findings
    assert findings is not None
    for sentence in findings.verdict:
        typer.echo(one_line(sentence))
    for table in findings.tables():
        typer.echo(f"\n{one_line(table.title)}")
        rows = [[cell_text(cell, table.digits) for cell in row] for row in table.rows]
        print_table(table.head, rows, right=numeric_columns(table))
    for note in findings.notes:
        typer.echo(one_line(note))
    typer.echo(f"{amount(len(outcome.runs), 'run')}: {folder / 'runs.jsonl'}")
    for path in written.files:
        typer.echo(f"{path.stem}: {path}")
    if written.report_missing is not None:
        typer.echo(f"no report: {one_line(written.report_missing)}")


def _failed(outcome: StudyOutcome, details: Path) -> str:
    """Write down what failed, and say how to go on."""
    text = "\n".join(f"{key_text(each.key)}\n{each.details}" for each in outcome.failures)
    details.write_text(text, encoding="utf-8")
    first = outcome.failures[0]
    total = len(outcome.runs) + len(outcome.failures)
    return (
        f"{len(outcome.failures):,} of {amount(total, 'run')} failed, the first with {key_text(first.key)}: "
        f"{first.reason.rstrip('.')}. The others are kept, details stand in {details}; mend it, and the same command "
        "goes on with what is missing."
    )


def _as_object(outcome: StudyOutcome, folder: Path, written: WrittenStudy | None) -> dict[str, Any]:
    return {
        "study": outcome.name,
        "question": outcome.question,
        "preset": outcome.preset,
        "settings": outcome.settings,
        "folder": folder,
        "runs": len(outcome.runs),
        "failures": [{"key": each.key, "reason": each.reason} for each in outcome.failures],
        "findings": None if outcome.findings is None else outcome.findings.as_object(),
        "files": [] if written is None else list(written.files),
        "report_missing": None if written is None else written.report_missing,
    }


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[StudyProgress], None] | None]:
    """A bar on a terminal; elsewhere, where a study may run for a night, a line a run."""
    if hidden:
        yield None
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def show(progress: StudyProgress) -> None:
            last = "starting" if progress.last is None else one_line(key_text(progress.last))
            failed = f"{progress.failed} failed, " if progress.failed else ""
            bars.update(
                task, description=failed + last, completed=progress.done + progress.failed, total=progress.total
            )

        yield show


def _line(progress: StudyProgress) -> None:
    if progress.last is None:
        if progress.done:
            typer.echo(f"{progress.done:,} of {amount(progress.total, 'run')} finished before", err=True)
        return
    ended = f"{progress.done + progress.failed}/{progress.total} {key_text(progress.last)}"
    came = f"{progress.seconds:.1f} s" if progress.reason is None else f"failed, {progress.reason}"
    typer.echo(one_line(f"{ended}: {came}"), err=True)
