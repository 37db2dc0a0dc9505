"""Aggregate files that do not fit in memory in front of somebody: progress line, summary."""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from variorum.cli.output import one_line, print_json
from variorum.cli.remedies import remedies_for_import
from variorum.corpora import CORPORA
from variorum.engines import Progress, StreamedEstimate, aggregate_files
from variorum.errors import ArgumentError

__all__ = ["progress_line", "stream_files"]


def stream_files(
    files: Sequence[str], method: str, out: Path | None, options: Mapping[str, Any], *, as_json: bool
) -> None:
    """Aggregate files, and print what it came to and where the result is.

    Args:
        files: Parquet, CSV, TSV or JSONL files.
        method: How votes become labels.
        out: The Parquet file for the posterior.
        options: Options of the command line that were given, by name.
        as_json: Print one JSON object instead.
    """
    if out is None:
        raise ArgumentError("--stream needs --out FILE.parquet, as the result may be as large as the votes.")
    for name in files:
        if name in CORPORA or Path(name).is_dir():
            raise ArgumentError(f"{name} is a corpus, and --stream reads files. Leave --stream out, or give a file.")
    with remedies_for_import(), _stopped_by_term(), _bar(hidden=as_json) as progress:
        estimate = aggregate_files(files, out, method=method, progress=progress, **_arguments(options))
    if as_json:
        print_json(_as_object(estimate, files))
        return
    without = f", {estimate.without_vote:,} of them without a vote" if estimate.without_vote else ""
    steps = f"; {estimate.n_iterations} iterations" if estimate.n_iterations else ""
    typer.echo(one_line(f"{estimate.method}: {estimate.n_items:,} items{without}; {estimate.population}{steps}"))
    for note in (*_counted(estimate), *estimate.notes):
        typer.echo(one_line(note))
    typer.echo(f"labels: {estimate.path}")
    if estimate.annotators is not None:
        typer.echo(f"annotators: {estimate.annotators}")


def _arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(options)
    arguments: dict[str, Any] = {}
    if "column" in known:
        role, equals, name = known.pop("column").partition("=")
        if role != "status" or not equals:
            raise ArgumentError(f"--column {options['column']!r} is not status=COLUMN, the only other column it reads.")
        arguments["status"] = name or None
    if known.pop("no-annotator", False):
        known["annotator"] = None
    if "labels" in known:
        arguments["labels"] = [label.strip() for label in known.pop("labels").split(",")]
    if "memory" in known:
        gib = known.pop("memory")
        if not 0 < gib < math.inf:
            raise ArgumentError(f"--memory {gib} must be a number of GiB above 0.")
        arguments["memory"] = int(gib * 2**30)
    return {**known, **arguments}


def _counted(estimate: StreamedEstimate) -> Iterator[str]:
    if estimate.n_unanswered:
        rows = "row was" if estimate.n_unanswered == 1 else "rows were"
        yield f"{estimate.n_unanswered:,} {rows} not answered"
    if estimate.n_repeated:
        votes = "vote was" if estimate.n_repeated == 1 else "votes were"
        yield f"{estimate.n_repeated:,} {votes} left out, as repetitions of others"


def _as_object(estimate: StreamedEstimate, files: Sequence[str]) -> dict[str, Any]:
    return {
        "files": files,
        "method": estimate.method,
        "labels": estimate.labels,
        "population": estimate.population,
        "items": estimate.n_items,
        "items_without_a_vote": estimate.without_vote,
        "rows_not_answered": estimate.n_unanswered,
        "votes_left_out_as_repeated": estimate.n_repeated,
        "converged": estimate.converged,
        "iterations": estimate.n_iterations,
        "notes": estimate.notes,
        "priors": estimate.priors,
        "file": estimate.path,
        "annotators_file": estimate.annotators,
    }


@contextmanager
def _stopped_by_term() -> Iterator[None]:
    """Within, being terminated is like being stopped by the keyboard, so that the work folder goes away."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        # Signals belong to the main thread.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def progress_line(progress: Progress) -> str:
    """How far it is, in words.

    Example:
        >>> progress_line(Progress("estimating", 3, None, 0.0123))
        'estimating: step 3, gain 0.012 nats a vote'
        >>> progress_line(Progress("packing", 50, 200))
        'packing: 25%'
    """
    if progress.stage == "estimating" and progress.done:
        gain = "" if math.isnan(progress.gain) else f", gain {progress.gain:.2g} nats a vote"
        return f"estimating: step {progress.done}{gain}"
    if progress.total:
        return f"{progress.stage}: {progress.done / progress.total:.0%}"
    return progress.stage


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[Progress], None] | None]:
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("reading", total=None)
        yield lambda progress: bars.update(task, description=progress_line(progress), refresh=True)
