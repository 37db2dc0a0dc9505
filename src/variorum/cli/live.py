"""A campaign with people in front of its lead: what came back, what is out, what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Final

import typer

from variorum.annotations import format_money
from variorum.campaign.live import LiveConfig, LiveResult, run_live
from variorum.cli.distributions import write_distributions
from variorum.cli.output import number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.errors import MissingExtraError
from variorum.reporting import write_live_report

__all__ = ["live", "show_live"]

_SHOWN: Final = 10


def live(config: LiveConfig, folder: Path, *, resume: bool, close_round: bool, as_json: bool) -> None:
    """Go as far as people have answered, and say what is next.

    Args:
        config: The settings.
        folder: Where the record, the sheets and what comes of them go.
        resume: Go on with what the folder holds.
        close_round: Withdraw what is still open in the present round.
        as_json: Print one JSON object instead.
    """
    with remedies_for_source(config.corpus):
        result = run_live(config, folder, resume=resume, close_round=close_round)
    show_live(result, folder, folder / "report.html", as_json=as_json)


def show_live(result: LiveResult, folder: Path, report: Path, *, as_json: bool) -> None:
    """Write what a campaign has brought so far, and print where it stands.

    Args:
        result: The campaign.
        folder: Gets the votes as a corpus folder, ``corpus``, and the model's ``distributions.csv``.
        report: Where the report goes; nothing is written before there is a vote.
        as_json: Print one JSON object instead.
    """
    written, missing = _write(result, folder, report)
    if as_json:
        print_json({**_as_object(result), **written, "record": folder / "record.jsonl", "report_missing": missing})
        return
    corpus, currency = result.corpus, result.config.currency
    validated = f"{result.pool.size:,} to train on, {result.validation.size:,} to validate on"
    typer.echo(one_line(f"{corpus.name}: {len(corpus.items):,} items, {validated}; {result.population}"))
    if result.rounds:
        print_table(
            ("round", "requests", "items with a vote", "paid", "validation score"),
            [
                (str(s.round), f"{s.requests:,}", f"{s.items:,}", format_money(s.spent, currency), number(s.validation))
                for s in result.rounds
            ],
            right=range(5),
        )
    money = f"paid {format_money(result.spent, currency)} of {format_money(result.budget, currency)}"
    withdrawn = f"; {result.n_withdrawn:,} requests were withdrawn" if result.n_withdrawn else ""
    typer.echo(f"{len(corpus.annotations):,} votes, {money}{withdrawn}")
    for change in result.changes:
        typer.echo(one_line(str(change)))
    for name, path in written.items():
        typer.echo(f"{name}: {path}")
    if missing:
        typer.echo(f"no report: {one_line(missing)}")
    _print_aside(result, folder)
    _print_next(result, folder)


def _write(result: LiveResult, folder: Path, report: Path) -> tuple[dict[str, Path], str | None]:
    if not result.corpus.annotations.n_rows:
        return {}, None
    corpus, labels = result.corpus, result.corpus.scheme.labels
    written = {"votes": corpus.write(folder / "corpus", overwrite=True)}
    written["distributions"] = folder / "distributions.csv"
    write_distributions(written["distributions"], corpus.items.ids, labels, result.predicted)
    try:
        write_live_report(result, report)
    except MissingExtraError as error:
        return written, str(error)
    return {**written, "report": report}, None


def _print_aside(result: LiveResult, folder: Path) -> None:
    if not result.aside:
        return
    n = len(result.aside)
    typer.echo(f"{n:,} row{'s' if n > 1 else ''} kept aside, neither counted nor lost ({folder / 'aside.csv'}):")
    for each in result.aside[:_SHOWN]:
        typer.echo(one_line(f"  {each}"))
    if n > _SHOWN:
        typer.echo(f"  and {n - _SHOWN:,} more")


def _print_next(result: LiveResult, folder: Path) -> None:
    where = shlex.quote(str(folder))
    if not result.why:
        stopped = result.rounds[-1].stopped if result.rounds else ""
        typer.echo(one_line(f"The campaign is over{f': {stopped}' if stopped else '.'}"))
        return
    rows = [
        (state.annotator, f"{state.n_open:,} of {state.n_requests:,}" if state.n_open else "done", folder / state.path)
        for state in result.waiting
    ]
    print_table(("annotator", "open", "sheet"), [(a, n, str(path)) for a, n, path in rows], right=[1])
    typer.echo(one_line(result.why))
    first = next((state.annotator for state in result.waiting if state.n_open), "")
    if first:
        typer.echo(f"in the terminal: variorum annotate {where} --as {shlex.quote(first)}")
    typer.echo(f"when answers are back: variorum run --out {where} --resume   (--close-round goes on without the rest)")


def _as_object(result: LiveResult) -> dict[str, Any]:
    config = result.config
    return {
        "corpus": result.corpus.name,
        "over": not result.why,
        "currency": config.currency,
        "budget_micro_units": result.budget,
        "spent_micro_units": result.spent,
        "population": result.population,
        "items": {"pool": result.pool.size, "validation": result.validation.size},
        "votes": len(result.corpus.annotations),
        "withdrawn": result.n_withdrawn,
        "settings": config.to_json(),
        "rounds": [
            {
                "round": score.round,
                "requests": score.requests,
                "items": score.items,
                "spent_micro_units": score.spent,
                "validation": score.validation,
                "gain": score.gain,
                "stopped": score.stopped,
            }
            for score in result.rounds
        ],
        "changes": [{"round": c.round, "joined": c.joined, "left": c.left} for c in result.changes],
        "waiting": [
            {"annotator": s.annotator, "sheet": s.path, "requests": s.n_requests, "open": s.n_open}
            for s in result.waiting
        ],
        "aside": [
            {"file": each.row.file, "line": each.row.line, "kind": each.kind, "why": each.why, "row": each.row.cells}
            for each in result.aside
        ],
    }
