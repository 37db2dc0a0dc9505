"""``variorum predict``: the label distributions that a trained model gives to items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from variorum.annotations import Items
from variorum.annotations.files.source import open_table
from variorum.campaign import open_corpus
from variorum.cli.distributions import columns_of, write_distributions
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.corpora import CORPORA
from variorum.errors import ArgumentError
from variorum.studies import load_model

__all__ = ["EXAMPLE", "app", "predict"]

EXAMPLE: Final = "variorum predict model synthetic-plain --out predictions.csv"

_SHOWN: Final = 10
_COLUMNS: Final = ("text", "second_text", "image")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def predict(
    model: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that variorum train wrote.")],
    items: Annotated[
        str,
        typer.Argument(
            metavar="NAME|PATH", help="A corpus, or a file with a column item and text, second_text or image."
        ),
    ],
    features: Annotated[
        str | None, typer.Option(metavar="FILE.npy", help="Vectors of the items, for a model trained on such a file.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ends in .csv, .tsv, .jsonl or .parquet; one column a label.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Predict the label distribution of every item.

    Of a multilabel model, each column holds the share of people who would give its label.
    """
    saved = load_model(model)
    with remedies_for_source(items):
        asked = _items(items)
    prediction = saved.predict(asked, features=features)
    labels, shares = saved.scheme.labels, columns_of(prediction.mean)
    if out is not None:
        write_distributions(out, asked.ids, labels, shares)
    if as_json:
        print_json(
            {
                "model": saved.description,
                "labels": labels,
                "items": len(asked),
                "file": out,
                "predictions": None if out else dict(zip(asked.ids, shares.tolist(), strict=True)),
            }
        )
        return
    if out is None:
        rows = [(i, *map(number, row)) for i, row in zip(asked.ids[:_SHOWN], shares[:_SHOWN], strict=True)]
        print_table(("item", *labels), rows, right=range(1, len(labels) + 1))
        if len(asked) > _SHOWN:
            typer.echo(f"and {len(asked) - _SHOWN:,} more items; --out FILE.csv or --json gives all")
    typer.echo(one_line(f"{len(asked):,} items; {saved.description}"))
    if out is not None:
        typer.echo(f"predictions: {out}")


def _items(source: str) -> Items:
    """The items of a corpus, or of a table of items without annotations."""
    path = Path(source)
    if source in CORPORA or not path.is_file():
        return open_corpus(source).items
    with open_table(source, ["item", "label", *_COLUMNS]) as table:
        if "label" in table.columns:
            return open_corpus(source).items
        if "item" not in table.columns:
            raise ArgumentError(f"{table.name} needs a column 'item' beside its texts; rename the one with the ids.")
        columns: dict[str, Any] = {name: tuple(table.texts(name)) for name in _COLUMNS if name in table.columns}
        return Items(tuple(cell or "" for cell in table.texts("item")), **columns)
