from __future__ import annotations

import numpy as np
import pytest

from variorum.campaign import open_corpus
from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.annotators import votes as module
from variorum.studies.annotators.votes import SPLITS, open_votes, split_votes

CORPUS = "synthetic-perspectives"


@pytest.mark.parametrize("split", SPLITS)
def test_every_vote_is_in_one_part(split):
    parts = split_votes(CORPUS, split, "tfidf", 0)
    validation = parts.data.validation
    n = parts.data.counts.sum() + validation.counts.sum() + len(parts.item)
    assert n == open_votes(CORPUS).annotations.n_rows
    assert len(parts.item) == pytest.approx(0.25 * n, rel=0.05)
    assert parts.n_training.sum() == parts.data.counts.sum() == parts.data.by_annotator.n_votes
    assert parts.counts.sum() == len(parts.item)
    assert parts.counts.sum(axis=1).min() >= 1
    # Row for row, the triples are the votes behind the counts.
    votes = parts.data.by_annotator
    again = np.zeros_like(parts.data.counts)
    np.add.at(again, (votes.item, votes.label), 1)
    np.testing.assert_array_equal(again, parts.data.counts)


def test_new_items_are_in_no_other_part():
    parts = split_votes(CORPUS, "new items", "tfidf", 0)
    known = {row.tobytes() for side in (parts.data, parts.data.validation) for row in side.inputs}
    # Sentences are unlike each other, so a shared vector would be a shared item.
    assert not known & {row.tobytes() for row in parts.test}
    assert not {row.tobytes() for row in parts.data.inputs} & {row.tobytes() for row in parts.data.validation.inputs}


def test_groups_of_items_stay_together():
    votes = open_votes(CORPUS).annotations
    grouped = module.replace(votes.items, group=tuple(str(k // 4) for k in range(len(votes.items))))
    test, validation = module._new_items(module.replace(votes, items=grouped), np.random.default_rng(0))
    for mask in (test, validation):
        side = np.zeros(len(grouped), bool)
        side[votes.item[mask]] = True
        assert (side.reshape(-1, 4).all(axis=1) == side.reshape(-1, 4).any(axis=1)).all()
    assert not (test & validation).any()


def test_new_votes_leave_each_item_one_to_learn_from():
    votes = open_votes(CORPUS).annotations
    test, validation = module._new_votes(votes, np.random.default_rng(0))
    assert not (test & validation).any()
    assert set(votes.item[~test & ~validation].tolist()) == set(votes.item.tolist())
    assert set(votes.annotator[test].tolist()) == set(votes.annotator.tolist())


def test_a_seed_is_a_split():
    one, other = (split_votes(CORPUS, "new votes", "tfidf", seed) for seed in (0, 1))
    split_votes.cache_clear()
    again = split_votes(CORPUS, "new votes", "tfidf", 0)
    np.testing.assert_array_equal(again.item, one.item)
    np.testing.assert_array_equal(again.data.inputs, one.data.inputs)
    assert not np.array_equal(other.annotator[:500], one.annotator[:500])


def test_english_part_of_multipico(data_root):
    part, whole = open_votes("multipico-english"), open_corpus("multipico").annotations
    language = whole.items.column("language")
    assert len(part.items) == language.count("en")
    wanted = {
        (whole.items.ids[i], int(a), int(label))
        for i, a, label in zip(whole.item, whole.annotator, whole.label, strict=True)
        if language[i] == "en"
    }
    got = {
        (part.items.ids[i], int(a), int(label))
        for i, a, label in zip(part.annotations.item, part.annotations.annotator, part.annotations.label, strict=True)
    }
    assert got == wanted


def test_mistakes_are_named(monkeypatch):
    with pytest.raises(UnknownNameError, match="split 'new people' is not known"):
        split_votes(CORPUS, "new people", "tfidf", 0)
    corpus = open_corpus(CORPUS)
    nobody = module.replace(corpus.annotations, annotator=np.full(corpus.annotations.n_rows, -1))
    monkeypatch.setattr("variorum.studies.corpus_parts.open_corpus", lambda name: module.Corpus(name, nobody))
    with pytest.raises(ArgumentError, match="has votes of unknown annotators, whom no model of annotators can learn"):
        open_votes("nobody")
