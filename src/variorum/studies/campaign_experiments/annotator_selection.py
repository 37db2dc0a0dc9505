"""Study: whose vote to buy, annotators at random or those who bring diversity, and whom that serves.

The annotator selection function that Gruber et al. 2025, "Revisiting active learning under (human) label variation",
call for, and the four of van der Meer et al. 2024, "Annotator-centric active learning for subjective NLP tasks".
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from variorum.reporting.study import Cell, PValue, Section, Table
from variorum.reporting.wording import listing
from variorum.studies.campaign_experiments.experiment import Experiment, ExperimentArm, Family
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.campaign_experiments.scores import ITEMWISE, SCORES
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.campaign_experiments.study import study_of
from variorum.studies.comparison import Comparison, adjusted, estimate

__all__ = ["ACAL", "EXPERIMENT", "OURS", "STUDY"]

ACAL: Final = ("random", "label-minority", "semantic-diversity", "representation-diversity")
"""The four ways to choose annotators of annotator-centric active learning."""

OURS: Final = ("coverage", "thompson", "population-error")
"""Those that are to serve the worst-off group better."""

_WORST_OFF: Final = ("worst_group", "worst_tenth", "final")


class _Rival(NamedTuple):
    """One of ours beside the four on a corpus: comparisons with each of them, in their order."""

    name: str
    compared: tuple[Comparison, ...]

    @property
    def met(self) -> bool:
        """Whether it has the lower score than each of the four, by the whole interval."""
        return len(self.compared) == len(ACAL) and all(
            each.difference is not None and each.difference.high < 0 for each in self.compared
        )


def _rivals(results: Results, corpus: str, score: str) -> tuple[_Rival, ...]:
    """Ours that ran, beside those of the four that ran; none where the score is undefined."""
    theirs = [name for name in ACAL if name in results.names]
    ours = [name for name in OURS if name in results.names]
    families = [results.compared(corpus, score, name, ours) for name in theirs]
    if not ours or not all(families):
        return ()
    families = list(adjusted(families))
    return tuple(_Rival(name, tuple(e for family in families for e in family if e.method == name)) for name in ours)


def _goal(results: Results) -> tuple[str, ...]:
    met: list[str] = []
    missed: list[str] = []
    for name in (each for each in OURS if each in results.names):
        for corpus in results.corpora:
            rival = next((each for each in _rivals(results, corpus, "worst_group") if each.name == name), None)
            if rival is not None:
                (met if rival.met else missed).append(f"{name} on {corpus}")
    if not met and not missed:
        return ()
    return (
        "The worst group has a lower JS than under each of the four of annotator-centric active learning, interval "
        f"clear of 0, with {listing(met) or 'nobody of ours'}"
        f"{'; not with ' + listing(missed) if met and missed else ''}.",
    )


def _goal_section(results: Results) -> tuple[Section, ...]:
    tables = [
        table for corpus in results.corpora for score in _WORST_OFF if (table := _goal_table(results, corpus, score))
    ]
    if not tables:
        return ()
    return (
        Section(
            "Ours beside annotator-centric active learning",
            "The same money, the same items at random but for population-error, which chooses items, too; the four "
            "differ in whom they ask.",
            tuple(tables),
        ),
    )


def _goal_table(results: Results, corpus: str, score: str) -> Table | None:
    rivals = _rivals(results, corpus, score)
    if not rivals:
        return None
    theirs = [each.reference for each in rivals[0].compared]
    best = min(theirs, key=lambda name: float(np.mean(results.values(corpus, name, score))))
    rows: list[tuple[Cell, ...]] = [
        (
            rival.name,
            estimate(rival.compared[0].mean),
            *(estimate(e.difference, signed=True) if e.difference else None for e in rival.compared),
            PValue(max(each.holm_p for each in rival.compared)),
            "yes" if rival.met else "no",
        )
        for rival in rivals
    ]
    title = SCORES[score].title
    return Table(
        f"{title[0].upper()}{title[1:]} on {corpus}: ours less each of the four",
        ("arm", SCORES[score].direction, *(f"less {name}" for name in theirs), "largest Holm p", "below all four"),
        tuple(rows),
        f"Below 0 is better. In brackets 95 % intervals{'' if score in ITEMWISE else ' over seeds'}; the best of the "
        f"four here is {best}, chosen on the same seeds. Holm over {len(theirs) * len(rivals)}. Below all four: every "
        "interval is.",
        4,
    )


EXPERIMENT: Final = Experiment(
    arms={
        **{name: ExperimentArm(assignment=name) for name in ACAL},
        **{name: ExperimentArm(assignment=name) for name in ("round-robin", "interval-estimation")},
        "coverage": ExperimentArm(assignment="coverage"),
        "thompson": ExperimentArm(assignment="thompson"),
        "population-error": ExperimentArm("population-error"),
    },
    families=(
        Family(
            "against annotators at random",
            "random",
            (*ACAL[1:], "round-robin", "interval-estimation", *OURS),
        ),
    ),
    tested=("worst_group", "worst_tenth", "final", "area"),
    notes=(
        "Groups are the hidden perspectives of a synthetic population, which no arm sees, else those of the "
        "annotators’ attributes that are large enough. The score is JS between one prediction for all and single votes "
        "of a group’s members: no prediction of people who differ comes to 0.",
        "population-error chooses pairs of item and annotator, so that no assignment stands beside it.",
    ),
    sentences=_goal,
    sections=_goal_section,
)
"""Ways to choose annotators."""

_DEVELOPMENT: Final = ("synthetic-perspectives", "hs-brexit")

STUDY: Final = study_of(
    EXPERIMENT,
    {
        "quick": ExperimentSettings(
            2,
            ("synthetic-perspectives",),
            ("random", "semantic-diversity", "coverage"),
            features="tfidf",
            votes=300,
            members=32,
            draws=100,
        ),
        "cpu": ExperimentSettings(20, _DEVELOPMENT, draws=400),
        "paper": ExperimentSettings(20, (*_DEVELOPMENT, "multipico-english", "popquorn-offensiveness")),
    },
)
"""The study."""
