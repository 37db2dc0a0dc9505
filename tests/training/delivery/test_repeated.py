from __future__ import annotations

import numpy as np

from variorum.training import TrainingData
from variorum.training.delivery import RepeatedLabelling


def test_every_vote_is_an_example_of_its_items_weight() -> None:
    counts = np.array([[2.0, 1.0], [0.0, 0.0], [0.0, 2.0]])
    data = TrainingData(np.zeros((3, 1)), counts, np.array([0.5, 1.0, 2.0]))
    examples = RepeatedLabelling()(data, 0).epoch(0)
    assert examples.item.tolist() == [0, 0, 0, 2, 2]
    assert examples.target.tolist() == [0, 0, 1, 1, 1]
    assert examples.weight is not None
    assert examples.weight.tolist() == [0.5, 0.5, 0.5, 2.0, 2.0]
