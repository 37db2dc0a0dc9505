from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.training import TrainingData
from variorum.training.delivery import Majority


def target(counts: np.ndarray, seed: int = 0) -> np.ndarray:
    return Majority()(TrainingData(np.zeros((len(counts), 1)), counts), seed).epoch(0).target


def test_the_class_of_most_votes() -> None:
    assert target(np.array([[3.0, 1.0], [0.5, 1.5]])).tolist() == [0, 1]
    assert target(np.array([[[1.0, 3.0], [4.0, 0.0]]])).tolist() == [[1, 0]]


def test_ties_are_broken_evenly_by_the_seed_and_for_good() -> None:
    counts = np.tile([2.0, 0.0, 2.0], (10_000, 1))
    data = TrainingData(np.zeros((10_000, 1)), counts)
    schedule = Majority()(data, 4)
    label = schedule.epoch(0).target
    assert set(label.tolist()) == {0, 2}
    # 5,000 expected, standard deviation 50.
    assert abs((label == 0).sum() - 5000) < 5 * 50
    assert np.array_equal(schedule.epoch(3).target, label)
    assert not np.array_equal(target(counts, 5), label)


@given(st.integers(0, 2**32 - 1))
def test_order_of_items_and_names_of_classes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.permuted(np.tile([0.0, 1.0, 2.0, 3.0], (8, 1)), axis=1)  # no tie
    items, classes = rng.permutation(8), rng.permutation(4)
    assert np.array_equal(target(counts[items]), target(counts)[items])
    assert np.array_equal(classes[target(counts[:, classes])], target(counts))
