"""``variorum benchmark``: strategies of choosing items and annotators, on corpora, with seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from variorum import features as featurizers
from variorum.checks import as_choice
from variorum.cli.experiment import experiment
from variorum.cli.output import AsJson
from variorum.studies import PRESETS

__all__ = ["EXAMPLE", "app", "benchmark"]

EXAMPLE: Final = "variorum benchmark --preset quick --out benchmark"

# As in studies.strategies, which is imported when it is opened, as every study is.
_STUDY, _PARTS = "strategies", ("development", "confirmation")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def benchmark(
    preset: Annotated[
        str, typer.Option(metavar="|".join(PRESETS), help="Settings: a minute, a night, or as published.")
    ] = PRESETS[0],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for runs and report; without it, benchmark-PRESET.", show_default=False
        ),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(_PARTS),
            help="Corpora that strategies are developed on, or those that confirm them, with fresh seeds.",
            show_default=False,
        ),
    ] = None,
    corpus: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME|PATH", help="A corpus instead of the preset's. Repeatable.", show_default=False),
    ] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A strategy instead of all; those that the others are compared with always run. Repeatable.",
            show_default=False,
        ),
    ] = None,
    features: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join([*featurizers.METHODS, "FILE.npy"]),
            help="How items become vectors, instead of the preset's. Repeatable.",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Seeds instead of the preset's.", show_default=False)
    ] = None,
    processes: Annotated[
        int, typer.Option(metavar="N", min=1, help="Runs at a time; the results do not depend on it.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Replay corpora by every strategy with the same money, and compare all with one random vote an item.

    Finished runs are kept: the same command goes on where it was stopped, and further seeds, corpora and strategies
    add runs to those that are there.
    """
    folder = Path(f"benchmark-{as_choice('preset', preset, PRESETS)}") if out is None else out
    given = {"part": part, "corpora": corpus, "strategies": strategy, "features": features, "seeds": seeds}
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value}
    if part is not None:
        changes.setdefault("corpora", ())  # those of the part, whatever the preset has
    experiment(_STUDY, preset, folder, changes, processes=processes, as_json=as_json)
