"""What came out of the study: sentences that the numbers write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from variorum.reporting.study import Estimate, Findings
from variorum.reporting.wording import amount, listing, number
from variorum.studies.base import Run
from variorum.studies.realised_drop.results import Results
from variorum.studies.realised_drop.scores import OURS, REFERENCE, SCORES
from variorum.studies.realised_drop.sections import (
    ceiling_section,
    corpus_section,
    correlations_data,
    drops_data,
    goal_section,
)
from variorum.studies.realised_drop.settings import RealisedDropSettings
from variorum.studies.strategies import CONFIRMATION

__all__ = ["drop_findings"]

_AHEAD: Final = 0.2
"""By how much our correlation is to exceed entropy's."""


def drop_findings(settings: RealisedDropSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(settings, runs)
    return Findings(
        (_goal(results), _ceilings(results), *(_on(results, corpus) for corpus in results.corpora)),
        (
            goal_section(results),
            ceiling_section(results),
            *(corpus_section(results, corpus) for corpus in results.corpora),
        ),
        _notes(results),
        (),
        (correlations_data(results), drops_data(results)),
    )


def _goal(results: Results) -> str:
    gaps = {corpus: results.ours_less(corpus) for corpus in results.corpora}
    met = [corpus for corpus, gap in gaps.items() if gap.value >= _AHEAD and gap.low > 0]
    said = listing([f"{_signed(gap)} on {corpus}" for corpus, gap in gaps.items()])
    return (
        f"The correlation of {OURS} with the realised drop, less {REFERENCE}’s, is {said}; the goal (at least "
        f"+{number(_AHEAD, 2)}, interval above 0) is met on {listing(met) or 'no corpus'}."
    )


def _ceilings(results: Results) -> str:
    said = listing([f"{_with_ends(results.ceiling(corpus))} on {corpus}" for corpus in results.corpora])
    own = listing([f"{_with_ends(results.model_ceiling(corpus))} on {corpus}" for corpus in results.corpora])
    taught = listing(
        [
            f"{number(results.correlation(corpus, 'learned from drops').value, 2)} on {corpus}"
            for corpus in results.corpora
        ]
    )
    return (
        f"A score that knew people’s votes on each candidate, and not the test items, could reach {said}; one that "
        f"knows what a perfectly calibrated model does, {own}; a regression that was taught the drops of other "
        f"candidates reaches {taught}."
    )


def _on(results: Results, corpus: str) -> str:
    found = {name: results.correlation(corpus, name).value for name in SCORES}
    defined = {name: value for name, value in found.items() if value == value}
    top = max(defined, key=lambda name: defined[name])
    random, best, ours = results.mean_drop(corpus), results.best(corpus, "the other half"), results.best(corpus, OURS)
    times = (
        f"the {results.settings.best} best candidates by the drop on other test items bring "
        f"{number(best.value / random.value, 1)} times what a random one does, and those by {OURS} "
        f"{number(ours.value / random.value, 1)} times"
        if random.value > 0
        else "a random candidate brings nothing on average"
    )
    return (
        f"On {corpus}, {top} has the highest correlation, {number(defined[top], 2)} ({OURS} {number(found[OURS], 2)}, "
        f"{REFERENCE} {number(found[REFERENCE], 2)}); {times}."
    )


def _notes(results: Results) -> tuple[str, ...]:
    settings = results.settings
    notes = [
        f"{amount(settings.seeds, 'seed')}, each with a split of its own; seeds share a corpus’s items, so that "
        "intervals over seeds are rough, and speak of no other corpus.",
        "Prior precision and scaling of the features are those before the vote: a vote that would make the search for "
        "them jump is not counted for it.",
        "The next vote is one of those that the corpus holds and that were not bought; with few votes an item these "
        "are a rough picture of its people.",
        "One learner, softmax regression on frozen features; the drop that another learns from a vote may differ.",
    ]
    if not set(results.corpora) & set(CONFIRMATION):
        notes.insert(0, "Scores were developed on these corpora, so that nothing here confirms them.")
    return tuple(notes)


def _with_ends(found: Estimate) -> str:
    return f"{number(found.value, 2)} [{number(found.low, 2)}, {number(found.high, 2)}]"


def _signed(found: Estimate) -> str:
    plus = "+" if found.value > 0 else ""
    return f"{plus}{_with_ends(found)}"
