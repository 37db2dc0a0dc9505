"""Tables and charts of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from variorum.campaign import REFERENCE, STRATEGIES, YARDSTICK
from variorum.reporting.study import Cell, Curves, Data, Part, PValue, Section, Table
from variorum.reporting.wording import number
from variorum.studies.comparison import comparison_table, mean_and_range
from variorum.studies.strategies.curves import drawn_curve
from variorum.studies.strategies.goals import goals_table
from variorum.studies.strategies.results import TARGETS, Results
from variorum.studies.strategies.scores import ITEMWISE, SCORES
from variorum.studies.strategies.settings import StrategiesSettings

__all__ = ["corpora_section", "costs_section", "curves_data", "overview_section", "strategies_section", "tests_data"]

_DRAWN: Final = 8


def overview_section(results: Results, features: str) -> Section:
    """Over corpora: goals, ranks, and what each corpus says."""
    parts = (
        goals_table(results, features),
        _ranks_table(results, features),
        _areas_table(results, features),
        *(_savings_table(results, features, target) for target in TARGETS),
    )
    return Section(
        f"Over corpora, {features}",
        "A corpus is one unit here. A strategy’s score on a corpus is its mean over seeds.",
        parts,
    )


def _ranks_table(results: Results, features: str) -> Table:
    rankings = {score: results.ranking(features, score) for score in SCORES}
    defined = {score: each for score, each in rankings.items() if each.strategies}
    rows: list[tuple[Cell, ...]] = [
        (strategy, *(each.rank(strategy) for each in defined.values()))
        for strategy in results.settings.names
        if strategy in rankings["area"].strategies
    ]
    rows.append(("Friedman’s p", *(PValue(each.test.p_value) for each in defined.values())))
    rows.append(("critical difference", *(each.critical for each in defined.values())))
    rows.append(("corpora", *(len(each.corpora) for each in defined.values())))
    return Table(
        f"Mean rank over corpora, {features}",
        ("strategy", *(SCORES[score].title for score in defined)),
        tuple(rows),
        f"1 is best of {len(rankings['area'].strategies)}, equal means share their rank; strategies that ran on every "
        "corpus where the score is defined. Two strategies are told apart at .05 where their mean ranks lie the "
        "critical difference apart (Nemenyi, all pairs). Friedman’s p by its chi-square approximation, undefined with "
        "fewer than three corpora.",
        2,
    )


def _areas_table(results: Results, features: str) -> Table:
    corpora = results.corpora(features)
    rows = []
    for strategy in results.settings.names:
        cells: list[Cell] = []
        for corpus in corpora:
            each = results.comparison((features, corpus), strategy)
            if each is None:
                cells.append(None)
            elif each.difference is None:
                cells.append(number(each.mean.mean, 4))
            else:
                claim = {"higher": ", worse", "lower": ", better"}.get(each.claim, "")
                gap = each.difference.mean
                cells.append(f"{'+' if gap > 0 else ''}{number(gap, 4)}{claim}")
        rows.append((strategy, *cells))
    return Table(
        f"Area under the JS curve, less one-vote random’s, {features}",
        ("strategy", *corpora),
        tuple(rows),
        "Nats; of one-vote random the area itself. “Better” and “worse” by sign flips of the seeds’ means, Holm over "
        "the strategies of a column; the tables of each corpus have intervals and p values.",
        4,
    )


def _savings_table(results: Results, features: str, target: str) -> Table:
    corpora = results.corpora(features)
    rows = []
    for strategy in results.settings.names:
        cells: list[Cell] = [
            results.saving((features, corpus), strategy, target).estimate
            if strategy in results.cells[features, corpus]
            else None
            for corpus in corpora
        ]
        rows.append((strategy, *cells))
    return Table(
        f"Share of the budget saved at {target}’s final score, {features}",
        ("strategy", *corpora),
        tuple(rows),
        "By mean curves over seeds, interpolated between rounds, at the first crossing; 0 where the curve does not get "
        "there within the budget. In brackets the 95 % interval over seeds. A curve that wavers crosses early, so "
        f"that {target} itself may be above 0.",
        2,
    )


def corpora_section(results: Results, features: str) -> Section:
    """Every corpus: curves, tests, all scores."""
    parts: list[Part] = []
    for corpus in results.corpora(features):
        parts.append(_chart(results, features, corpus))
        for score in ITEMWISE:
            found = results.compared[(features, corpus), score]
            title = f"{SCORES[score].title} on {corpus}, {features}"
            note = f"Holm over {len(found) - 1} tests. Nats."
            parts.append(
                comparison_table(title[0].upper() + title[1:], found, score=SCORES[score].direction, note=note)
            )
        parts.append(_scores_table(results, features, corpus))
    return Section(
        f"Corpus by corpus, {features}",
        "Replays with the same split, first round and learner’s draws in all strategies of a seed; test items share no "
        "premise, context or post with the pool, and their target is the distribution of all their votes. Areas and "
        "curves are over money, in votes at the median price.",
        tuple(parts),
    )


def _chart(results: Results, features: str, corpus: str) -> Curves:
    cell = (features, corpus)
    compared = sorted(results.compared[cell, "area"], key=lambda each: each.mean.mean)
    best = [each.method for each in compared if each.method not in (REFERENCE, YARDSTICK)]
    names = [REFERENCE, YARDSTICK, *best[: _DRAWN - 2]]
    run = results.cells[cell][REFERENCE][0]
    curves = []
    for name in names:
        at, heights = results.curve(cell, name)
        curves.append(drawn_curve(name, at * run["budget"] / run["price"], heights, results.settings.draws))
    return Curves(
        f"JS on {corpus}, {features}",
        "money, in votes at the median price",
        "mean JS to people on test items, nats; lower is better",
        tuple(curves),
        f"{REFERENCE}, {YARDSTICK} and the {len(names) - 2} others with the smallest area. Bars are 95 % intervals "
        "over seeds of the mean.",
    )


def _scores_table(results: Results, features: str, corpus: str) -> Table:
    cell = (features, corpus)
    by_strategy = results.cells[cell]
    scores = [s for s in SCORES if any(not np.isnan(results.values(cell, name, s)).all() for name in by_strategy)]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(mean_and_range(results.values(cell, name, score)) for score in scores)) for name in by_strategy
    )
    return Table(
        f"All scores on {corpus}, {features}",
        ("strategy", *(f"{SCORES[s].title}{' (higher)' if SCORES[s].higher else ''}" for s in scores)),
        rows,
        f"Mean over seeds, in brackets the lowest and the highest seed; no tests; lower is better but where it says "
        f"higher.{_lines_note(results, corpus)}",
        4,
    )


def _lines_note(results: Results, corpus: str) -> str:
    runs = results.lines.get(corpus, [])
    if not runs or not runs[0]["js"]:
        return ""
    means = {name: float(np.mean([run["js"][name] for run in runs if name in run["js"]])) for name in runs[0]["js"]}
    said = ", ".join(f"{name} {number(mean, 4)}" for name, mean in means.items())
    return (
        f" Reference lines of JS: {said}. The oracle floor is what a model that knew each item’s distribution would "
        "score against so few votes."
    )


def costs_section(results: Results) -> Section:
    """What the corpus decided and not the strategy, what was bought, and how long it took."""
    tables = []
    for features in results.settings.features:
        corpora = results.corpora(features)
        for title, of, note, digits in (
            ("Share of forced choices", _forced, "Assignments in which availability decided and not the strategy: one "
             "annotator alone was left, or the wanted one was not for sale. Where annotators are unknown, all are.", 2),
            ("Votes bought", _bought, "Requests in all; they differ where annotators have prices of their own.", 0),
            ("Milliseconds of processor time a round", _milliseconds, "Choosing, buying, learning and scoring; mean "
             "over rounds and seeds, without what all strategies of a seed share.", 1),
        ):  # fmt: skip
            rows = tuple(
                (
                    name,
                    *(
                        float(np.mean([of(run) for run in results.cells[features, corpus][name]]))
                        if name in results.cells[features, corpus]
                        else None
                        for corpus in corpora
                    ),
                )
                for name in results.settings.names
            )
            tables.append(Table(f"{title}, {features}", ("strategy", *corpora), rows, note, digits))
    return Section("What it took", "Choices, votes and time.", tuple(tables))


def _forced(run: Mapping[str, Any]) -> float:
    return float(run["forced"]) / max(1, int(run["assignments"]))


def _bought(run: Mapping[str, Any]) -> float:
    return float(run["requests"][-1])


def _milliseconds(run: Mapping[str, Any]) -> float:
    return 1000.0 * float(run["seconds"])


def strategies_section(settings: StrategiesSettings) -> Section:
    """What each strategy is."""
    rows = tuple(
        (name, s.acquisition, s.assignment, s.overlap, s.first, s.vote_weights)
        for name, s in ((name, STRATEGIES[name]) for name in settings.names)
    )
    head = ("strategy", "which item", "which annotator", "votes an item at a time", "which item in the first round",
            "what a vote weighs")  # fmt: skip
    table = Table("The strategies", head, rows)
    return Section("Strategies", "Each is a way to choose items and annotators with the same money.", (table,))


def tests_data(results: Results) -> Data:
    """All tests, a row a cell, score and strategy."""
    rows = []
    for ((features, corpus), score), found in results.compared.items():
        for each in found:
            gap, test = each.difference, each.test
            ends = (None,) * 5 if gap is None or test is None else (gap.mean, gap.low, gap.high, test.p_value,
                                                                    each.holm_p)  # fmt: skip
            rows.append((features, corpus, score, each.method, each.n_seeds, each.mean.mean, *ends))
    head = ("features", "corpus", "score", "strategy", "seeds", "mean", "less_one_vote_random", "low", "high", "p",
            "holm_p")  # fmt: skip
    return Data("tests", head, tuple(rows))


def curves_data(results: Results) -> Data:
    """Every round of every run: what was spent, and the JS."""
    rows = tuple(
        (features, corpus, strategy, seed, k, requests, int(spent), js)
        for (features, corpus), by_strategy in results.cells.items()
        for strategy, runs in by_strategy.items()
        for seed, run in zip(results.settings.seed_range, runs, strict=True)
        for k, (requests, spent, js) in enumerate(zip(run["requests"], run["spent"], run["js"], strict=True))
    )
    return Data("curves", ("features", "corpus", "strategy", "seed", "round", "votes", "spent", "js"), rows)
