from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import ArgumentError, ShapeError
from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.delivery import Examples, VotesByAnnotator

ITEM, ANNOTATOR, LABEL = np.array([0, 0, 1, 2]), np.array([4, 0, 4, 1]), np.array([1, 0, 1, 1])


def deliver(weights: np.ndarray | None = None, weight: np.ndarray | None = None) -> Examples:
    votes = AnnotatorVotes(ITEM, ANNOTATOR, LABEL, 5, weight)
    return VotesByAnnotator()(TrainingData(np.zeros((3, 1)), np.ones((3, 2)), weights, by_annotator=votes), 0).epoch(3)


def test_every_vote_with_who_gave_it() -> None:
    examples = deliver()
    assert examples.item.tolist() == [0, 0, 1, 2]
    assert examples.annotator is not None
    assert examples.annotator.tolist() == [4, 0, 4, 1]
    assert examples.target.tolist() == [1, 0, 1, 1]
    assert examples.weight is None


def test_weights_of_items_and_votes_multiply_and_zero_is_left_out() -> None:
    by_vote = deliver(weight=np.array([0.5, 1.0, 0.0, 2.0]))
    assert by_vote.weight is not None
    assert (by_vote.item.tolist(), by_vote.weight.tolist()) == ([0, 0, 2], [0.5, 1.0, 2.0])
    both = deliver(np.array([2.0, 1.0, 0.0]), np.array([0.5, 1.0, 3.0, 2.0]))
    assert both.weight is not None
    assert (both.item.tolist(), both.weight.tolist()) == ([0, 0, 1], [1.0, 2.0, 3.0])


def test_label_sets() -> None:
    votes = AnnotatorVotes(np.array([0]), np.array([0]), np.array([[1, 0]]), 1)
    data = TrainingData(np.zeros((1, 1)), np.array([[[0.0, 1.0], [1.0, 0.0]]]), by_annotator=votes)
    assert VotesByAnnotator()(data, 0).epoch(0).target.tolist() == [[1, 0]]


def test_refusals() -> None:
    with pytest.raises(ArgumentError, match=r"by_annotator is None.*Give TrainingData the votes by annotator, or use"):
        VotesByAnnotator()(TrainingData(np.zeros((1, 1)), np.ones((1, 2))), 0)
    # 258 would be 2 in a byte.
    votes = AnnotatorVotes(np.array([0, 0]), np.array([0, 1]), np.array([1, 258]), 2)
    data = TrainingData(np.zeros((1, 1)), np.ones((1, 3)), by_annotator=votes)
    with pytest.raises(ArgumentError, match=r"label\[1\] = 258 is none of the 3 classes of counts; 1 of 2 votes"):
        VotesByAnnotator()(data, 0)
    with pytest.raises(ShapeError, match=r"by_annotator.label has shape \(2,\) and counts \(1, 3, 2\)"):
        VotesByAnnotator()(TrainingData(np.zeros((1, 1)), np.ones((1, 3, 2)), by_annotator=votes), 0)
