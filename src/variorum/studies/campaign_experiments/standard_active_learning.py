"""Study: standard active learning, which takes one hard label an item from a single oracle, beside every vote counted.

What Gruber et al. 2025, "Revisiting active learning under (human) label variation", say of the assumptions of standard
active learning, put to the test.
"""

from __future__ import annotations

from typing import Final

from variorum.reporting.wording import listing, number
from variorum.studies.campaign_experiments.experiment import MAJORITY, Experiment, ExperimentArm, Family
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.campaign_experiments.study import study_of
from variorum.studies.strategies import CONFIRMATION

__all__ = ["EXPERIMENT", "STUDY"]

_HARD: Final = {"orthogonal": True, "hard": True}
_ASKED: Final = ("random", "entropy", "least-confidence", "badge", "k-center")

_VARIATION: Final = {
    "one-vote-random": ExperimentArm(),
    "soft-of-3": ExperimentArm(overlap=3),
    "soft-of-5": ExperimentArm(overlap=5),
    "population-error": ExperimentArm("population-error"),
}
_STANDARD: Final = {
    "one-annotator-entropy": ExperimentArm("entropy", options=_HARD),
    **{f"majority-of-3-{name}": ExperimentArm(name, overlap=3, options=_HARD) for name in ("random", "entropy")},
    **{f"majority-of-5-{name}": ExperimentArm(name, overlap=5, options=_HARD) for name in _ASKED},
    **{f"simulated-{name}": ExperimentArm(name, oracle=MAJORITY, options=_HARD) for name in _ASKED},
}


def _real_cost(results: Results) -> tuple[str, ...]:
    """How many votes of people a simulated label stands for."""
    simulated = [name for name in results.names if results.experiment.arms[name].oracle == MAJORITY]
    if not simulated:
        return ()
    per_label = [
        number(
            sum(run["behind"] for name in simulated for run in results.cells[corpus][name])
            / sum(run["labelled"] for name in simulated for run in results.cells[corpus][name]),
            1,
        )
        for corpus in results.corpora
    ]
    said = listing([f"{votes} on {corpus}" for votes, corpus in zip(per_label, results.corpora, strict=True)])
    return (f"A label that simulations count as one vote stands for this many votes of people: {said}.",)


EXPERIMENT: Final = Experiment(
    arms={**_VARIATION, **_STANDARD},
    families=(
        Family(
            "against one random vote an item",
            "one-vote-random",
            (*(name for name in _VARIATION if name != "one-vote-random"), *_STANDARD),
        ),
        Family("hard against soft labels of the same three votes", "soft-of-3", ("majority-of-3-random",)),
        Family("hard against soft labels of the same five votes", "soft-of-5", ("majority-of-5-random",)),
    ),
    tested=("area", "final", "accuracy", "macro_f1", "worst_tenth"),
    notes=(
        "The simulated arms buy the majority of all votes of an item at the price of one, as simulations of active "
        "learning do; nobody sells that. What their labels would really have cost stands under votes behind them.",
        "With one vote an item a hard label is that vote: one-annotator-entropy differs from one-vote-random by what "
        "it asks alone.",
        "A simulated arm may have asked about the whole pool before its money is gone; its curve is level from there.",
    ),
    sentences=_real_cost,
)
"""Arms that take one hard label an item, and arms that count every vote."""

STUDY: Final = study_of(
    EXPERIMENT,
    {
        "quick": ExperimentSettings(
            2,
            ("synthetic-plain",),
            ("one-vote-random", "majority-of-5-random", "majority-of-5-entropy", "simulated-entropy"),
            features="tfidf",
            votes=300,
            members=32,
            draws=100,
        ),
        "cpu": ExperimentSettings(20, ("chaosnli-snli", "hs-brexit", "synthetic-perspectives"), votes=600, draws=400),
        "paper": ExperimentSettings(
            20, ("chaosnli-snli", "hs-brexit", "synthetic-perspectives", *CONFIRMATION), votes=600
        ),
    },
)
"""The study."""
