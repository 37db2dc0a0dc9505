"""Votes with errors planted among them, and what was true before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, Annotators, Corpus
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.labels import need_classes, normalize

__all__ = ["NOISES", "Noise", "SplitVotes", "plant", "split_votes"]

Array = NDArray[np.float64]

Noise = Literal["random", "one-label", "sleepy"]
NOISES: Final = get_args(Noise)
"""Annotators who click at random, who always click the same label, and who click at random every other time."""

_N_PEOPLE: Final = 100
_AWAKE: Final = 0.5


@dataclass(frozen=True, eq=False)
class SplitVotes:
    """Votes for a method, and the distribution that it should find.

    Attributes:
        annotations: The votes that a method gets, all answered.
        row: Row of each in the corpus, shape (n_rows,).
        target: Label distribution of each item that votes which the method does not get say, or that the corpus knows,
            shape (n_items, n_classes); nan for an item without.
    """

    annotations: Annotations
    row: NDArray[np.int64]
    target: Array


def split_votes(corpus: Corpus, n_votes: int, rng: np.random.Generator) -> SplitVotes:
    """Draw votes for a method; the rest of each item's votes is the target, unless the corpus knows the truth.

    Args:
        corpus: The corpus, of a scheme with classes.
        n_votes: Votes an item for the method; items with fewer give all that they have.
        rng: Draws the votes.

    Returns:
        Both. Votes of unknown annotators, as in corpora published as counts, are given to a hundred invented ones, each
        at most once an item.

    Raises:
        SchemeError: For multilabel and numeric schemes.
        ArgumentError: If `n_votes` is below 1, or an item has more votes of unknown annotators than there are invented
            ones.

    Example:
        >>> from variorum.corpora import load_corpus
        >>> split = split_votes(load_corpus("synthetic-plain"), 5, np.random.default_rng(0))
        >>> len(split.annotations), split.target.shape
        (10000, (2000, 3))
    """
    annotations = corpus.annotations
    need_classes(annotations, "planting errors")
    if n_votes < 1:
        raise ArgumentError(f"n_votes = {n_votes} must be 1 or more.")
    rows = np.flatnonzero((annotations.status == ANSWERED) & (annotations.label >= 0))
    rows = rows[np.lexsort((rng.random(rows.size), annotations.item[rows]))]
    item = annotations.item[rows]
    place = np.arange(rows.size) - np.searchsorted(item, item)
    given = place < n_votes
    votes = annotations.take(rows[given])
    plain = Annotations(votes.scheme, votes.items, votes.annotators, votes.item, votes.annotator, votes.label)
    if (plain.annotator < 0).any():
        plain = _named(plain, place[given], rng)
    if corpus.truth is not None:
        target = corpus.truth.distribution
    else:
        target = normalize(annotations.take(rows[~given]).counts())
    return SplitVotes(plain, rows[given], target)


def _named(votes: Annotations, place: NDArray[np.int64], rng: np.random.Generator) -> Annotations:
    if place.max(initial=0) >= _N_PEOPLE:
        raise ArgumentError(f"an item has {place.max() + 1} votes for {_N_PEOPLE} invented annotators; take fewer.")
    order = np.argsort(rng.random((len(votes.items), _N_PEOPLE)), axis=1)
    people = Annotators(tuple(f"invented:{k:02d}" for k in range(_N_PEOPLE)))
    return replace(votes, annotators=people, annotator=order[votes.item, place].astype(np.int32))


def plant(
    annotations: Annotations, noise: Noise, share: float, rng: np.random.Generator
) -> tuple[Annotations, NDArray[np.bool_]]:
    """Replace a share of the votes by careless ones.

    Annotators turn careless one after the other, in random order, until the share is reached; the last of them only so
    far. A replaced vote may by chance be what it was: it is an error nevertheless, for nobody looked.

    Args:
        annotations: The votes, all answered.
        noise: What careless annotators do: click at ``random``, give ``one-label``, each their own, or are ``sleepy``
            and click at random every other time.
        share: Share of all votes to replace, in [0, 1].
        rng: Draws annotators and labels.

    Returns:
        The votes after, and which were replaced, shape (n_rows,).

    Raises:
        UnknownNameError: If there is no such noise.
        ArgumentError: If the share is out of its range, or sleepy annotators cannot reach it.

    Example:
        >>> from variorum.corpora import load_corpus
        >>> votes = split_votes(load_corpus("synthetic-plain"), 5, np.random.default_rng(0)).annotations
        >>> int(plant(votes, "sleepy", 0.1, np.random.default_rng(1))[1].sum())
        1000
    """
    as_choice("noise", noise, NOISES)
    if not 0 <= share <= 1:
        raise ArgumentError(f"share = {share} must lie in [0, 1].")
    label, replaced = annotations.label.copy(), np.zeros(annotations.n_rows, np.bool_)
    wanted = round(share * annotations.n_rows)
    for who in rng.permutation(np.unique(annotations.annotator)):
        left = wanted - int(replaced.sum())
        if left == 0:
            break
        rows = rng.permutation(np.flatnonzero(annotations.annotator == who))
        if noise == "sleepy":
            rows = rows[: max(1, int(rows.size * _AWAKE))]
        rows = rows[:left]
        replaced[rows] = True
        n_classes = annotations.scheme.n_classes
        label[rows] = rng.integers(n_classes) if noise == "one-label" else rng.integers(n_classes, size=rows.size)
    if int(replaced.sum()) < wanted:
        raise ArgumentError(
            f"sleepy annotators can spoil half of the votes at most, and share = {share} asks for more."
        )
    return replace(annotations, label=label), replaced
