"""What came out of an experiment: sentences that the numbers write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from variorum.reporting.study import Findings
from variorum.reporting.wording import amount, listing
from variorum.studies.base import Run
from variorum.studies.campaign_experiments.experiment import Experiment, Family
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.campaign_experiments.scores import SCORES
from variorum.studies.campaign_experiments.sections import arms_section, corpus_section, curves_data, tests_data
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.comparison import LEVEL, Comparison
from variorum.studies.strategies import DEVELOPMENT

__all__ = ["experiment_findings"]


def experiment_findings(experiment: Experiment, settings: ExperimentSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        experiment: The experiment.
        settings: Of it.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(experiment, settings, runs)
    told = [sentence for family in experiment.families if (sentence := _told(results, family))]
    return Findings(
        (*experiment.sentences(results), *told),
        (
            *experiment.sections(results),
            *(corpus_section(results, corpus) for corpus in results.corpora),
            arms_section(experiment, results.names),
        ),
        _notes(experiment, settings),
        (),
        (tests_data(results), curves_data(results)),
    )


def _told(results: Results, family: Family) -> str:
    """Which arms of a family are better or worse than its reference, by which score and where; empty where none ran."""
    found = {
        score: {corpus: each for corpus in results.corpora if (each := results.family(corpus, score, family))}
        for score in results.experiment.tested
    }
    found = {score: by_corpus for score, by_corpus in found.items() if by_corpus}
    if not found:
        return ""
    apart = {score: _apart(score, by_corpus) for score, by_corpus in found.items()}
    titles = {score: SCORES[score].title.partition(",")[0] for score in found}
    parts = [f"by {titles[score]} {'; '.join(arms)}" for score, arms in apart.items() if arms]
    open_ = [titles[score] for score, arms in apart.items() if not arms]
    parts += [f"no arm is told apart by {listing(open_)}"] if open_ else []
    few = "" if any(_can_pass(each) for by_corpus in found.values() for each in by_corpus.values()) else (
        f" ({amount(results.settings.seeds, 'seed')} can pass no test after Holm’s correction)"
    )  # fmt: skip
    return (
        f"{family.title[0].upper()}{family.title[1:]}: {'. '.join(part[0].upper() + part[1:] for part in parts)}{few}."
    )


def _apart(score: str, compared: Mapping[str, Sequence[Comparison]]) -> list[str]:
    """Arms that are told apart from the reference, each with the corpora where it is better and worse."""
    better, worse = ("higher", "lower") if SCORES[score].higher else ("lower", "higher")
    claims: dict[str, dict[str, str]] = {}
    for corpus, found in compared.items():
        for each in found:
            claims.setdefault(each.method, {})[corpus] = each.claim
    told = []
    for arm, by_corpus in claims.items():
        sides = [
            f"{word} on {listing([corpus for corpus, each in by_corpus.items() if each == claim])}"
            for word, claim in (("better", better), ("worse", worse))
            if claim in by_corpus.values()
        ]
        told += [f"{arm} is {' and '.join(sides)}"] if sides else []
    return told


def _can_pass(compared: Sequence[Comparison]) -> bool:
    """Whether as many seeds could pass a test after Holm's correction."""
    smallest = [each.test.smallest_p for each in compared if each.test is not None]
    return len(smallest) * min(smallest, default=1.0) <= LEVEL and bool(smallest)


def _notes(experiment: Experiment, settings: ExperimentSettings) -> tuple[str, ...]:
    notes = [
        *experiment.notes,
        f"A vote costs the same whoever gives it. The budget is the smaller of {amount(settings.votes, 'vote')} and "
        "half of what people offer in the pool.",
        "A replay sells only the annotations that a corpus holds: arms that choose annotators choose among few.",
        "Holm’s correction is within one corpus, family and score. A seed draws split, first round and learner’s draws "
        "together; seeds share a corpus’s items, so that intervals and tests over them are rough, and speak of no "
        "other corpus.",
        "Scores against few votes have a floor above 0: see the reference lines before reading a difference as large.",
        "One kind of learner, linear in frozen features; another may order arms otherwise.",
    ]
    developed = [corpus for corpus in settings.corpora if corpus in DEVELOPMENT]
    if developed:
        notes.insert(0, f"Campaigns were developed on {listing(developed)}: nothing here confirms them there.")
    return tuple(notes)
