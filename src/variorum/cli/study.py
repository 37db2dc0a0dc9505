"""``variorum study``: an experiment with a question, seeds and an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from variorum.checks import as_choice
from variorum.cli.output import AsJson, one_line, print_json, print_table
from variorum.cli.settings import named_values
from variorum.errors import StudyError
from variorum.reporting.study.cells import cell_text, numeric_columns
from variorum.reporting.wording import amount
from variorum.studies import PRESETS, STUDIES, StudyOutcome, StudyProgress, WrittenStudy, run_study, write_up
from variorum.studies.base import key_text

__all__ = ["EXAMPLE", "app", "study"]

EXAMPLE: Final = "variorum study metrics --preset quick --out metrics"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def study(
    name: Annotated[
        str | None, typer.Argument(metavar="|".join(STUDIES), help="Which study; without it, all are listed.")
    ] = None,
    preset: Annotated[
        str, typer.Option(metavar="|".join(PRESETS), help="Its settings: a minute, a night, or as published.")
    ] = PRESETS[0],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for runs and report; without it, NAME-PRESET.", show_default=False),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Seeds instead of the preset's.", show_default=False)
    ] = None,
    sources: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="What joins: results of another study (metrics), files of label distributions (judgment-finetuning).",
            show_default=False,
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any other setting of the study. Repeatable."),
    ] = None,
    processes: Annotated[
        int, typer.Option(metavar="N", min=1, help="Runs at a time; the results do not depend on it.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """List the studies, or run one and write its report.

    Finished runs are kept: the same command goes on where it was stopped.
    """
    if name is None:
        _list(as_json)
        return
    as_choice("study", name, STUDIES)
    folder = Path(f"{name}-{as_choice('preset', preset, PRESETS)}") if out is None else out
    given = {"seeds": seeds, "sources": None if sources is None else str(sources)}
    changes = named_values(setting or []) | {key: value for key, value in given.items() if value is not None}
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


def _list(as_json: bool) -> None:
    if as_json:
        print_json({name: {"question": entry.question, "presets": PRESETS} for name, entry in STUDIES.items()})
        return
    rows = [(name, entry.question, ", ".join(PRESETS)) for name, entry in STUDIES.items()]
    print_table(("study", "question", "presets"), rows)


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
