from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.studies.llm_routing import beside
from variorum.studies.llm_routing.beside import PERSON, corpus_beside_llm, corpus_of_people

SILENT = 3


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """The small corpus under two names, in one of which nobody is named; one item has no answer."""
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path))

    def opened(name):
        corpus = small_corpus(known=name == "small")
        votes = corpus.annotations
        label = np.where(votes.item == SILENT, -1, votes.label).astype(np.int32)
        status = np.where(votes.item == SILENT, 1, votes.status).astype(np.int8)
        return replace(corpus, annotations=replace(votes, label=label, status=status))

    monkeypatch.setattr(beside, "open_part", opened)
    yield
    for cached in (corpus_of_people, beside._labels, beside._vectors):
        cached.cache_clear()


def _llm_labels(corpus):
    votes = corpus.annotations
    mine = votes.annotator == len(corpus.annotators) - 1
    return votes.item[mine], votes.label[mine]


@pytest.mark.parametrize("name", ["small", "unnamed"])
def test_the_llm_answers_what_people_answered_and_people_all_cost_the_same(name):
    people = corpus_of_people(name)
    corpus = corpus_beside_llm(name, "tfidf", "none", 20, 0)
    *persons, llm = [price.per_annotation for price in corpus.annotators.prices]
    assert set(persons) <= {PERSON}
    assert len(persons) == len(people.annotators)
    assert llm == PERSON // 20
    item, _ = _llm_labels(corpus)
    answered = np.flatnonzero(people.annotations.counts().sum(axis=1) > 0)
    assert SILENT not in answered
    np.testing.assert_array_equal(item, answered)


def test_the_seed_draws_the_llm_and_its_price_does_not():
    labels = [
        _llm_labels(corpus_beside_llm("small", "tfidf", "biased-half", cheaper, seed))[1].tolist()
        for cheaper, seed in ((20, 0), (100, 0), (20, 1))
    ]
    assert labels[0] == labels[1] != labels[2]
