"""One run: all deliveries of an arm on one split with one number of votes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import Scorer
from variorum.checks import need_extra
from variorum.evaluation import entropy, js_divergence, soft_cross_entropy
from variorum.labels import normalize
from variorum.studies.base import Key, Values
from variorum.studies.basins.gains import gains_by_distance
from variorum.studies.basins.material import Material, drawn_votes, material
from variorum.studies.basins.scores import SCORES, STRATA, scores_of, strata_of
from variorum.studies.basins.settings import ALL, HARD, Arm, BasinsSettings, deliveries_at

__all__ = ["POINTS", "basins_run"]

Array = NDArray[np.float64]

POINTS = 120
"""Training images of a run whose gains are kept one by one, for the picture."""

_GEOMETRY = 5
_LINES = ("soft-ce", "kl")


def basins_run(key: Key, settings: BasinsSettings) -> Values:
    """Train and measure.

    Args:
        key: Arm, split and votes.
        settings: Of the study.

    Returns:
        Values by delivery: scores (a value an initialisation), soft NLL of each test image (mean over
        initialisations), means of strata; gains against distance where votes are few; geometry and detection where
        they are asked for; reference lines with all votes.
    """
    arm, votes, split = settings.arm(key["arm"]), str(key["votes"]), int(key["split"])
    given = material(settings, arm, split)
    drawn = drawn_votes(given.counts, votes, split)
    one = _Run(settings, arm, split, votes, given, drawn)
    for initialisation in range(arm.initialisations):
        one.train(initialisation)
    values = one.values()
    if votes == ALL and arm == settings.arms[0]:
        lines = Scorer(given.corpus, given.chosen[given.test]).lines(split)
        values["lines"] = {
            name: {line.name: [line.mean, line.low, line.high] for line in lines[name]} for name in _LINES
        }
    return values


class _Run:
    """Collects what the deliveries of a run come to."""

    def __init__(
        self, settings: BasinsSettings, arm: Arm, split: int, votes: str, given: Material, drawn: Array
    ) -> None:
        self._settings, self._arm, self._split, self._given, self._drawn = settings, arm, split, given, drawn
        self._names = deliveries_at(arm, votes)
        self._measures = votes in arm.measured_at
        self._few = votes not in ("1", ALL)
        self._human = given.human
        self._strata = strata_of(self._human)
        rng = np.random.default_rng([_GEOMETRY, split])
        self._measured_on = np.sort(rng.permutation(given.train)[: settings.curvature_images])
        self._scores: dict[str, dict[str, list[float]]] = {
            name: {score: [] for score in SCORES} for name in self._names
        }
        self._items: dict[str, Array] = {name: np.zeros(given.test.size) for name in self._names}
        self._train_loss: dict[str, Array] = {name: np.zeros(given.train.size) for name in self._names}
        self._epochs: dict[str, list[float]] = {name: [] for name in self._names}
        self._geometry: dict[str, list[dict[str, float]]] = {}
        self._barrier: dict[str, list[float]] = {}
        self._outside: dict[str, list[Any]] = {}
        self._first: Any = None

    def train(self, initialisation: int) -> None:
        """Train all deliveries from one initialisation."""
        training = need_extra("train", "variorum.studies.basins.training")
        data = self._given.data(self._drawn)
        soft: Any = None
        for name in self._names:
            predictor = training.trained(self._arm, name, data, self._split, initialisation)
            soft = predictor if name == "soft" else soft
            self._score(name, predictor)
            if self._measures and name in self._arm.measured:
                self._measure(name, predictor, soft)
        if self._measures:
            shape, rows = need_extra("train", "variorum.studies.basins.shape"), self._measured_on
            if self._first is None:
                self._first = soft
            else:  # what a barrier is between networks that have nothing but their data in common
                found = shape.barrier(self._first, soft, self._given.inputs[rows], self._human[rows])
                self._barrier.setdefault("soft, other initialisation", []).append(found)

    def _score(self, name: str, predictor: Any) -> None:
        given, n = self._given, self._arm.initialisations
        predicted = predictor.predict(given.inputs[given.test]).mean
        human = self._human[given.test]
        for score, value in scores_of(human, predicted).items():
            self._scores[name][score].append(value)
        self._items[name] += soft_cross_entropy(human, predicted) / n
        curve = predictor.curves[0]
        self._epochs[name].append(float(curve.points[curve.best].step) / curve.points[-1].step)
        if self._few:
            fitted = predictor.predict(given.inputs[given.train]).mean
            self._train_loss[name] += soft_cross_entropy(self._human[given.train], fitted) / n

    def _measure(self, name: str, predictor: Any, soft: Any) -> None:
        shape, given, rows = need_extra("train", "variorum.studies.basins.shape"), self._given, self._measured_on
        inputs, human = given.inputs[rows], self._human[rows]
        # The same directions and probes for all deliveries.
        rng = np.random.default_rng([_GEOMETRY, self._split, 1])
        found = shape.geometry(predictor, inputs, human, rng, probes=self._settings.probes)
        self._geometry.setdefault(name, []).append(found)
        if name != "soft":
            self._barrier.setdefault(name, []).append(shape.barrier(soft, predictor, inputs, human))
        detector = shape.Outside(predictor, given.inputs[given.train], self._drawn[given.train])
        self._outside.setdefault(name, []).append(detector.detect(given.inputs[given.test], given.outside))

    def values(self) -> dict[str, Any]:
        """All of it."""
        given, test = self._given, self._given.test
        strata = self._strata[test]
        sizes = np.bincount(strata, minlength=len(STRATA))
        found: dict[str, Any] = {
            "votes": float(self._drawn[given.train].sum(axis=1).mean()),
            "n": {"train": given.train.size, "validation": given.validation.size, "test": test.size},
            "strata": sizes,
            "deliveries": {
                name: {
                    "scores": self._scores[name],
                    "items": self._items[name].round(5),
                    "strata": [
                        float(self._items[name][strata == k].mean()) if sizes[k] else None for k in range(len(STRATA))
                    ],
                    "checkpoint": self._epochs[name],
                }
                for name in self._names
            },
        }
        if self._few:
            found["gains"] = self._gains()
        if self._measures:
            found |= {"geometry": self._geometry, "barrier": self._barrier, "outside": self._outside}
        return found

    def _gains(self) -> dict[str, Any]:
        human, sparse = self._human[self._given.train], normalize(self._drawn[self._given.train])
        distance, spread = js_divergence(human, sparse), entropy(human)
        kept = np.random.default_rng([_GEOMETRY, self._split, 2]).permutation(distance.size)[:POINTS]
        found: dict[str, Any] = {"points": {"distance": distance[kept].round(5)}}
        for name in self._names:
            if name in HARD:
                gain = self._train_loss["soft"] - self._train_loss[name]
                found[name] = gains_by_distance(gain, distance, spread)
                found["points"][name] = gain[kept].round(5)
        return found
