"""Tables and charts of the study."""

from __future__ import annotations

import numpy as np

from variorum.reporting.study import Cell, Curves, Data, PValue, Section, Table
from variorum.reporting.wording import percent
from variorum.studies.comparison import Comparison, estimate
from variorum.studies.llm_routing.goals import goals_table
from variorum.studies.llm_routing.results import Place, Results
from variorum.studies.llm_routing.strategies import STRATEGIES
from variorum.studies.strategies.curves import drawn_curve

__all__ = ["corpus_section", "curves_data", "goal_section", "money_data", "strategies_section"]


def goal_section(results: Results) -> Section:
    """The goal, over corpora."""
    return Section(
        "The goal",
        "A good half of the LLM is to save money, and one that misleads is to cost little.",
        (goals_table(results),),
    )


def corpus_section(results: Results, corpus: str) -> Section:
    """One corpus: a chart for each LLM at the goal's price, final scores and money."""
    charts = tuple(_chart(results, corpus, llm) for llm in results.settings.llms(corpus))
    return Section(
        f"On {corpus}",
        "Replays with the same split, first round, draws and LLM in all strategies of a seed; test items share no "
        "premise, context or post with the pool, and their target is the distribution of all votes of people on them.",
        (*charts, _scores_table(results, corpus), _money_table(results, corpus)),
    )


def _chart(results: Results, corpus: str, llm: str) -> Curves:
    price = results.settings.goal_price
    places = [Place(corpus, "", 0, name) for name in results.settings.people]
    places += [place for place in results.places(corpus, price) if place.llm == llm]
    curves = [
        drawn_curve(
            place.strategy, 100 * results.curves[place].at, results.curves[place].heights, results.settings.draws
        )
        for place in places
    ]
    return Curves(
        f"JS on {corpus}, LLM: {llm}, at 1/{price} of a person’s price",
        "money, % of people’s",
        "mean JS to people on test items, nats; lower is better",
        tuple(curves),
        "Bars are 95 % intervals over seeds of the mean.",
    )


def _scores_table(results: Results, corpus: str) -> Table:
    rows = [_scores_row("–", each.method, "–", each) for each in results.people[corpus]]
    rows += [
        _scores_row(place.llm, place.strategy, f"1/{place.cheaper}", results.compared[place])
        for place in results.places(corpus)
    ]
    head = ("LLM", "price", "strategy", "JS, lower is better", "less without LLM", "p", "Holm p", "is")
    return Table(
        f"JS for people’s money on {corpus}",
        head,
        tuple(rows),
        f"Nats, mean over {results.settings.seeds} paired seeds when all of people’s money is spent, in brackets 95 % "
        "intervals over seeds and items. Strategies with an LLM are compared with the same strategy of people alone. "
        "p: two-sided sign flips of the seeds’ means, in brackets the smallest that so many pairs can give; Holm over "
        "the strategies with one LLM at one price.",
        4,
    )


def _scores_row(llm: str, strategy: str, price: str, each: Comparison) -> tuple[Cell, ...]:
    if each.difference is None or each.test is None:
        return (llm, price, strategy, estimate(each.mean), None, None, None, "")
    return (
        llm,
        price,
        strategy,
        estimate(each.mean),
        estimate(each.difference, signed=True),
        PValue(each.test.p_value, each.test.smallest_p),
        PValue(each.holm_p),
        {"higher": "worse", "lower": "better"}.get(each.claim, each.claim),
    )


def _money_table(results: Results, corpus: str) -> Table:
    people = results.settings.people
    places = [*(Place(corpus, "", 0, name) for name in people), *results.places(corpus)]
    rows: list[tuple[Cell, ...]] = [
        (
            place.llm or "–",
            f"1/{place.cheaper}" if place.llm else "–",
            place.strategy,
            *(results.money(place, target) for target in people),
            results.llm_share(place) if place.llm else None,
            round(results.llm_votes(place)) if place.llm else None,
        )
        for place in places
    ]
    reach = tuple(f"money for {name}’s final JS" for name in people)
    head = ("LLM", "price", "strategy", *reach, "LLM’s share", "LLM’s votes")
    return Table(
        f"Money for people’s final scores on {corpus}",
        head,
        tuple(rows),
        "As a share of people’s money: where the mean curve over seeds, straight between rounds, first comes down to "
        "the score; in brackets the 95 % interval over seeds. – is more than was spent, "
        f"{percent(results.settings.stretch)} with an LLM and all of it without. A curve that wavers crosses early, so "
        "that people alone may be below 1. LLM’s share: of all that was spent by the end, mean over seeds.",
        2,
    )


def strategies_section() -> Section:
    """What each strategy is."""
    uses = {
        "ignore": "never asked",
        "prior": "a prior for people’s votes",
        "as-people": "counts as a person",
        "entropy-split": "labels the half of the items of which it is surest",
        "tested": "counts as a person if it passes the alternative annotator test on a paired sample of 60 items",
    }
    rows = tuple((name, uses[s.llm], s.acquisition, s.assignment) for name, s in STRATEGIES.items())
    table = Table("The strategies", ("strategy", "LLM", "which item", "which annotator"), rows)
    return Section("Strategies", "Each is a way to spend money on people and an LLM.", (table,))


def money_data(results: Results) -> Data:
    """Every cell: final JS, its difference, and money for people's final scores."""
    rows, people = [], results.settings.people
    for place in results.cells:
        runs, reached = results.cells[place], [results.money(place, target) for target in people]
        ends = [None if np.isnan(x) else x for each in reached for x in (each.value, each.low, each.high)]
        one = results.compared.get(place)
        gap = (None,) * 5 if one is None or one.difference is None or one.test is None else (
            one.difference.mean, one.difference.low, one.difference.high, one.test.p_value, one.holm_p)  # fmt: skip
        final = float(np.mean([run["final"] for run in runs]))
        rows.append((*place, len(runs), final, *gap, *ends, results.llm_share(place), results.llm_votes(place)))
    reach = [f"money_for_{name.replace('-', '_')}{end}" for name in people for end in ("", "_low", "_high")]
    head = ("corpus", "llm", "cheaper", "strategy", "seeds", "final_js", "less_without_llm", "low", "high", "p",
            "holm_p", *reach, "llm_share", "llm_votes")  # fmt: skip
    return Data("money", head, tuple(rows))


def curves_data(results: Results) -> Data:
    """Every round of every run: what was spent, and the JS."""
    rows = tuple(
        (*place, results.settings.seed(place.corpus, number), k, requests, int(spent), js)
        for place, runs in results.cells.items()
        for number, run in enumerate(runs)
        for k, (requests, spent, js) in enumerate(zip(run["requests"], run["spent"], run["js"], strict=True))
    )
    return Data("curves", ("corpus", "llm", "cheaper", "strategy", "seed", "round", "votes", "spent", "js"), rows)
