"""Corpora with an LLM beside people, simulated or with released answers, at prices that are those of no real one."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, Price
from variorum.campaign.layout import stream
from variorum.corpora import LlmFlaw, simulated_llm_shares, simulated_llm_votes, with_llm
from variorum.corpora.released_models import RELEASED, ReleasedModels
from variorum.errors import UnknownNameError
from variorum.features import Cached, featurizer
from variorum.labels import normalize
from variorum.studies.corpus_parts import open_part

__all__ = ["PERSON", "WHOLE", "corpus_beside_llm", "corpus_of_people"]

PERSON: Final = 1_000_000
"""Micro-units of a vote of a person."""

WHOLE: Final = "-whole"
"""Ends the name of a simulated LLM that answers with its label distribution, and not with a vote drawn from it."""


@lru_cache(maxsize=4)
def corpus_of_people(corpus: str) -> Corpus:
    """A corpus whose annotators all cost the same.

    Args:
        corpus: Its name; of `variorum.corpora.released_models.RELEASED`, too.

    Returns:
        The corpus without what its annotators cost by their own prices.
    """
    opened = _released(corpus).people if corpus in RELEASED else open_part(corpus)
    votes = opened.annotations
    annotators = replace(votes.annotators, prices=(Price(per_annotation=PERSON),) * len(votes.annotators))
    return replace(opened, annotations=replace(votes, annotators=annotators))


def corpus_beside_llm(corpus: str, features: str, llm: str, cheaper: int, seed: int) -> Corpus:
    """The same with an LLM: one whose answers were released, or a simulated one, which answered what people answered.

    Args:
        corpus: Name of the corpus.
        features: Name of the features by which a hidden half of the items is told apart.
        llm: Name of a model of that corpus, if answers were released; else what is wrong with the LLM, and `WHOLE` if
            it answers with its label distribution.
        cheaper: How many times less than a person's its vote costs.
        seed: Draws its votes, the half and the class that it favours; the same for all flaws and prices. Released
            answers know no seed.

    Returns:
        The corpus, with the LLM as its last annotator.

    Raises:
        UnknownNameError: If no answers of that model were released for the corpus.
    """
    people = corpus_of_people(corpus)
    answers = _released_answers(corpus, llm) if corpus in RELEASED else _answers(corpus, features, llm, seed)
    return with_llm(people, answers, price=Price(per_annotation=round(PERSON / cheaper)))


@lru_cache(maxsize=2)
def _released(corpus: str) -> ReleasedModels:
    return RELEASED[corpus]()


def _released_answers(corpus: str, llm: str) -> NDArray[np.float64]:
    models = _released(corpus).models
    if llm not in models:
        raise UnknownNameError(f"model {llm!r} gave no answers on {corpus}; there are {', '.join(models)}.")
    return models[llm]


@lru_cache(maxsize=8)
def _answers(corpus: str, features: str, llm: str, seed: int) -> NDArray[np.int64] | NDArray[np.float64]:
    """Class or label distribution of each item, -1 or nan where no person answered."""
    people = corpus_of_people(corpus)
    counts = people.annotations.counts()
    answered = np.flatnonzero(counts.sum(axis=1) > 0)
    flaw, rng = cast("LlmFlaw", llm.removesuffix(WHOLE)), stream(seed, "simulated llm")
    human, vectors = normalize(counts[answered]), _vectors(corpus, features)[answered]
    if llm.endswith(WHOLE):
        shares = np.full(counts.shape, np.nan)
        shares[answered] = simulated_llm_shares(human, vectors, flaw, rng)
        return shares
    labels = np.full(len(people.items), -1, np.int64)
    labels[answered] = simulated_llm_votes(human, vectors, flaw, rng)
    return labels


@lru_cache(maxsize=4)
def _vectors(corpus: str, features: str) -> NDArray[np.float64]:
    items = corpus_of_people(corpus).items
    return Cached(featurizer(features)).fit_transform(items, np.arange(len(items)))
