"""The single oracle of the literature: one hard label an item, the majority of all votes that the corpus holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from variorum.annotations import Annotations, Annotators, Corpus
from variorum.campaign import Replay, of_people
from variorum.campaign.layout import stream
from variorum.campaign.pairs import Pairs
from variorum.labels import hard_labels

__all__ = ["asking_the_majority", "majority_corpus"]


def majority_corpus(corpus: Corpus, rng: np.random.Generator) -> Corpus:
    """A corpus with one annotation an item, by one annotator who gives the class of most of people's votes.

    Args:
        corpus: The corpus.
        rng: Source of ties.

    Returns:
        The same items; those that nobody answered have no annotation. The truth, which speaks of people, is left out.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> corpus = synthetic_corpus(Population("tiny", seed=1, n_items=4, votes_per_item=(9, 9)))
        >>> labels = majority_corpus(corpus, np.random.default_rng(0)).annotations
        >>> len(labels), labels.annotators.ids
        (4, ('tiny:majority',))
    """
    votes = corpus.annotations
    label = hard_labels(of_people(votes).counts(), ties="random", rng=rng)
    item = np.flatnonzero(label >= 0)
    rows = Annotations(
        votes.scheme,
        votes.items,
        Annotators((f"{corpus.name}:majority",)),
        item.astype(np.int32),
        np.zeros(item.size, np.int32),
        label[item].astype(np.int32),
    )
    return replace(corpus, annotations=rows, truth=None, validity=None)


def asking_the_majority(replay: Replay) -> Replay:
    """The same replay with the majority of all votes for sale, at one vote a label: what simulations assume.

    Whoever really wanted that label would pay for the votes behind it.

    Args:
        replay: With people for sale, each at the same price.

    Returns:
        The replay; its test items are scored by people's votes as before.
    """
    seed = replay.scene.seed
    corpus = majority_corpus(replay.corpus, stream(seed, "majority"))
    return replace(
        replay,
        # The oracle is in no group.
        config=replace(replay.config, annotator_group=None),
        corpus=corpus,
        scene=replace(replay.scene, groups=None),
        pairs=Pairs.of(corpus.annotations, stream(seed, "pairs")),
        prices=np.full(len(corpus.annotators) + 1, replay.prices[0], np.int64),
    )
