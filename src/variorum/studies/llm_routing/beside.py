"""Corpora with a simulated LLM beside people, at prices that are those of no real one."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, Price
from variorum.campaign.layout import stream
from variorum.corpora import LlmFlaw, simulated_llm_votes, with_llm
from variorum.features import Cached, featurizer
from variorum.labels import normalize
from variorum.studies.corpus_parts import open_part

__all__ = ["PERSON", "corpus_beside_llm", "corpus_of_people"]

PERSON: Final = 1_000_000
"""Micro-units of a vote of a person."""


@lru_cache(maxsize=4)
def corpus_of_people(corpus: str) -> Corpus:
    """A corpus whose annotators all cost the same.

    Args:
        corpus: Its name.

    Returns:
        The corpus without what its annotators cost by their own prices.
    """
    opened = open_part(corpus)
    votes = opened.annotations
    annotators = replace(votes.annotators, prices=(Price(per_annotation=PERSON),) * len(votes.annotators))
    return replace(opened, annotations=replace(votes, annotators=annotators))


def corpus_beside_llm(corpus: str, features: str, flaw: str, cheaper: int, seed: int) -> Corpus:
    """The same with an LLM, which answered every item that a person answered.

    Args:
        corpus: Name of the corpus.
        features: Name of the features by which a hidden half of the items is told apart.
        flaw: What is wrong with the LLM.
        cheaper: How many times less than a person's its vote costs.
        seed: Draws its votes, the half and the class that it favours; the same for all flaws and prices.

    Returns:
        The corpus, with the LLM as its last annotator.
    """
    people = corpus_of_people(corpus)
    labels = _labels(corpus, features, flaw, seed)
    return with_llm(people, labels, price=Price(per_annotation=round(PERSON / cheaper)))


@lru_cache(maxsize=8)
def _labels(corpus: str, features: str, flaw: str, seed: int) -> NDArray[np.int64]:
    """Class of each item, -1 where no person answered."""
    people = corpus_of_people(corpus)
    counts = people.annotations.counts()
    answered = np.flatnonzero(counts.sum(axis=1) > 0)
    labels = np.full(len(people.items), -1, np.int64)
    labels[answered] = simulated_llm_votes(
        normalize(counts[answered]),
        _vectors(corpus, features)[answered],
        cast("LlmFlaw", flaw),
        stream(seed, "simulated llm"),
    )
    return labels


@lru_cache(maxsize=4)
def _vectors(corpus: str, features: str) -> NDArray[np.float64]:
    items = corpus_of_people(corpus).items
    return Cached(featurizer(features)).fit_transform(items, np.arange(len(items)))
