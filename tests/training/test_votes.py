from __future__ import annotations

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ArgumentError, ShapeError
from variorum.training import AnnotatorVotes, Texts, TrainingData, annotator_votes

ITEMS, PEOPLE = Items(("a", "b", "c")), Annotators(("x:1", "x:2"))


def test_rows_are_renumbered_and_unanswered_ones_left_out() -> None:
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]),
        ITEMS,
        PEOPLE,
        [0, 1, 2, 2],
        [0, 0, 0, 1],
        [1, 0, 1, -1],
        status=[0, 0, 0, 1],
    )
    some = annotator_votes(votes, np.array([2, 0]))
    assert some is not None
    assert (some.item.tolist(), some.annotator.tolist(), some.label.tolist()) == ([1, 0], [0, 0], [1, 1])
    assert some.n_annotators == 2


def test_counts_are_those_of_the_triples() -> None:
    votes = Annotations(LabelScheme.multilabel(["p", "q"]), ITEMS, PEOPLE, [0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 1, -1])
    data = TrainingData.of(votes, np.zeros((3, 1)), np.array([0, 1]), validation=np.array([2]))
    triples = data.by_annotator
    assert triples is not None
    counts = np.zeros((2, 2, 2))
    for item, label in zip(triples.item, triples.label, strict=True):
        for k in range(2):
            counts[item, k, label[k]] += 1
    np.testing.assert_array_equal(counts, data.counts)
    assert data.validation is not None
    assert data.validation.counts.sum() == 0


def test_an_item_that_is_there_twice_has_its_votes_twice() -> None:
    votes = Annotations(LabelScheme.nominal(["no", "yes"]), ITEMS, PEOPLE, [0, 1, 1], [0, 0, 1], [1, 0, 1])
    data = TrainingData.of(votes, np.zeros((3, 1)), np.array([1, 0, 1]))
    triples = data.by_annotator
    assert triples is not None
    counts = np.zeros((3, 2))
    np.add.at(counts, (triples.item, triples.label), 1)
    np.testing.assert_array_equal(counts, data.counts)
    assert triples.n_votes == 5


def test_a_mask_is_as_good_as_positions() -> None:
    votes = Annotations(LabelScheme.nominal(["no", "yes"]), ITEMS, PEOPLE, [0, 1, 2], [0, 0, 1], [1, 0, 1])
    texts = Texts(("one", "two", "three"))
    mask = np.array([True, False, True])
    data = TrainingData.of(votes, texts, mask, validation=~mask, weights=np.array([1.0, 2.0, 3.0]))
    assert data.inputs == Texts(("one", "three"))
    assert data.by_annotator is not None
    assert data.by_annotator.item.tolist() == [0, 1]
    assert data.validation is not None
    assert data.validation.weights is not None
    assert data.validation.weights.tolist() == [2.0]
    with pytest.raises(ShapeError, match=r"a mask of items has shape \(2,\), and there are 3"):
        TrainingData.of(votes, texts, mask[:2])


def test_without_an_annotator_there_are_no_triples() -> None:
    votes = Annotations(LabelScheme.nominal(["no", "yes"]), ITEMS, PEOPLE, [0], [-1], [1])
    assert annotator_votes(votes, np.arange(3)) is None


def test_what_is_refused() -> None:
    one = np.array([0])
    with pytest.raises(ShapeError, match=r"label has shape \(2,\), and there are 1 votes"):
        AnnotatorVotes(one, one, np.array([0, 1]), 1)
    with pytest.raises(ArgumentError, match=r"label\[0\] is negative"):
        AnnotatorVotes(one, one, np.array([-1]), 1)
    with pytest.raises(ArgumentError, match="annotator 0 is not among 0"):
        AnnotatorVotes(one, one, one, 0)
    with pytest.raises(ArgumentError, match=r"weight\[0\] is negative"):
        AnnotatorVotes(one, one, one, 1, np.array([-1.0]))
    with pytest.raises(ArgumentError, match="by_annotator names item 3, and there are 1"):
        TrainingData(np.zeros((1, 1)), np.ones((1, 2)), by_annotator=AnnotatorVotes(one + 3, one, one, 1))
