from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.corpora.released_models import ReleasedModels
from variorum.errors import UnknownNameError
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
    for cached in (corpus_of_people, beside._answers, beside._vectors, beside._released):
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


def test_a_whole_answer_is_the_distribution_that_votes_are_drawn_from():
    votes, whole = (corpus_beside_llm("small", "tfidf", llm, 20, 0) for llm in ("adversarial", "adversarial-whole"))
    people = votes.annotations.take(votes.annotations.annotator < len(votes.annotators) - 1).counts()
    said = whole.annotations.take(whole.annotations.annotator == len(whole.annotators) - 1)
    assert (said.label == -1).all()
    assert SILENT not in said.item
    np.testing.assert_allclose(said.distribution, np.roll(people[said.item] / people[said.item].sum(1)[:, None], 1, 1))
    assert len(_llm_labels(votes)[0]) == said.n_rows


def test_released_answers_are_those_of_the_model_whatever_the_seed(monkeypatch):
    people = small_corpus()
    shares = np.tile([0.5, 0.25, 0.25], (len(people.items), 1))
    shares[SILENT] = np.nan
    monkeypatch.setattr(beside, "RELEASED", {"released": lambda: ReleasedModels(people, {"gpt": shares})})
    corpora = [corpus_beside_llm("released", "tfidf", "gpt", 20, seed) for seed in (0, 1)]
    for corpus in corpora:
        said = corpus.annotations.take(corpus.annotations.annotator == len(corpus.annotators) - 1)
        assert said.item.tolist() == [n for n in range(len(people.items)) if n != SILENT]
        np.testing.assert_array_equal(said.distribution, shares[said.item])
    with pytest.raises(UnknownNameError, match="model 'bert' gave no answers on released; there are gpt"):
        corpus_beside_llm("released", "tfidf", "bert", 20, 0)
