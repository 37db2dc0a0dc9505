from __future__ import annotations

import numpy as np
import pytest

from variorum.training import TrainingData
from variorum.training.delivery.voted import label_type, voted_items


def test_items_with_votes_of_positive_weight() -> None:
    counts = np.array([[1.0, 3.0], [0.0, 0.0], [2.0, 0.0], [1.0, 1.0]])
    voted = voted_items(TrainingData(np.zeros((4, 1)), counts, np.array([0.5, 1.0, 0.0, 2.0])))
    assert voted.item.tolist() == [0, 3]
    assert voted.weight is not None
    assert voted.weight.tolist() == [0.5, 2.0]
    assert voted.shares.tolist() == [[0.25, 0.75], [0.5, 0.5]]


def test_label_sets_are_one_choice_a_label() -> None:
    counts = np.array([[[1.0, 3.0], [4.0, 0.0]]])
    voted = voted_items(TrainingData(np.zeros((1, 1)), counts))
    assert voted.rows.tolist() == [[1.0, 3.0], [4.0, 0.0]]
    assert voted.shares.tolist() == [[[0.25, 0.75], [1.0, 0.0]]]


@pytest.mark.parametrize(("n_classes", "expected"), [(1, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_the_smallest_type_that_fits(n_classes: int, expected: type) -> None:
    assert label_type(n_classes) == expected
