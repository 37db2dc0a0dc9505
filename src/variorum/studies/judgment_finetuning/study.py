"""The study of judgment fine-tuning: its settings, and what a run trains and scores."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.checks import need_extra
from variorum.corpora.anli import ANLI_ROUNDS, load_anli
from variorum.corpora.labelled_pairs import LabelledPairs
from variorum.corpora.mjd_estimator import JudgmentItems, load_mjd_estimator
from variorum.errors import ArgumentError
from variorum.evaluation import accuracy, js_divergence, kl_divergence, reference_lines
from variorum.labels import fit_dirichlet_prior
from variorum.studies.base import Key, Study, Values
from variorum.studies.judgment_finetuning.findings import judgment_findings
from variorum.studies.judgment_finetuning.recipe import stage_two
from variorum.studies.judgment_finetuning.scores import model_scores, source_distances
from variorum.studies.judgment_finetuning.sources import BUILT_IN, UNIFORM, distributions_of, source_files
from variorum.studies.judgment_finetuning.starting import content_digest, started
from variorum.studies.judgment_finetuning.tables import LINES, MEAN_LINE, STAGE_ONE, UNTUNED
from variorum.training import NetworkLearner, Predictor, Texts, TrainingData

__all__ = ["STUDY", "JudgmentSettings"]

_VOTES: Final = 100


@dataclass(frozen=True)
class JudgmentSettings:
    """Settings of the study.

    Attributes:
        seeds: Models a source; a seed draws the head, the order of items and dropout, the same for every source.
        encoder: "minilm", a folder, or a name of the hub.
        pooling: "mean" over word pieces, or "first".
        stage_one: Single-label pairs of texts to fine-tune on first (name of a corpus, corpus folder, file of
            annotations), or the folder of a model that ``variorum train`` made; ``None`` goes without.
        stage_one_held_out: The pairs that choose stage one's weights; ``None`` holds 2 % of `stage_one` out.
        stage_one_epochs: Of stage one.
        sources: A file of label distributions, or a folder of such files, beside the built-in sources.
        epochs: Of stage two.
        evaluate_every: Steps between evaluations on the development items.
        items: Training items; ``None`` takes all.
        held_out: Development items, and test items; ``None`` takes all.
        anli: Items of each round of ANLI; ``None`` takes all.

    Raises:
        ArgumentError: If a number is too small, or none.
    """

    seeds: int
    encoder: str = "minilm"
    pooling: str = "mean"
    stage_one: str | None = None
    stage_one_held_out: str | None = None
    stage_one_epochs: int = 3
    sources: str | None = None
    epochs: int = 5
    evaluate_every: int = 20
    items: int | None = None
    held_out: int | None = None
    anli: int | None = None

    def __post_init__(self) -> None:
        fewest = {
            "seeds": 1,
            "stage_one_epochs": 1,
            "epochs": 1,
            "evaluate_every": 1,
            "items": 2,
            "held_out": 2,
            "anli": 2,
        }
        for name, least in fewest.items():
            value = getattr(self, name)
            optional = value is None and least == 2
            if not optional and (not isinstance(value, int) or value < least):
                raise ArgumentError(f"{name} must be a whole number of at least {least}, not {value!r}.")


def _runs(settings: JudgmentSettings) -> Sequence[Key]:
    files = source_files(settings.sources)
    start: dict[str, Any] = {}
    if settings.stage_one is not None:
        parts = [settings.stage_one, settings.stage_one_held_out]
        start = {"stage one": "-".join(content_digest(part) for part in parts if part is not None)}
    keys: list[Key] = [{"source": LINES}]
    keys += [{"source": STAGE_ONE, **start}] if start else []
    for seed in range(settings.seeds):
        keys += [{"source": source, "seed": seed, **start} for source in BUILT_IN]
        keys += [
            {"source": source, "seed": seed, "labels": content_digest(str(file)), **start}
            for source, file in files.items()
        ]
        keys.append({"source": UNTUNED, "seed": seed})
    return keys


@functools.cache
def _items() -> JudgmentItems:
    return load_mjd_estimator()


@functools.cache
def _anli(name: str) -> LabelledPairs:
    return load_anli(name)


def _run(key: Key, settings: JudgmentSettings) -> Values:
    if key["source"] == LINES:
        return _lines(settings)
    train, dev = _training_items(settings), _held_out(_items().dev, settings.held_out)
    learner = stage_two(
        settings.encoder,
        pooling=settings.pooling,
        epochs=settings.epochs,
        evaluate_every=settings.evaluate_every,
    )
    values: dict[str, Any] = {}
    if key["source"] == UNTUNED:
        predictor = _untuned(learner, train.train, key["seed"])
    elif key["source"] == STAGE_ONE:
        predictor = _start(settings, train.train.labels)
    else:
        targets = distributions_of(key["source"], train, source_files(settings.sources))
        data = TrainingData(_texts(train.train), targets, validation=TrainingData(_texts(dev), dev.distribution))
        start: Any = None if settings.stage_one is None else _start(settings, train.train.labels)
        fitted = learner.train(data, np.random.default_rng(key["seed"]), start=start)
        kept = fitted.curves[0].kept
        values = {"distances": source_distances(train.train.distribution, targets), "step": kept.step}
        predictor = fitted
    return values | _scored(predictor, dev, settings)


def _scored(predictor: Predictor, dev: LabelledPairs, settings: JudgmentSettings) -> dict[str, Any]:
    test = _held_out(_items().test, settings.held_out)
    predicted = predictor.predict(_texts(test)).mean
    values: dict[str, Any] = {
        "dev": model_scores(dev.distribution, predictor.predict(_texts(dev)).mean),
        "test": model_scores(test.distribution, predicted),
        "test_kl": kl_divergence(test.distribution, predicted).round(6),
        "test_label": predicted.argmax(axis=1),
    }
    for name in ANLI_ROUNDS:
        pairs = _held_out(_anli(name), settings.anli)
        values[name] = model_scores(pairs.distribution, predictor.predict(_texts(pairs)).mean)
    return values


def _untuned(learner: NetworkLearner, pairs: LabelledPairs, seed: int) -> Predictor:
    """The encoder with the head that every source starts from, which has seen nothing."""
    building = need_extra("train", "variorum.training.networks.building")
    predicting = need_extra("train", "variorum.training.network_predictor")
    nobody = TrainingData(_texts(pairs), np.ones_like(pairs.distribution))
    drawn = int(np.random.default_rng(seed).integers(2**31))
    made: Predictor = predicting.NetworkPredictor(learner, (building.build_network(learner, nobody, drawn).eval(),), ())
    return made


def _start(settings: JudgmentSettings, labels: tuple[str, ...]) -> Predictor:
    assert settings.stage_one is not None
    return started(
        settings.stage_one,
        settings.stage_one_held_out,
        settings.encoder,
        settings.pooling,
        labels,
        settings.stage_one_epochs,
    )


def _lines(settings: JudgmentSettings) -> Values:
    """What needs no model: constant predictions, people against people, and what the items are."""
    items = _training_items(settings)
    train, dev = items.train, _held_out(_items().dev, settings.held_out)
    test = _held_out(_items().test, settings.held_out)
    votes = (test.distribution * _VOTES).round()
    lines = reference_lines(
        votes,
        {"js": js_divergence, "accuracy": accuracy},
        fit_dirichlet_prior((_items().dev.distribution * _VOTES).round()),
        0,
    )
    constants = {UNIFORM: np.full(len(train.labels), 1 / len(train.labels)), MEAN_LINE: train.distribution.mean(axis=0)}
    known = {premise.strip().lower() for premise in train.premise}
    sets = {"dev": dev, "test": test}
    return {
        "gold": test.distribution.argmax(axis=1),
        "constants": {
            name: {
                split: model_scores(pairs.distribution, np.tile(row, (len(pairs), 1))) for split, pairs in sets.items()
            }
            for name, row in constants.items()
        },
        "people": {
            score: {line.name: [line.mean, line.low, line.high] for line in found} for score, found in lines.items()
        },
        "items": {
            "train": len(train),
            **{name: len(pairs) for name, pairs in sets.items()},
            **{name: len(_held_out(_anli(name), settings.anli)) for name in ANLI_ROUNDS},
        },
        "shared_premises": {
            name: sum(premise.strip().lower() in known for premise in pairs.premise) for name, pairs in sets.items()
        },
    }


def _training_items(settings: JudgmentSettings) -> JudgmentItems:
    every = _items()
    if settings.items is None or settings.items >= len(every.train):
        return every
    rows = _chosen(len(every.train), settings.items)
    return replace(
        every, train=every.train.take(rows), sources={name: shares[rows] for name, shares in every.sources.items()}
    )


def _held_out(pairs: LabelledPairs, n: int | None) -> LabelledPairs:
    """Some of the pairs, short ones first: batches of one length are quick to predict, and scores know no order."""
    rows = np.arange(len(pairs)) if n is None or n >= len(pairs) else _chosen(len(pairs), n)
    length = [len(pairs.premise[row]) + len(pairs.hypothesis[row]) for row in rows]
    return pairs.take(rows[np.argsort(length, kind="stable")])


def _chosen(n_items: int, n: int) -> NDArray[np.int64]:
    """The same items for every seed."""
    return np.sort(np.random.default_rng(0).choice(n_items, n, replace=False))


def _texts(pairs: LabelledPairs) -> Texts:
    return Texts(pairs.premise, pairs.hypothesis)


STUDY: Final = Study(
    presets={
        "quick": JudgmentSettings(2, epochs=1, items=20, held_out=20, anli=10),
        "cpu": JudgmentSettings(3, evaluate_every=86, anli=100),  # 86 steps: an epoch
        "paper": JudgmentSettings(10, encoder="bert-base-uncased", pooling="first"),
    },
    runs=_runs,
    run=_run,
    findings=judgment_findings,
)
"""The study."""
