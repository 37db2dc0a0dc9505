"""``variorum evaluate``: a model's label distributions against people's."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import numpy as np
import typer

from variorum.checks import as_choice
from variorum.cli.distributions import read_human
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.evaluation import HIGHER_IS_BETTER, METRICS, distance_correlation, entropy_correlation, wasserstein
from variorum.labels.distribution_files import align, keep_shared, read_distributions

__all__ = ["EXAMPLE", "app", "evaluate"]

EXAMPLE: Final = "variorum evaluate people.csv model.csv --metric kl --metric tvd"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def evaluate(
    human: Annotated[
        str,
        typer.Argument(
            metavar="HUMAN", help="Annotations (name, folder or file), or a file with item and one column a label."
        ),
    ],
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A file with item and one column a label.")],
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"One of {', '.join(METRICS)}. Repeatable; without it, all."),
    ] = None,
    partial_model: Annotated[
        bool, typer.Option("--partial", help="Score the items that MODEL has, and leave the others out.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score a model's label distributions against people's, joined by item.

    Every item of HUMAN must be in MODEL, unless --partial is given. Two correlations that compare all items at once are
    printed beside the means.
    """
    names = [as_choice("metric", name, METRICS) for name in metric or METRICS]
    with remedies_for_source(human):
        people = read_human(human)
    with remedies_for_source(model):
        predicted = read_distributions(model)
    asked = len(people.ids)
    if partial_model:
        people = keep_shared(people, predicted)
    p, q, unused = align(people, predicted)
    metrics = dict(METRICS)
    if people.positions:
        metrics["wasserstein"] = partial(wasserstein, positions=people.positions)
    means = {name: float(np.mean(metrics[name](p, q))) for name in names}
    overall = {"distance-correlation": distance_correlation(p, q), "entropy-correlation": entropy_correlation(p, q)}
    if as_json:
        print_json(
            {
                "items": len(p),
                "labels": people.labels,
                "items_without_a_vote": people.without_vote,
                "items_in_model_only": unused,
                "items_in_human_only": asked - len(p),
                "scores": means,
                **({} if metric else {"over_all_items": overall}),
                "population": people.population,
            }
        )
        return
    rows = [(name, number(means[name]), _better(name)) for name in names]
    if not metric:
        rows += [(name, number(value), "higher is better") for name, value in overall.items()]
    print_table(("metric", "mean over items", ""), rows, right=(1,))
    typer.echo(one_line(f"{len(p):,} items, labels {', '.join(people.labels)}; {people.population}"))
    if people.without_vote:
        typer.echo(f"{people.without_vote:,} items of HUMAN have no vote and are left out")
    if asked > len(p):
        typer.echo(f"{asked - len(p):,} items of HUMAN are not in MODEL and are left out")
    if unused:
        typer.echo(f"{unused:,} items of MODEL are not in HUMAN and are left out")
    if "wasserstein" in names and not people.positions:
        typer.echo("wasserstein takes the labels in the order above, one apart")


def _better(name: str) -> str:
    if name == "ent-ce":
        return "best at 0"
    return "higher is better" if name in HIGHER_IS_BETTER else "lower is better"
