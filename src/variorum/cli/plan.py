"""``variorum plan``: what a target will cost, told from a pilot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from variorum import features as featurizers
from variorum import training
from variorum.annotations import Corpus, format_money, micro_units
from variorum.campaign import Plan, Reach, StrategyReach, load_campaign, open_corpus, plan_campaign
from variorum.campaign.planning import LEAST_WORTH, MOST_WORTH
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source

__all__ = ["EXAMPLE", "app", "plan"]

EXAMPLE: Final = "variorum plan pilot.csv --target 0.1 --overlap 1 --overlap 3 --price 0.05"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def plan(
    pilot: Annotated[
        str, typer.Argument(metavar="PILOT", help="Annotations (name, folder or file), or the folder of a run.")
    ],
    target: Annotated[float, typer.Option(metavar="JS", help="JS divergence to reach on new items, in nats.")],
    overlap: Annotated[
        list[int] | None, typer.Option(metavar="K", help="Votes an item. Repeatable; without it, 1, 2 and 5.")
    ] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A strategy of the benchmark, replayed on the pilot. Repeatable."),
    ] = None,
    price: Annotated[
        list[str] | None, typer.Option(metavar="MONEY", help="Price of an annotation. Repeatable; without it, 0.05.")
    ] = None,
    currency: Annotated[str, typer.Option(metavar="NAME", help="Its currency.")] = "EUR",
    features: Annotated[
        str, typer.Option(metavar="|".join([*featurizers.METHODS, "FILE.npy"]), help="How items become vectors.")
    ] = "tfidf",
    learner: Annotated[
        str, typer.Option(metavar="|".join(training.METHODS), help="Model of the label distribution.")
    ] = "softmax-regression",
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of splits and resamples.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Tell from a pilot what a target JS divergence will cost, for several overlaps, prices and strategies.

    The pilot needs votes on 60 items, and two votes or more on 30 of them.
    """
    prices = [micro_units(each) for each in price or ["0.05"]]
    with remedies_for_source(pilot):
        corpus = _open(pilot)
    made = plan_campaign(
        corpus,
        target,
        overlaps=overlap or (1, 2, 5),
        strategies=strategy or (),
        features=features,
        learner=learner,
        seed=seed,
    )
    if as_json:
        print_json({**asdict(made), "currency": currency, "prices_micro_units": prices})
        return
    _print(corpus.name, made, prices, currency)


def _open(pilot: str) -> Corpus:
    if not (Path(pilot) / "record.jsonl").is_file():
        return open_corpus(pilot)
    result = load_campaign(pilot)
    return Corpus(result.corpus.name, result.outcomes[0].bought)


def _print(name: str, made: Plan, prices: Sequence[int], currency: str) -> None:
    end = made.curve[-1]
    typer.echo(
        one_line(
            f"{name}: {made.votes:,} votes on {made.items:,} items; with {end.overlap} on each of {end.items:,}, JS is "
            f"{number(end.js, 3)} [{number(end.low, 3)}, {number(end.high, 3)}]"
        )
    )
    head = ["votes an item", "items", "votes", "JS on new items", *(format_money(each, currency) for each in prices)]
    rows = [
        [
            str(row.overlap), f"{row.items:,}", f"{row.votes:,}",
            f"{number(row.js, 3)} [{number(row.low, 3)}, {number(row.high, 3)}]",
            *(format_money(row.votes * each, currency) for each in prices),
        ]
        for row in made.forecasts
    ]  # fmt: skip
    print_table(head, rows, right=range(len(head)))
    reached = [
        [
            str(row.overlap), _count(row.items), _count(row.votes), f"[{_count(row.low)}, {_count(row.high)}]",
            *(_cost(row, each, currency) for each in prices),
        ]
        for row in made.reaches
    ]  # fmt: skip
    typer.echo(f"\nto reach {made.target}:")
    head = ["votes an item", "items", "votes", "items from, to", *(format_money(each, currency) for each in prices)]
    print_table(head, reached, right=range(len(head)))
    if made.strategies:
        _print_strategies(made, prices, currency)
    typer.echo(
        f"intervals hold {100 * made.level:.0f} % of the resampled pilots; - is not within {made.farthest:,} votes, "
        "twenty times the pilot"
    )


def _print_strategies(made: Plan, prices: Sequence[int], currency: str) -> None:
    rows = [
        [
            row.strategy, f"{_worth(row.worth)} [{_worth(row.worth_low)}, {_worth(row.worth_high)}]",
            _count(row.votes), f"[{_count(row.low)}, {_count(row.high)}]",
            *(_cost(row, each, currency) for each in prices), f"{100 * row.forced:.0f} %",
        ]
        for row in made.strategies
    ]  # fmt: skip
    costs = (format_money(each, currency) for each in prices)
    head = ["strategy", "worth of a vote", "votes", "from, to", *costs, "annotator decided by the pilot"]
    typer.echo(f"\nto reach {made.target} by strategy, a vote of one-vote-random being worth 1:")
    print_table(head, rows, right=range(1, len(head)))


def _worth(value: float) -> str:
    mark = "≥ " if value >= MOST_WORTH else "≤ " if value <= LEAST_WORTH else ""
    return mark + number(value, 2)


def _count(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "-"


def _cost(row: Reach | StrategyReach, price: int, currency: str) -> str:
    return format_money(round(row.votes * price), currency) if math.isfinite(row.votes) else "-"
