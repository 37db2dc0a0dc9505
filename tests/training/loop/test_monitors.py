from __future__ import annotations

import numpy as np
import pytest

from variorum.training.loop.monitors import HIGHER, MONITORS, monitor_scores


def test_scores_by_hand() -> None:
    counts = np.array([[3.0, 1.0], [0.0, 0.0], [0.0, 2.0]])
    predicted = np.array([[0.5, 0.5], [0.9, 0.1], [0.25, 0.75]])
    scores = monitor_scores(counts, predicted)
    assert set(scores) == set(MONITORS)
    # The second item has no vote. (3/4, 1/4) against halves, and (0, 1) against (1/4, 3/4):
    assert scores["cross-entropy"] == pytest.approx((np.log(2) - np.log(0.75)) / 2)
    assert scores["total-variation"] == pytest.approx(0.25)
    assert scores["brier"] == pytest.approx((2 * 0.25**2 + 2 * 0.25**2) / 2)
    assert set(MONITORS) > HIGHER


def test_each_label_of_a_multilabel_scheme_counts_as_an_item() -> None:
    counts = np.array([[[1.0, 1.0], [0.0, 0.0]], [[2.0, 0.0], [0.0, 2.0]]])
    predicted = np.full((2, 2, 2), 0.5)
    # Of three voted labels one is split evenly, as predicted, and two are 1/2 off.
    assert monitor_scores(counts, predicted)["total-variation"] == pytest.approx(1 / 3)


def test_weights_weigh_items_and_leave_some_out() -> None:
    counts = np.array([[3.0, 1.0], [4.0, 0.0], [0.0, 2.0]])
    predicted = np.array([[0.5, 0.5], [0.1, 0.9], [0.25, 0.75]])
    scores = monitor_scores(counts, predicted, np.array([3.0, 0.0, 1.0]))
    # Total variation is 1/4 of both items that count, and the likeliest class is right (ties to the lower class).
    assert scores["total-variation"] == pytest.approx(0.25)
    assert scores["accuracy"] == scores["macro-f1"] == 1.0
    assert scores["cross-entropy"] == pytest.approx((3 * np.log(2) - np.log(0.75)) / 4)
    # A weight is that of all labels of an item.
    both = np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]]])
    even = np.full((2, 2, 2), [0.75, 0.25])
    assert monitor_scores(both, even, np.array([3.0, 1.0]))["total-variation"] == pytest.approx((3 * 0.5 + 0.25) / 4)
