"""``variorum corpora``: what is known by name."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import typer

from variorum.cli.output import AsJson, print_json, print_table
from variorum.corpora import CorpusRow, corpora_table

__all__ = ["EXAMPLE", "app", "corpora"]

EXAMPLE: Final = "variorum corpora --json"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def corpora(as_json: AsJson = False) -> None:
    """List the corpora that are known by name.

    A corpus is looked for in $VARIORUM_DATA, then in the user's cache; else it is fetched when it is first loaded.
    """
    rows = corpora_table()
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    headers = ("name", "items", "annotators", "annotations", "scheme", "licence", "where")
    print_table(headers, [_cells(row) for row in rows], right=(1, 2, 3))


def _cells(row: CorpusRow) -> tuple[str, ...]:
    annotators = "unknown" if row.n_annotators == 0 else _count(row.n_annotators)
    scheme = f"{row.scheme}, {row.n_classes} labels" if row.n_classes else row.scheme
    where = row.where if row.at_hand else "to be fetched"
    return row.name, _count(row.n_items), annotators, _count(row.n_annotations), scheme, row.licence, where


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"
