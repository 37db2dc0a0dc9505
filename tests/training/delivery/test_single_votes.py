from __future__ import annotations

import numpy as np

from variorum.training import TrainingData
from variorum.training.delivery.single_votes import single_votes


def test_counts_become_that_many_votes() -> None:
    counts = np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    votes = single_votes("multipass", TrainingData(np.zeros((3, 1)), counts))
    assert votes.voted.item.tolist() == [0, 2]
    assert votes.n_votes.tolist() == [3, 3]
    assert votes.label.tolist() == [0, 0, 2, 1, 1, 1]
    assert votes.label.dtype == np.uint8
