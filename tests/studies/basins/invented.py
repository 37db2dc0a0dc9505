"""Runs with results of our own making, so that tests know what findings must say."""

from __future__ import annotations

import numpy as np

from variorum.studies.base import Run, as_plain
from variorum.studies.basins.gains import gains_by_distance
from variorum.studies.basins.scores import SCORES
from variorum.studies.basins.settings import ALL, HARD, Arm, BasinsSettings, deliveries_at
from variorum.studies.basins.shape import GEOMETRY

ARM = Arm("mlp", ("1", "5", ALL), initialisations=2, holds=(50,), measured_at=(ALL,))
SETTINGS = BasinsSettings(seeds=10, arms=(ARM,), draws=30)


def invented_runs(
    *, few: float, full: float = 0.0, slope: float = 0.0, flat: float = 1.0, wobble: float = 0.0
) -> list[Run]:
    """Ten splits.

    Args:
        few: Soft NLL of hard delivery less that of soft labels with five votes.
        full: The same with all votes; "majority" is 0.2 worse, draws that are held 0.1.
        slope: Gain a nat of distance.
        flat: Curvature under hard delivery over that under soft labels.
        wobble: How far a split's effect with all votes is from its mean, one way in even splits, the other in odd ones.
    """
    runs = []
    for split in range(SETTINGS.seeds):
        for votes in ARM.votes:
            rng = np.random.default_rng([split, len(votes)])
            difficulty = rng.exponential(0.5, 60) + 0.1 * rng.normal()
            names = deliveries_at(ARM, votes)
            values = {
                "votes": {"1": 1.0, "5": 5.0, ALL: 51.0}[votes],
                "n": {"train": 72, "validation": 8, "test": 60},
                "strata": [20, 20, 20],
                "deliveries": {
                    name: _delivery(name, votes, difficulty, few, full + (-1) ** split * wobble, rng) for name in names
                },
            }
            if votes == "5":
                values["gains"] = _gains(slope, rng)
            if votes == ALL:
                values |= _shape(flat, rng)
            runs.append(Run({"arm": "mlp", "split": split, "votes": votes}, as_plain("values", values)))
    return runs


def _delivery(name, votes, difficulty, few, full, rng):
    hard = full if votes == ALL else few
    shift = hard if name in HARD else {"soft": 0.0, "stale-sls-50": full + 0.1}.get(name, 0.2)
    items = (difficulty + shift + rng.normal(0, 0.001)).round(5)
    mean = float(items.mean())
    scores = {score: [mean - 0.001, mean + 0.001] for score in SCORES}
    return {"scores": scores, "items": items, "strata": [mean, mean, mean], "checkpoint": [0.5, 0.5]}


def _gains(slope, rng):
    distance, entropy = rng.random(200), rng.random(200)
    found = {"points": {"distance": distance[:9]}}
    for name in HARD:
        gain = slope * distance + rng.normal(0, 0.5, 200)
        found[name] = gains_by_distance(gain, distance, entropy)
        found["points"][name] = gain[:9]
    return found


def _shape(flat, rng):
    def geometry(name):
        scale = (flat if name in HARD else 1.0) * np.exp(0.01 * rng.normal())
        return [dict.fromkeys(GEOMETRY, 1.0) | {"top eigenvalue": 200 * scale, "trace": 5000 * scale}] * 2

    detected = {"stand-in-digits": {"energy": {"AUROC": 0.9, "FPR95": 0.2, "AUPR": 0.8}}}
    return {
        "geometry": {name: geometry(name) for name in ARM.measured},
        "barrier": {"sls": [0.5, 0.6], "soft, other initialisation": [0.7]},
        "outside": {name: [detected, detected] for name in ARM.measured},
        "lines": {name: {"oracle floor": [0.1, 0.0, 0.2]} for name in ("soft-ce", "kl")},
    }
