"""``variorum aggregate``: votes to one label distribution an item."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from variorum.campaign import open_corpus
from variorum.checks import as_choice
from variorum.cli.distributions import columns_of, write_distributions
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_import, remedies_for_source
from variorum.errors import ArgumentError
from variorum.labels import METHODS, binary_relevance

__all__ = ["EXAMPLE", "aggregate", "app"]

EXAMPLE: Final = "variorum aggregate synthetic-plain --method dawid-skene --out labels.csv"

_SHOWN = 20

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def aggregate(
    corpus: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="Name of a corpus, a corpus folder, or a file of annotations.")
    ],
    method: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(METHODS),
            help="How votes become labels: by default soft, and binary-relevance where the scheme is multilabel.",
        ),
    ] = None,
    each: Annotated[
        str | None,
        typer.Option(metavar="METHOD", help="The method for each label by itself, within binary-relevance."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A .csv, .tsv, .jsonl or .parquet file, one row an item.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn votes into one label distribution an item.

    Of a multilabel corpus, each column holds the probability that its label is given, so that rows need not sum to 1.
    """
    if method is not None:
        as_choice("method", method, METHODS)
    with remedies_for_source(corpus):
        data = open_corpus(corpus)
    chosen = method or ("binary-relevance" if data.scheme.kind == "multilabel" else "soft")
    aggregator = METHODS[chosen]
    if each is not None:
        if chosen != "binary-relevance":
            raise ArgumentError(f"--each is for --method binary-relevance, and the method is {chosen}; leave it out.")
        aggregator = partial(binary_relevance, aggregator=METHODS[as_choice("each", each, METHODS)])
    with remedies_for_import():
        estimate = aggregator(data.annotations)
    labels, ids = data.scheme.labels, data.items.ids
    shares, priors = columns_of(estimate.posterior), columns_of(estimate.priors[None])[0]
    if out is not None:
        write_distributions(out, ids, labels, shares)
    empty = int(np.isnan(shares[:, 0]).sum())
    if as_json:
        print_json(
            {
                "corpus": data.name,
                "method": estimate.method,
                "labels": labels,
                "population": estimate.population,
                "items_without_a_vote": empty,
                "converged": estimate.converged,
                "iterations": estimate.n_iterations,
                "notes": estimate.notes,
                "priors": priors,
                "file": out,
                "posterior": None if out else dict(zip(ids, shares.tolist(), strict=True)),
            }
        )
        return
    if out is None:
        rows = [(i, *map(number, row)) for i, row in zip(ids[:_SHOWN], shares[:_SHOWN], strict=True)]
        print_table(("item", *labels), rows, right=range(1, len(labels) + 1))
        if len(ids) > _SHOWN:
            typer.echo(f"and {len(ids) - _SHOWN:,} more items; --out FILE.csv or --json gives all")
    without = f", {empty:,} of them without a vote" if empty else ""
    steps = f"; {estimate.n_iterations} iterations" if estimate.n_iterations else ""
    typer.echo(one_line(f"{estimate.method}: {len(ids):,} items{without}; {estimate.population}{steps}"))
    for note in estimate.notes:
        typer.echo(one_line(note))
    if out is not None:
        typer.echo(f"labels: {out}")
