"""Pipeline: a learner trained on a corpus and scored on items held out, kept in a folder that can predict."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, Items, LabelScheme, grouped_split
from variorum.campaign.inputs import learner_inputs, reads_of
from variorum.campaign.scoring import Scorer
from variorum.errors import ArgumentError, ReadError
from variorum.evaluation import ReferenceLine
from variorum.features import Cached, featurizer
from variorum.features.base import whole_column
from variorum.training import (
    Inputs,
    Learner,
    Prediction,
    Predictor,
    TrainingData,
    load_predictor,
    save_predictor,
    take_inputs,
)
from variorum.training.loop.monitors import monitor_scores

__all__ = ["CorpusTraining", "SavedModel", "load_model", "train_on_corpus"]

Array = NDArray[np.float64]

_FILE: Final = "model.json"
_POOL: Final = "training-items.jsonl"
_COLUMNS: Final = ("text", "second_text", "image")


@dataclass(frozen=True, eq=False)
class SavedModel:
    """A predictor, with what it needs to read items and to name labels.

    Attributes:
        predictor: The predictor.
        scheme: What the labels are.
        reads: "features", "pictures" or "texts".
        features: Name of the features, or path of an .npy file.
        pool: The items that the features were fitted on.
        description: What it was trained on and how, in words.
    """

    predictor: Predictor
    scheme: LabelScheme
    reads: str
    features: str
    pool: Items
    description: str

    def predict(self, items: Items, *, features: str | None = None) -> Prediction:
        """Predict the label distributions of items.

        Args:
            items: The items.
            features: Path of an .npy file with their vectors, where the model was trained on such a file.

        Returns:
            The prediction, in the order of the items.

        Raises:
            ArgumentError: If the items lack what the model reads, or vectors are given that it does not read.
        """
        if features is not None and not (self.reads == "features" and self.features.endswith(".npy")):
            what = self.features if self.reads == "features" else self.reads
            raise ArgumentError(f"the model reads {what}, and no vectors of a file; leave features out.")
        if not self.features.endswith(".npy") or self.reads == "texts":
            self._need_texts(items)
        if self.reads != "features":
            return self.predictor.predict(learner_inputs(items, self.reads, featurizer("tfidf"), np.arange(1)))
        if self.features.endswith(".npy"):
            if features is None:
                raise ArgumentError(
                    f"the model was trained on the vectors of {Path(self.features).name}; "
                    "give the path of an .npy file with those of these items as features."
                )
            return self.predictor.predict(featurizer(features).fit_transform(items, np.arange(1)))
        # Fitted again on the items of the training pool, features are what they were.
        both = _joined(self.pool, items)
        vectors = featurizer(self.features).fit_transform(both, np.arange(len(self.pool)))
        return self.predictor.predict(vectors[len(self.pool) :])

    def _need_texts(self, items: Items) -> None:
        """Refuse items without texts, or with another number of them, where the training items were texts alone."""
        if self.pool.text is None or self.pool.image is not None:
            return
        whole_column(items, "text", "The model reads texts; give every item one.")
        if self.pool.second_text is not None:
            whole_column(items, "second_text", "The model was trained on pairs of texts; give both.")
        elif items.second_text is not None:
            raise ArgumentError(
                "items are pairs of texts, and the model was trained on single ones; leave second_text out."
            )

    def save(self, folder: Path) -> None:
        """Write the model into a folder.

        Args:
            folder: Made if it is not there.
        """
        save_predictor(self.predictor, folder)
        columns = {name: getattr(self.pool, name) for name in _COLUMNS if getattr(self.pool, name) is not None}
        # In ASCII, as texts hold line separators of their own, and half characters that have no UTF-8.
        lines = [
            json.dumps({"id": name} | {key: column[i] for key, column in columns.items()})
            for i, name in enumerate(self.pool.ids)
        ]
        (folder / _POOL).write_text("\n".join(lines) + "\n", encoding="utf-8")
        # Last, as its presence says that the folder holds a model.
        content = {
            "scheme": self.scheme.to_json(),
            "reads": self.reads,
            "features": self.features,
            "description": self.description,
        }
        (folder / _FILE).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path) -> SavedModel:
    """Read a model back from its folder.

    Raises:
        ReadError: If the folder holds none, or a file of it is damaged.
    """
    try:
        content = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        rows = [json.loads(line) for line in (folder / _POOL).read_text(encoding="utf-8").splitlines()]
        scheme = LabelScheme.from_json(content["scheme"])
        columns: dict[str, Any] = {n: tuple(row[n] for row in rows) for n in _COLUMNS if n in rows[0]}
        pool = Items(tuple(row["id"] for row in rows), **columns)
        named = content["reads"], content["features"], content["description"]
    except FileNotFoundError as error:
        raise ReadError(
            f"{folder} holds no model ({Path(str(error.filename)).name} is missing); make one with variorum train."
        ) from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ReadError(f"{folder / _FILE} is damaged ({type(error).__name__}); train it again.") from None
    reads, features, description = named
    return SavedModel(load_predictor(folder), scheme, reads, features, pool, description)


@dataclass(frozen=True, eq=False)
class CorpusTraining:
    """A learner trained on a corpus.

    Attributes:
        model: What can be saved.
        n_train: Items with votes that it learned from.
        n_validation: Items that it watched.
        test: Positions of the held-out items with votes.
        predicted: Their predicted distributions, shape (n_test, n_classes) or (n_test, n_labels, 2).
        scores: Means over the held-out items; empty if nothing was held out.
        lines: Reference lines of the scores by name, where they can be drawn.
    """

    model: SavedModel
    n_train: int
    n_validation: int
    test: NDArray[np.int64]
    predicted: Array
    scores: dict[str, float]
    lines: dict[str, tuple[ReferenceLine, ...]]


def train_on_corpus(
    corpus: Corpus,
    learner: Learner,
    *,
    features: str = "tfidf",
    test: float = 0.2,
    validation: float = 0.1,
    seed: int = 0,
    fit: Callable[[TrainingData, np.random.Generator], Predictor] | None = None,
) -> CorpusTraining:
    """Train a learner on a corpus, and score it on items held out.

    Items that share a premise, a context or a post stay on one side.

    Args:
        corpus: The corpus.
        learner: What to train.
        features: Name of the features, or path of an .npy file; for learners of features.
        test: Share of the items held out for the scores, in [0, 1); 0 trains on all.
        validation: Share of the others held out for the learner to watch, in [0, 1).
        seed: Seed of the split and of the learner.
        fit: Fits instead of `learner.fit`, say with a bar that shows progress.

    Returns:
        The model and its scores.

    Raises:
        ArgumentError: If a share leaves one side empty, or the learner cannot read the items.
        SchemeError: For a numeric scheme.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> from variorum.training import SoftmaxRegression
        >>> people = synthetic_corpus(Population("small", seed=1, n_items=200))
        >>> trained = train_on_corpus(people, SoftmaxRegression())
        >>> bool(0 < trained.scores["js"] < 0.2)
        True
    """
    rng = np.random.default_rng(seed)
    items, counts = corpus.items, corpus.annotations.counts()
    voted = counts.reshape(len(items), -1).sum(axis=1) > 0
    held_out = grouped_split(items, test, rng) if test else np.zeros(len(items), bool)
    watched = grouped_split(items, validation, rng, among=~held_out) if validation else np.zeros(len(items), bool)
    pool = np.flatnonzero(~held_out & ~watched)
    inputs: Inputs = learner_inputs(items, reads_of(learner), Cached(featurizer(features)), pool)
    rows = np.flatnonzero(watched & voted)
    data = TrainingData.of(corpus.annotations, inputs, pool, validation=rows if rows.size else None)
    predictor = (fit or learner.fit)(data, rng)
    n_train = int(voted[pool].sum())
    model = SavedModel(
        predictor,
        corpus.scheme,
        reads_of(learner),
        features,
        items.take(pool),
        f"{corpus.name}, {n_train:,} items: {learner}",
    )
    scored = np.flatnonzero(held_out & voted)
    if not scored.size:
        return CorpusTraining(model, n_train, rows.size, scored, np.empty((0, *counts.shape[1:])), {}, {})
    predicted = predictor.predict(take_inputs(inputs, scored)).mean
    scores, lines = _scores(corpus, scored, counts[scored], predicted, seed)
    return CorpusTraining(model, n_train, rows.size, scored, predicted, scores, lines)


def _scores(
    corpus: Corpus, scored: NDArray[np.int64], counts: Array, predicted: Array, seed: int
) -> tuple[dict[str, float], dict[str, tuple[ReferenceLine, ...]]]:
    if counts.ndim == 3:
        return monitor_scores(counts, predicted), {}
    scorer = Scorer(corpus, scored)
    scores = {name: float(values.mean()) for name, values in scorer.each(predicted).items()}
    watched = monitor_scores(counts, predicted)
    scores |= {name: watched[name] for name in ("accuracy", "macro-f1")}
    return scores, dict(scorer.lines(seed))


def _joined(first: Items, second: Items) -> Items:
    """Two sets of items as one; the second's ids do not matter, and may be the first's."""
    columns: dict[str, Any] = {
        name: (*getattr(first, name), *getattr(second, name))
        for name in _COLUMNS
        if getattr(first, name) is not None and getattr(second, name) is not None
    }
    ids = (*(f"training {i}" for i in range(len(first))), *(f"item {i}" for i in range(len(second))))
    return Items(ids, **columns)
