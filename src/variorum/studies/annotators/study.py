"""The study of annotators: its settings, and one method trained on one split and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.checks import as_choice, need_extra
from variorum.studies.annotators.findings import annotator_findings
from variorum.studies.annotators.methods import BODIES, LINES, METHODS, TRUTHS, learner_of
from variorum.studies.annotators.scoring import groups_of, line_scores, score_annotators, score_population, thirds_of
from variorum.studies.annotators.votes import SPLITS, VoteSplit, open_votes, split_votes
from variorum.studies.base import Key, Study, Values, need_seeds_and_draws

__all__ = ["STUDY", "AnnotatorSettings"]

Array = NDArray[np.float64]

DIGITS: Final = 5
"""Decimals that are kept of the scores of single items and annotators."""


@dataclass(frozen=True)
class AnnotatorSettings:
    """Settings of the study.

    Attributes:
        seeds: Splits, each with an initialisation of its own.
        corpora: Names of the corpora; "multipico-english" is the English part of MultiPICo.
        splits: What is held out, of `SPLITS`.
        features: Name of the features.
        body: What all methods share: ``linear`` or ``mlp``.
        dropout: Share of its activations dropped in training.
        epochs: At most so many passes over the votes, of 64 steps each.
        learning_rate: Of the first step.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range.
        UnknownNameError: If a split or a body does not exist.
    """

    seeds: int
    corpora: tuple[str, ...]
    splits: tuple[str, ...] = SPLITS
    features: str = "minilm"
    body: str = "mlp"
    dropout: float = 0.5
    epochs: int = 20
    learning_rate: float = 1e-3
    draws: int = 1000

    def __post_init__(self) -> None:
        need_seeds_and_draws(self.seeds, self.draws)
        for split in self.splits:
            as_choice("split", split, SPLITS)
        as_choice("body", self.body, BODIES)


def _runs(settings: AnnotatorSettings) -> Sequence[Key]:
    return [
        {"corpus": corpus, "split": split, "method": method, "seed": seed}
        for seed in range(settings.seeds)
        for corpus in settings.corpora
        for split in settings.splits
        for method in (*METHODS, *((LINES,) if split == "new items" else ()))
    ]


def _run(key: Key, settings: AnnotatorSettings) -> Values:
    split = split_votes(key["corpus"], key["split"], settings.features, key["seed"])
    method = key["method"]
    if method == LINES:
        return {"lines": line_scores(split.counts, key["seed"])}
    learner = learner_of(
        method,
        split.data,
        body=settings.body,
        dropout=settings.dropout,
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
    )
    # One initialisation and order a seed, the same for all methods, is what pairs them.
    predictor = learner.fit(split.data, np.random.default_rng([len(SPLITS), SPLITS.index(key["split"]), key["seed"]]))
    answer = predictor.predict(split.test)
    people = answer.by_annotator
    own = answer.mean[split.item] if people is None else people[split.annotator, split.item]
    values: dict[str, Any] = {
        "own": _scores(key["corpus"], split, answer.mean, own),
        "votes": {"training": int(split.n_training.sum()), "test": len(split.item), "items": len(split.test)},
        "epoch": predictor.curves[0].points[predictor.curves[0].best].epoch,
    }
    if people is not None:
        share = split.n_training / split.n_training.sum()
        values["by votes"] = _rounded(
            {"soft-ce": score_population(split, np.tensordot(share, people, axes=1))["soft-ce"]}
        )
    if method in TRUTHS:
        truth = _truth(predictor, split.test)
        values["truth"] = _scores(key["corpus"], split, truth, truth[split.item])
    return values


def _scores(corpus: str, split: VoteSplit, population: Array, own: Array) -> dict[str, Any]:
    groups, thirds = _known(corpus)
    return _rounded({"population": score_population(split, population), **score_annotators(split, own, groups, thirds)})


def _truth(predictor: Any, inputs: Array) -> Array:
    """The ground truth that a model of annotators posits, as a label distribution."""
    fitting = need_extra("train", "variorum.training.loop.fitting")
    network = predictor.networks[0]
    ready = network.read(inputs, next(network.parameters()).device)
    logits = np.concatenate([part.numpy() for part in fitting.embedded(network, ready, network.truth)])
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    truth: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return truth


@cache
def _known(corpus: str) -> tuple[Mapping[str, Mapping[str, NDArray[np.int64]]], NDArray[np.int64]]:
    votes = open_votes(corpus).annotations
    return groups_of(votes), thirds_of(votes)


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _rounded(each)
        if isinstance(each, Mapping)
        else np.round(each, DIGITS)
        if isinstance(each, np.ndarray)
        else each
        for name, each in values.items()
    }


_CORPORA: Final = ("synthetic-perspectives", "hs-brexit", "md-agreement", "multipico-english", "popquorn-offensiveness")

STUDY: Final = Study(
    presets={
        "quick": AnnotatorSettings(
            2, ("synthetic-perspectives",), ("new items",), features="tfidf", epochs=2, draws=100
        ),
        "cpu": AnnotatorSettings(10, _CORPORA, draws=400),
        "paper": AnnotatorSettings(20, _CORPORA, epochs=60, draws=2000),
    },
    runs=_runs,
    run=_run,
    findings=annotator_findings,
)
"""The study."""
