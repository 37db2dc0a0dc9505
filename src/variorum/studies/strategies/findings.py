"""What came out of the benchmark: sentences that the numbers write."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from variorum.campaign import REFERENCE, YARDSTICK
from variorum.reporting.study import Findings
from variorum.reporting.wording import amount, listing, number, p_value, percent
from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL
from variorum.studies.strategies.goals import SAVED, goal_rows
from variorum.studies.strategies.results import Results
from variorum.studies.strategies.sections import (
    corpora_section,
    costs_section,
    curves_data,
    overview_section,
    strategies_section,
    tests_data,
)
from variorum.studies.strategies.settings import StrategiesSettings

__all__ = ["strategies_findings"]

_ROUND: Final = 0.06
"""Seconds that a round is to cost at most."""


def strategies_findings(settings: StrategiesSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the benchmark.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(settings, runs)
    verdict = [
        sentence
        for features in settings.features
        for sentence in (
            _ranks(results, features),
            _against_reference(results, features),
            _first_goal(results, features),
            _second_goal(results, features),
        )
    ]
    sections = [
        section
        for features in settings.features
        for section in (overview_section(results, features), corpora_section(results, features))
    ]
    return Findings(
        (*verdict, _speed(results)),
        (*sections, costs_section(results), strategies_section(settings)),
        _notes(results),
        (),
        (tests_data(results), curves_data(results)),
    )


def _ranks(results: Results, features: str) -> str:
    ranking = results.ranking(features)
    best = min(ranking.strategies, key=ranking.rank)
    n = len(ranking.corpora)
    over = f"over {n} corpora" if n > 1 else f"on {ranking.corpora[0]} alone"
    said = (
        f"With {features} features, {over}, {best} has the best mean rank by area under the JS curve, "
        f"{number(ranking.rank(best), 1)} of {len(ranking.strategies)} ({REFERENCE}: "
        f"{number(ranking.rank(REFERENCE), 1)})"
    )
    p = ranking.test.p_value
    if math.isnan(p):
        return f"{said}; that is too few corpora, or strategies, for a test."
    if p > LEVEL:
        return f"{said}; Friedman {p_value(p)}: no difference between strategies is shown."
    apart = [ranking.rank(each) - ranking.rank(REFERENCE) for each in ranking.strategies]
    ahead = [s for s, gap in zip(ranking.strategies, apart, strict=True) if -gap >= ranking.critical]
    behind = [s for s, gap in zip(ranking.strategies, apart, strict=True) if gap >= ranking.critical]
    return (
        f"{said}; Friedman {p_value(p)}: strategies differ. By Nemenyi’s test {listing(ahead) or 'none'} ranks before "
        f"{REFERENCE} and {listing(behind) or 'none'} behind it."
    )


def _against_reference(results: Results, features: str) -> str:
    parts = []
    for row in goal_rows(results, features):
        sides = [f"better on {listing(row.better)}"] if row.better else []
        sides += [f"worse on {listing(row.worse)}"] if row.worse else []
        if sides:
            parts.append(f"{row.strategy} {' and '.join(sides)}")
    said = "; ".join(parts) or "no strategy is told apart"
    return f"Against {REFERENCE} by area, {features}: {said}{_powerless(results, features)}."


def _powerless(results: Results, features: str) -> str:
    """A warning where so few seeds cannot pass any test after Holm's correction."""
    families = [results.compared[(features, corpus), "area"] for corpus in results.corpora(features)]
    least = [
        len(family[1:]) * min((each.test.smallest_p for each in family if each.test is not None), default=1.0)
        for family in families
    ]
    if min(least) <= LEVEL:
        return ""
    return f" ({amount(results.settings.seeds, 'seed')} can pass no test after Holm’s correction)"


def _first_goal(results: Results, features: str) -> str:
    rows = goal_rows(results, features)
    met = [row.strategy for row in rows if row.beats]
    never = [row.strategy for row in rows if not row.worse and not row.missing]
    return (
        f"Goal 1 ({features}; worse than {REFERENCE} nowhere, better on half of the corpora, best mean rank) is met by "
        f"{listing(met) or 'no strategy'}; worse nowhere: {listing(never) or 'none'}."
    )


def _second_goal(results: Results, features: str) -> str:
    rows = goal_rows(results, features)
    met = [row.strategy for row in rows if row.saves]
    own = results.median_saving(features, REFERENCE)
    said = (
        f"Goal 2 ({features}; {percent(SAVED)} of the budget saved at {YARDSTICK}’s final score, median over "
        f"corpora, and nowhere less than {REFERENCE} saves) is met by {listing(met) or 'no strategy'}; {REFERENCE} "
        f"itself saves {percent(own.share)}"
    )
    if not rows:
        return f"{said}."
    most = max(rows, key=lambda row: row.saving.share)
    return f"{said}, and {most.strategy}, which saves most, {percent(most.saving.share)}."


def _speed(results: Results) -> str:
    means = {
        (cell, name): sum(run["seconds"] for run in runs) / len(runs)
        for cell, by_strategy in results.cells.items()
        for name, runs in by_strategy.items()
    }
    (features, corpus), name = max(means, key=lambda key: means[key])
    slowest = max(means.values())
    kept = sum(mean <= _ROUND for mean in means.values())
    return (
        f"A round took {1000 * sum(means.values()) / len(means):.0f} ms of processor time on average, and at most "
        f"{1000 * slowest:.0f} ms ({name} on {corpus}, {features}); {kept} of {len(means)} pairs of corpus and "
        f"strategy stay within {1000 * _ROUND:.0f} ms."
    )


def _notes(results: Results) -> tuple[str, ...]:
    settings = results.settings
    notes = [
        "Prices are the annotators’ own where the corpus has them, else one for all; the budget is the smaller of "
        f"{amount(settings.votes, 'vote')} and half of what the pool offers, at the median price.",
        "A replay sells only the annotations that a corpus holds: strategies that choose annotators choose among few, "
        "and the table of forced choices says how often not at all.",
        "Holm’s correction is within one corpus, features and score. A seed draws split, first round and learner’s "
        "draws together; seeds share a corpus’s items, so that intervals and tests over them are rough, and speak of "
        "no other corpus.",
        "Scores against few votes have a floor above 0: see the reference lines before reading a difference as large.",
        "One learner, softmax regression on frozen features, learned; another may order strategies otherwise.",
        "Times are those of the machine that ran it, with whatever else it did.",
    ]
    if settings.part == "development":
        notes.insert(0, "Strategies were developed on corpora of this part, so that nothing here confirms them.")
    notes += [
        f"{strategy} did not run on {corpus} ({features}): {reason.rstrip('.')}."
        for (features, corpus, strategy), reason in results.left_out.items()
    ]
    return tuple(notes)
