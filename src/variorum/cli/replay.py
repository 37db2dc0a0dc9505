"""Run a campaign in front of somebody: progress, summary, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from variorum.annotations import format_money
from variorum.campaign import CampaignConfig, CampaignResult, Progress, run_campaign
from variorum.cli.output import one_line, print_json
from variorum.cli.remedies import remedies_for_source
from variorum.cli.summary import as_object, print_alarms, print_endings, print_summary
from variorum.errors import ArgumentError, MissingExtraError
from variorum.reporting import write_report

__all__ = ["replay"]


def replay(config: CampaignConfig, folder: Path, *, resume: bool, as_json: bool) -> None:
    """Run a campaign, print what it came to and where its report is.

    Args:
        config: The settings.
        folder: Where the record and the report go.
        resume: Go on with what the folder holds.
        as_json: Print one JSON object instead.
    """
    with _bar(config.currency, hidden=as_json) as progress, remedies_for_source(config.corpus):
        result = run_campaign(config, folder, resume=resume, progress=progress)
    if not result.rounds:
        raise ArgumentError(
            f"budget {format_money(result.budget, config.currency)} bought no vote to learn from; raise --budget, and "
            "choose another --out."
        )
    report, reason = _report(result, folder / "report.html")
    record = folder / "record.jsonl"
    if as_json:
        print_json({**as_object(result), "record": record, "report": report, "report_missing": reason})
        return
    seeds = "one seed" if config.seeds == 1 else f"mean ± sd over {config.seeds} seeds"
    typer.echo(one_line(f"{result.corpus.name}: {len(result.test):,} test items, {seeds}; {result.population}"))
    print_summary(result)
    print_alarms(result)
    print_endings(result)
    typer.echo(f"record: {record}")
    typer.echo(f"report: {report}" if report else f"no report: {one_line(reason or '')}")


def _report(result: CampaignResult, path: Path) -> tuple[Path | None, str | None]:
    # The record is what was paid for; a missing picture of it is no failure of the run.
    try:
        write_report(result, path)
    except MissingExtraError as error:
        return None, str(error)
    return path, None


@contextmanager
def _bar(currency: str, *, hidden: bool) -> Iterator[Callable[[Progress], None] | None]:
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[money]}", markup=False),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("starting", total=None, money="")

        def show(progress: Progress) -> None:
            spent = format_money(progress.total_spent, currency)
            bars.update(
                task,
                description=f"{progress.arm}, seed {progress.seed}, round {progress.round}",
                completed=progress.total_spent,
                total=progress.total_budget,
                money=f"{spent} of {format_money(progress.total_budget, currency)}",
            )

        yield show
