"""Tables and charts of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from variorum.reporting.study import Cell, Curves, Data, Part, Section, Table
from variorum.reporting.wording import number
from variorum.studies.campaign_experiments.experiment import MAJORITY, Experiment
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.campaign_experiments.scores import ITEMWISE, SCORES
from variorum.studies.comparison import comparison_table, mean_and_range
from variorum.studies.strategies.curves import drawn_curve

__all__ = ["arms_section", "corpus_section", "curves_data", "tests_data"]

_DRAWN: Final = 8


def corpus_section(results: Results, corpus: str) -> Section:
    """One corpus: curves, the tests of every family, all scores, and what was bought."""
    tables = [
        comparison_table(
            f"{_capital(SCORES[score].title)} on {corpus}: {family.title}",
            found,
            score=SCORES[score].direction,
            note=f"Holm over {len(found) - 1}.{'' if score in ITEMWISE else ' Intervals are over seeds alone.'}",
        )
        for family in results.experiment.families
        for score in results.experiment.tested
        if (found := results.family(corpus, score, family))
    ]
    parts: tuple[Part, ...] = (
        _chart(results, corpus),
        *tables,
        _scores_table(results, corpus),
        _bought_table(results, corpus),
    )
    return Section(
        _capital(corpus),
        "Replays with the same split, first round and learner’s draws in all arms of a seed; test items share no "
        "premise, context or post with the pool, and their target is the distribution of all their votes.",
        parts,
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _chart(results: Results, corpus: str) -> Curves:
    area = {name: float(results.values(corpus, name, "area").mean()) for name in results.names}
    families = results.experiment.families
    references = dict.fromkeys(each.reference for each in families if each.reference in results.names)
    best = sorted((name for name in results.names if name not in references), key=lambda name: area[name])
    names = [*references, *best[: max(0, _DRAWN - len(references))]]
    left = len(results.names) - len(names)
    return Curves(
        f"JS on {corpus}",
        "votes paid",
        "mean JS to people on test items, nats; lower is better",
        tuple(drawn_curve(name, *results.curve(corpus, name), results.settings.draws) for name in names),
        "Bars are 95 % intervals over seeds of the mean."
        + (f" The {left} arms with the largest area are not drawn." if left else ""),
    )


def _scores_table(results: Results, corpus: str) -> Table:
    scores = [
        score
        for score in SCORES
        if not all(np.isnan(results.values(corpus, name, score)).all() for name in results.names)
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(mean_and_range(results.values(corpus, name, score)) for score in scores)) for name in results.names
    )
    return Table(
        f"All scores on {corpus}",
        ("arm", *(f"{SCORES[score].title}{' (higher)' if SCORES[score].higher else ''}" for score in scores)),
        rows,
        "Mean over seeds, in brackets the lowest and the highest seed; no tests; lower is better but where it says "
        f"higher.{_lines_note(results, corpus)}",
        4,
    )


def _lines_note(results: Results, corpus: str) -> str:
    runs = results.lines[corpus]
    names = runs[0]["js"] if runs else {}
    if not names:
        return ""
    means = {name: float(np.mean([run["js"][name] for run in runs if name in run["js"]])) for name in names}
    said = ", ".join(f"{name} {number(mean, 4)}" for name, mean in means.items())
    return (
        f" Reference lines of JS: {said}. The oracle floor is what a model that knew each item’s distribution would "
        "score against so few votes."
    )


def _bought_table(results: Results, corpus: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in results.names:
        runs = results.cells[corpus][name]
        majority = results.experiment.arms[name].oracle == MAJORITY
        rows.append(
            (
                name,
                _mean(runs, "labelled"),
                float(np.mean([run["votes"][-1] for run in runs])),
                _mean(runs, "behind"),
                None if majority else _mean(runs, "asked"),
                None if majority else f"{100 * _mean(runs, 'forced') / max(1.0, _mean(runs, 'assignments')):.0f} %",
            )
        )
    return Table(
        f"What was bought on {corpus}",
        ("arm", "items", "votes paid", "votes behind them", "annotators", "forced choices"),
        tuple(rows),
        "Means over seeds at the end. Votes behind them are what the labels would really have cost. A choice of "
        "annotators is forced where availability decided and not the arm.",
        0,
    )


def _mean(runs: list[Mapping[str, Any]], name: str) -> float:
    return float(np.mean([run[name] for run in runs]))


def arms_section(experiment: Experiment, names: tuple[str, ...]) -> Section:
    """What each arm is."""
    arms = [(name, experiment.arms[name]) for name in names]
    rows = tuple(
        (
            name,
            arm.acquisition,
            arm.assignment,
            arm.overlap,
            arm.oracle,
            ", ".join([arm.learner, *(f"{key}={value}" for key, value in arm.options.items())]),
        )
        for name, arm in arms
    )
    head = ("arm", "which item", "which annotator", "votes an item at a time", "who answers", "learner")
    return Section("Arms", "Each is a way to ask and to learn with the same money.", (Table("The arms", head, rows),))


def tests_data(results: Results) -> Data:
    """All tests, a row a corpus, family, score and arm."""
    rows = []
    for corpus in results.corpora:
        for family in results.experiment.families:
            for score in results.experiment.tested:
                for each in results.family(corpus, score, family):
                    gap, test = each.difference, each.test
                    ends = (None,) * 5 if gap is None or test is None else (
                        gap.mean, gap.low, gap.high, test.p_value, each.holm_p
                    )  # fmt: skip
                    rows.append((corpus, family.reference, score, each.method, each.n_seeds, each.mean.mean, *ends))
    head = ("corpus", "reference", "score", "arm", "seeds", "mean", "less_reference", "low", "high", "p", "holm_p")
    return Data("tests", head, tuple(rows))


def curves_data(results: Results) -> Data:
    """Every round of every run: what was paid, and the JS."""
    rows = tuple(
        (corpus, arm, results.settings.seed(corpus, number), k, votes, js)
        for corpus, by_arm in results.cells.items()
        for arm, runs in by_arm.items()
        for number, run in enumerate(runs)
        for k, (votes, js) in enumerate(zip(run["votes"], run["js"], strict=True))
    )
    return Data("curves", ("corpus", "arm", "seed", "round", "votes", "js"), rows)
