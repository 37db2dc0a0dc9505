"""``variorum annotate``: a campaign's requests, answered in the terminal."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from variorum.campaign.journal import FolderLock
from variorum.campaign.live import Keyboard, Sheet, answer_sheet, find_sheet
from variorum.cli.output import AsJson, print_json

__all__ = ["EXAMPLE", "annotate", "app"]

EXAMPLE: Final = "variorum annotate run --as ann"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def annotate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A campaign's folder (variorum run --oracle sheets).")],
    who: Annotated[str, typer.Option("--as", metavar="NAME", help="Whose requests to answer.")],
    as_json: AsJson = False,
) -> None:
    """Answer a campaign's requests in the terminal, one key a label; every answer is saved at once.

    Keys may also come from a pipe; blanks and line ends between them mean nothing.
    """
    path, labels = find_sheet(folder, who)
    # What is shown goes elsewhere where machines read the result.
    say = partial(typer.echo, err=as_json)
    with FolderLock(path.parent, f".{path.stem}.lock"):
        sheet = Sheet.open(path)
        answered = answer_sheet(sheet, labels, Keyboard(_key, sys.stdin.readline, lambda text: say(_shown(text))))
    left = sum(map(sheet.is_open, range(len(sheet.rows))))
    if as_json:
        print_json({"annotator": who, "sheet": path, "answered": answered, "open": left})
        return
    typer.echo(f"{answered:,} answered, {left:,} open: {path}")
    if not left:
        typer.echo("Thank you, that was all of this round.")


def _shown(text: str) -> str:
    """A line as a terminal may show it, blanks included: texts must not drive it."""
    return "".join(c if c.isprintable() else "?" for c in text.expandtabs(4))


def _key() -> str:
    return typer.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
