from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import NotCountsError
from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.delivery import DELIVERIES, WHOLE_VOTES, delivery_of
from variorum.training.delivery.single_votes import single_votes


def test_counts_become_that_many_votes() -> None:
    counts = np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    votes = single_votes("multipass", TrainingData(np.zeros((3, 1)), counts))
    assert votes.voted.item.tolist() == [0, 2]
    assert votes.n_votes.tolist() == [3, 3]
    assert votes.label.tolist() == [0, 0, 2, 1, 1, 1]
    assert votes.label.dtype == np.uint8


@pytest.mark.parametrize("name", DELIVERIES)
def test_deliveries_of_whole_votes_are_those_that_refuse_half_a_vote(name: str) -> None:
    votes = AnnotatorVotes(np.array([0]), np.array([0]), np.array([0]), 1, np.array([0.5]))
    data = TrainingData(np.zeros((1, 1)), np.array([[0.5, 0.0]]), by_annotator=votes)
    if name in WHOLE_VOTES:
        with pytest.raises(NotCountsError, match="not a whole number"):
            delivery_of(name)(data, 0)
    else:
        assert delivery_of(name)(data, 0).epoch(0).item.tolist() == [0]
