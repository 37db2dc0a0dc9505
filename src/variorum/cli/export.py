"""``variorum export``: a corpus into a file or a corpus folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from variorum.campaign import open_corpus
from variorum.cli.output import AsJson, one_line, print_json
from variorum.cli.remedies import remedies_for_import, remedies_for_source

__all__ = ["EXAMPLE", "app", "export"]

EXAMPLE: Final = "variorum export synthetic-plain --out votes.parquet"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def export(
    corpus: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="Name of a corpus, a corpus folder, or a file of annotations.")
    ],
    out: Annotated[
        Path, typer.Option(metavar="PATH", help="A .csv, .tsv, .jsonl or .parquet file; else a corpus folder.")
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a corpus as CSV, JSONL, Parquet or a corpus folder.

    A file holds the annotations alone; a folder holds items, annotators, validity judgments and the scheme as well.
    """
    with remedies_for_source(corpus):
        data = open_corpus(corpus)
    if out.suffix:
        if out.exists() and not overwrite:
            raise FileExistsError(17, "the file exists; replace it with --overwrite", str(out))
        data.annotations.write(out)
    else:
        with remedies_for_import():
            data.write(out, overwrite=overwrite)
    if as_json:
        print_json({"path": out, "corpus": data.name, "rows": data.annotations.n_rows, "items": len(data.items)})
        return
    typer.echo(one_line(f"{out}: {data.annotations.n_rows:,} rows about {len(data.items):,} items of {data.name}"))
