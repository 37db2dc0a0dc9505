"""``variorum study``: an experiment with a question, seeds and an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from variorum.checks import as_choice
from variorum.cli.experiment import experiment
from variorum.cli.output import AsJson, print_json, print_table
from variorum.cli.settings import named_values
from variorum.studies import PRESETS, STUDIES

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
    experiment(name, preset, folder, changes, processes=processes, as_json=as_json)


def _list(as_json: bool) -> None:
    if as_json:
        print_json({name: {"question": entry.question, "presets": PRESETS} for name, entry in STUDIES.items()})
        return
    rows = [(name, entry.question, ", ".join(PRESETS)) for name, entry in STUDIES.items()]
    print_table(("study", "question", "presets"), rows)
