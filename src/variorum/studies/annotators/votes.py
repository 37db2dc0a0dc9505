"""What is held out: the corpora, votes to learn from, and votes that a method is scored on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, Corpus, grouped_split
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.features import Cached, featurizer
from variorum.studies.corpus_parts import open_part
from variorum.training import TrainingData

__all__ = ["SPLITS", "VoteSplit", "open_votes", "split_votes"]

SPLITS: Final = ("new items", "new votes")
"""New items: the test's items are unknown, its annotators are known. New votes: both are known, the pairs are not."""

_TEST, _VALIDATION = 0.25, 0.1
_MOST = 1500  # validation votes of new votes, each of which costs an answer of every annotator after every epoch

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VoteSplit:
    """A corpus taken apart; no vote stands in two parts.

    Attributes:
        data: What methods learn from, with validation votes.
        test: Inputs of the test's items, shape (n_test, n_features).
        item: Row of `test` of each test vote, shape (n_votes,).
        annotator: Who gave it, shape (n_votes,).
        label: Which, shape (n_votes,).
        n_training: Training votes of each annotator, shape (n_annotators,).
        n_classes: Labels to choose from.
    """

    data: TrainingData
    test: NDArray[np.float64]
    item: Codes
    annotator: Codes
    label: Codes
    n_training: Codes
    n_classes: int

    @property
    def counts(self) -> NDArray[np.float64]:
        """The test votes by item, shape (n_test, n_classes): every item has one at least."""
        cells = np.bincount(self.item * self.n_classes + self.label, minlength=len(self.test) * self.n_classes)
        return cells.reshape(-1, self.n_classes).astype(np.float64)


@lru_cache(maxsize=8)
def open_votes(name: str) -> Corpus:
    """The answered votes of a corpus whose annotators are known; "multipico-english" is the English part of MultiPICo.

    Args:
        name: Of the corpus.

    Returns:
        The corpus; annotators without a vote stay, so that their positions do.

    Raises:
        UnknownNameError: If there is none of that name.
        ArgumentError: If a vote has no annotator, or is one of several labels.
    """
    corpus = open_part(name)
    if corpus.scheme.kind in ("multilabel", "numeric"):
        raise ArgumentError(f"corpus {name!r} is {corpus.scheme.kind}, and a vote must be one label out of several.")
    votes = corpus.annotations.take(corpus.annotations.status == ANSWERED)
    if (votes.annotator < 0).any():
        raise ArgumentError(f"corpus {name!r} has votes of unknown annotators, whom no model of annotators can learn.")
    return Corpus(name, votes)


@lru_cache(maxsize=4)
def split_votes(name: str, split: str, features: str, seed: int) -> VoteSplit:
    """A split of a corpus, with features; kept for the methods of one seed.

    Args:
        name: Of the corpus.
        split: One of `SPLITS`.
        features: Name of the featurizer, fitted on the training items.
        seed: Of the split.

    Returns:
        The split.

    Raises:
        UnknownNameError: If the split, the corpus or the features do not exist.
    """
    as_choice("split", split, SPLITS)
    votes = open_votes(name).annotations
    rng = np.random.default_rng([SPLITS.index(split), seed])
    test, validation = (_new_items if split == "new items" else _new_votes)(votes, rng)
    train = votes.take(~test & ~validation)
    pool = np.unique(train.item).astype(np.int64)
    inputs = Cached(featurizer(features)).fit_transform(votes.items, pool)
    watched = votes.take(validation)
    data = replace(
        TrainingData.of(train, inputs, pool),
        validation=TrainingData.of(watched, inputs, np.unique(watched.item).astype(np.int64)),
    )
    scored = votes.take(test)
    rows, item = np.unique(scored.item, return_inverse=True)
    return VoteSplit(
        data,
        inputs[rows],
        item.astype(np.int64),
        scored.annotator.astype(np.int64),
        scored.label.astype(np.int64),
        np.bincount(train.annotator, minlength=len(votes.annotators)),
        votes.scheme.n_classes,
    )


def _new_items(votes: Annotations, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of test and validation votes: all votes of an item go together, and all items of a group."""
    test = grouped_split(votes.items, _TEST, rng)
    validation = grouped_split(votes.items, _VALIDATION, rng, among=~test)
    return test[votes.item], validation[votes.item]


def _new_votes(votes: Annotations, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of test and validation votes: drawn one by one, but for one vote an item, which is learned from."""
    order = rng.permutation(votes.n_rows)
    _, first = np.unique(votes.item[order], return_index=True)
    rest = np.delete(order, first)
    n_test = min(round(_TEST * votes.n_rows), rest.size - 1)
    n_validation = min(_MOST, max(1, round(_VALIDATION * (votes.n_rows - n_test))))
    masks = np.zeros((2, votes.n_rows), bool)
    masks[0, rest[:n_test]] = True
    masks[1, rest[n_test : n_test + n_validation]] = True
    return masks[0], masks[1]
