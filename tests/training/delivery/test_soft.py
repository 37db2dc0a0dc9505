from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.training import TrainingData
from variorum.training.delivery import Soft


def target(counts: np.ndarray) -> np.ndarray:
    return Soft()(TrainingData(np.zeros((len(counts), 1)), counts), 0).epoch(0).target


def test_targets_are_vote_shares_weighted_votes_included() -> None:
    assert target(np.array([[3.0, 1.0], [0.5, 1.5]])).tolist() == [[0.75, 0.25], [0.25, 0.75]]


def test_label_sets_have_a_share_each() -> None:
    assert target(np.array([[[1.0, 3.0], [4.0, 0.0]]])).tolist() == [[[0.25, 0.75], [1.0, 0.0]]]


@given(st.integers(0, 2**32 - 1))
def test_order_of_items_names_of_classes_and_ten_times_the_votes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 5, (8, 4)) + np.eye(4)[0]
    items, classes = rng.permutation(8), rng.permutation(4)
    assert np.array_equal(target(counts[items]), target(counts)[items])
    np.testing.assert_allclose(target(counts[:, classes]), target(counts)[:, classes], rtol=1e-6)
    assert np.array_equal(target(10 * counts), target(counts))
