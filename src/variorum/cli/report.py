"""``variorum report``: the report of a run, again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from variorum.campaign import load_campaign
from variorum.campaign.live import live_settings, load_live
from variorum.cli.live import show_live
from variorum.cli.output import AsJson, print_json
from variorum.cli.summary import as_object, print_alarms, print_endings, print_summary
from variorum.reporting import write_report

__all__ = ["EXAMPLE", "app", "report"]

EXAMPLE: Final = "variorum report demo --out demo/again.html"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run's folder.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; without it, DIR/report.html.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a run again from its folder; a run that was cut off is finished first.

    A campaign with people is shown as it is: no answer is taken, and no sheet written.
    """
    if live_settings(folder) is not None:
        show_live(load_live(folder), folder, out or folder / "report.html", as_json=as_json)
        return
    result = load_campaign(folder)
    path = folder / "report.html" if out is None else out
    write_report(result, path)
    if as_json:
        print_json({**as_object(result), "record": folder / "record.jsonl", "report": path})
        return
    print_summary(result)
    print_alarms(result)
    print_endings(result)
    typer.echo(f"report: {path}")
