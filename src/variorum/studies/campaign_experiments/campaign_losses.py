"""Study: losses that learn a label distribution from the votes of the same campaign.

Gruber et al. 2025, "Revisiting active learning under (human) label variation", ask for KL divergence in the place of
cross-entropy. Their gradients are the same where they have the same target, so that other losses stand beside them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from variorum.reporting.wording import listing
from variorum.studies.campaign_experiments.experiment import Experiment, ExperimentArm, Family
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.campaign_experiments.study import study_of
from variorum.studies.strategies import CONFIRMATION

__all__ = ["EXPERIMENT", "STUDY"]

_LOSSES: Final = (
    "cross-entropy",
    "kl",
    "brier",
    "dirichlet-multinomial",
    "js",
    "hellinger",
    "total-variation",
    "reverse-kl",
)
_VOTES: Final = {"one-vote": 1, "overlap-5": 5}

_RATE: Final = 3e-3
_RATES: Final = {
    **{f"one-vote-{loss}": 1e-3 for loss in ("js", "hellinger", "total-variation", "reverse-kl")},
    "overlap-5-dirichlet-multinomial": 1e-2,
}
"""Learning rates that are not the usual one: of .001, .003 and .01 those with the lowest mean JS on development corpora
(ChaosNLI-SNLI, HS-Brexit, synthetic-perspectives; 800 votes, seeds 1000 and 1001)."""


def _arm(votes: str, loss: str) -> ExperimentArm:
    options = {
        "loss": loss,
        "learning_rate": _RATES.get(f"{votes}-{loss}", _RATE),
        # Two networks from two starts: a campaign wants several members, and a Laplace posterior is one of
        # cross-entropy alone.
        "posterior": "ensemble",
        "device": "cpu",
    }
    return ExperimentArm(overlap=_VOTES[votes], learner="linear", options=options)


def _same(results: Results) -> tuple[str, ...]:
    """How far cross-entropy and KL divergence lie apart."""
    if "one-vote-kl" not in results.names and "overlap-5-kl" not in results.names:
        return ()
    gaps = [
        float(np.abs(np.subtract(mine["js"], theirs["js"])).max())
        for corpus in results.corpora
        for votes in _VOTES
        if f"{votes}-kl" in results.names
        for mine, theirs in zip(
            results.cells[corpus][f"{votes}-kl"], results.cells[corpus][f"{votes}-cross-entropy"], strict=True
        )
    ]
    most = max(gaps)
    said = "are one loss" if most == 0 else f"differ by {most:.1g} nats of mean JS at most"
    return (
        f"Cross-entropy and KL divergence to the same target {said}, round by round on {listing(results.corpora)}: "
        "their gradients are the same.",
    )


EXPERIMENT: Final = Experiment(
    arms={f"{votes}-{loss}": _arm(votes, loss) for votes in _VOTES for loss in _LOSSES},
    families=tuple(
        Family(
            f"losses on {said}, against cross-entropy",
            f"{votes}-cross-entropy",
            tuple(f"{votes}-{loss}" for loss in _LOSSES if loss not in ("cross-entropy", "kl")),
        )
        for votes, said in (("one-vote", "one random vote an item"), ("overlap-5", "five votes an item"))
    ),
    tested=("area", "final", "kl", "brier", "accuracy", "macro_f1"),
    notes=(
        "All losses train the same network, linear in the features, for as many epochs. The learning rate of each was "
        "chosen from three on corpora of development with two other seeds; that of the losses which are not made for "
        "single votes is the smallest of the three there, so that one smaller still might be better.",
        "Cross-entropy, KL, the Brier score and the Dirichlet-multinomial likelihood are lowest, in expectation over "
        "single votes, at people’s distribution. Jensen-Shannon, Hellinger, total variation and reverse KL are so only "
        "where the target is that distribution, and not one vote.",
    ),
    sentences=_same,
)
"""Losses on votes bought one an item, and five an item."""

_CPU: Final = ExperimentSettings(
    10,
    ("chaosnli-snli", "hs-brexit", "synthetic-perspectives"),
    votes=800,
    batch=100,
    members=2,
    draws=400,
)

STUDY: Final = study_of(
    EXPERIMENT,
    {
        "quick": ExperimentSettings(
            2,
            ("synthetic-plain",),
            ("one-vote-cross-entropy", "one-vote-kl", "one-vote-js", "overlap-5-cross-entropy", "overlap-5-js"),
            features="tfidf",
            votes=300,
            batch=100,
            members=2,
            draws=100,
        ),
        "cpu": _CPU,
        "paper": ExperimentSettings(20, (*_CPU.corpora, *CONFIRMATION), votes=1500, batch=100, members=2),
    },
)
"""The study."""
