from __future__ import annotations

import numpy as np

from variorum.assignment.history import history_means, item_means, votes_each
from views import voted_view

# Two votes of 0, one of 1, none of 2, and one of the unknown annotator, which is nobody's history.
VIEW = voted_view([(0, 0, 0), (1, 0, 1), (1, 1, 1), (0, -1, 0)], [[2], [2]], 3)


def test_histories_are_those_of_the_named() -> None:
    assert votes_each(VIEW).tolist() == [2, 1, 0]


def test_means_are_over_votes_and_zero_without_any() -> None:
    rows = np.array([[1.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(history_means(VIEW, rows, VIEW.vote_item), [[2.0, 2.0], [3.0, 4.0], [0.0, 0.0]])
    # (1 x [1, 0] + 2 x [3, 4]) / 2 and 3 x [3, 4] / 1; the fourth weight is the unknown annotator's.
    weighted = history_means(VIEW, rows, VIEW.vote_item, np.array([1.0, 2.0, 3.0, 9.0]))
    np.testing.assert_allclose(weighted, [[3.5, 4.0], [9.0, 12.0], [0.0, 0.0]])


def test_items_count_alike_whatever_their_length() -> None:
    features = np.array([[7.0, 0.0], [0.0, 0.5]])
    np.testing.assert_allclose(item_means(VIEW, features), [[0.5, 0.5], [0.0, 1.0], [0.0, 0.0]])
    empty = np.array([[7.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(item_means(VIEW, empty), [[0.5, 0.0], [0.0, 0.0], [0.0, 0.0]])
