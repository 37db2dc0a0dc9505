"""What studies of heads on texts share: corpora, splits with their features, sparse votes, steps of equal number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, grouped_split
from variorum.campaign.scoring import Scorer
from variorum.errors import ArgumentError
from variorum.features import featurizer
from variorum.studies.corpus_parts import open_part
from variorum.training import TrainingData

__all__ = ["TextSplit", "draw_votes", "line_means", "split_texts", "steps_of", "stream"]

TEST, VALIDATION = 0.2, 0.125
"""Share of the items that are tested on, and of the others that validate: a tenth of all."""

_USES: Final = ("split", "votes", "start", "lines", "items")


@dataclass(frozen=True, eq=False)
class TextSplit:
    """Items of a corpus in three parts that share no premise, context or post, with features.

    Attributes:
        train: Positions of the training items.
        validation: Positions of the items that choose a checkpoint or a learning rate.
        test: Positions of the items that are scored.
        counts: All votes of all items, shape (n_items, n_classes), whole numbers.
        features: Of all items, fitted on the training items alone, shape (n_items, n_features).
        ordinal: Whether the classes are in order.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    counts: NDArray[np.int64]
    features: NDArray[np.float64]
    ordinal: bool

    def data(
        self,
        votes: NDArray[np.int64],
        train: NDArray[np.int64] | None = None,
        validation: NDArray[np.int64] | None = None,
    ) -> TrainingData:
        """What a head learns from.

        Args:
            votes: Of all items, shape (n_items, n_classes).
            train: Positions of the items to learn from; `train` by default.
            validation: Positions of those to watch; `validation` by default.
        """
        rows = self.train if train is None else train
        watched = self.validation if validation is None else validation
        counts = votes.astype(np.float64)
        held_out = TrainingData(self.features[watched], counts[watched])
        return TrainingData(self.features[rows], counts[rows], validation=held_out, ordinal=self.ordinal)


def stream(use: str, *numbers: int) -> np.random.Generator:
    """A source of randomness for one use, so that no two uses share draws.

    Args:
        use: "split", "votes", "start", "lines" or "items".
        *numbers: What else tells it apart: the seed, how many votes.

    Example:
        >>> int(stream("votes", 0, 3).integers(9)) == int(stream("votes", 0, 3).integers(9))
        True
    """
    return np.random.default_rng([_USES.index(use), *numbers])


@lru_cache(maxsize=8)
def split_texts(name: str, features: str, seed: int) -> TextSplit:
    """A split of a corpus, with features fitted on its training items; kept for runs of the same seed.

    Args:
        name: Of the corpus.
        features: Name of the featurizer.
        seed: Of the split.

    Returns:
        The split.

    Raises:
        ArgumentError: If an item has no vote.
    """
    corpus = open_part(name)
    counts = corpus.annotations.counts()
    if counts.sum(axis=1).min() < 1:
        raise ArgumentError(f"an item of {name} has no vote; the studies of heads need one an item.")
    rng = stream("split", seed)
    test = grouped_split(corpus.items, TEST, rng)
    validation = grouped_split(corpus.items, VALIDATION, rng, among=~test)
    train = np.flatnonzero(~test & ~validation)
    return TextSplit(
        train,
        np.flatnonzero(validation),
        np.flatnonzero(test),
        np.rint(counts).astype(np.int64),
        featurizer(features).fit_transform(corpus.items, train),
        corpus.scheme.kind == "ordinal",
    )


def draw_votes(counts: NDArray[np.int64], votes: int | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """So many of each item's votes, drawn without replacement.

    Args:
        counts: All votes, shape (n_items, n_classes).
        votes: How many; an item with fewer gives all; ``None`` gives all.
        rng: Source of the draws.

    Returns:
        Vote counts, same shape.

    Example:
        >>> draw_votes(np.array([[9, 0], [2, 2], [1, 0]]), 2, np.random.default_rng(0)).sum(axis=1)
        array([2, 2, 1])
    """
    if votes is None:
        return counts.copy()
    drawn = np.zeros_like(counts)
    left = counts.sum(axis=1)
    wanted = np.minimum(left, votes)
    # Class after class, hypergeometric given what is left: together a draw without replacement.
    for k in range(counts.shape[1]):
        left = left - counts[:, k]
        drawn[:, k] = rng.hypergeometric(counts[:, k], left, wanted)
        wanted = wanted - drawn[:, k]
    return drawn


def steps_of(n_examples: int, steps: int, evaluations: int, batch_size: int) -> Mapping[str, int]:
    """Settings of the loop that give as many steps whatever the number of examples.

    Args:
        n_examples: Examples an epoch.
        steps: Steps wanted.
        evaluations: How often validation items are looked at on the way.
        batch_size: Examples a step, about: it gives way so that whole epochs come to the steps wanted.

    Returns:
        Fields of `variorum.training.Training`.

    Example:
        >>> steps_of(1000, 500, 25, 128)
        {'epochs': 62, 'evaluate_every': 20, 'batch_size': 125}
        >>> steps_of(100_000, 500, 25, 128)
        {'epochs': 1, 'evaluate_every': 20, 'batch_size': 200}
    """
    epochs = max(1, round(steps / math.ceil(n_examples / batch_size)))
    # Whole batches an epoch first: a batch size from the ratio alone may leave one small batch over in every epoch.
    per_epoch = max(1, round(steps / epochs))
    return {
        "epochs": epochs,
        "evaluate_every": max(1, steps // evaluations),
        "batch_size": math.ceil(n_examples / per_epoch),
    }


def line_means(corpus: Corpus, test: NDArray[np.int64], seed: int) -> dict[str, dict[str, float]]:
    """Reference lines of the test items: what a model that knew the truth, or other people, would score.

    Args:
        corpus: The corpus.
        test: Positions of the test items.
        seed: Of the draws.

    Returns:
        Name of the score to name of the line to its mean.
    """
    lines = Scorer(corpus, test).lines(seed)
    return {name: {line.name: line.mean for line in each} for name, each in lines.items()}
