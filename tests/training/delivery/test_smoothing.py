from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import ArgumentError
from variorum.training import TrainingData
from variorum.training.delivery import LabelSmoothing, Majority

COUNTS = np.array([[3.0, 1.0, 0.0], [2.0, 0.0, 2.0], [0.0, 0.0, 1.0]])


def test_some_mass_is_spread_over_all_classes() -> None:
    data = TrainingData(np.zeros((3, 1)), COUNTS)
    for seed in range(4):  # the tie of the second item falls either way
        onehot = np.eye(3)[Majority()(data, seed).epoch(0).target]
        target = LabelSmoothing(0.3)(data, seed).epoch(0).target
        np.testing.assert_allclose(target, 0.7 * onehot + 0.1, rtol=1e-6)


def test_no_smoothing_and_nothing_else() -> None:
    data = TrainingData(np.zeros((1, 1)), COUNTS[:1])
    assert LabelSmoothing(0.0)(data, 0).epoch(0).target.tolist() == [[1.0, 0.0, 0.0]]
    np.testing.assert_allclose(LabelSmoothing(1.0)(data, 0).epoch(0).target, np.full((1, 3), 1 / 3), rtol=1e-6)


def test_label_sets_are_smoothed_label_by_label() -> None:
    data = TrainingData(np.zeros((1, 1)), np.array([[[1.0, 3.0], [4.0, 0.0]]]))
    target = LabelSmoothing(0.2)(data, 0).epoch(0).target
    np.testing.assert_allclose(target, [[[0.1, 0.9], [0.9, 0.1]]], rtol=1e-6)


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, float("nan")])
def test_smoothing_is_a_share(smoothing: float) -> None:
    with pytest.raises(ArgumentError, match=r"smoothing must be in \[0, 1\], not"):
        LabelSmoothing(smoothing)
