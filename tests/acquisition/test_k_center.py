"""k-center against a greedy search over the full matrix of distances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from variorum.acquisition import k_center
from variorum.acquisition.k_center import farthest_first
from variorum.errors import ArgumentError
from views import make_view


def _greedy(points: np.ndarray, rows: np.ndarray, centres: np.ndarray, k: int) -> tuple[list[int], list[float]]:
    """Farthest first, all distances at hand."""
    distance = cdist(points, points)
    known, chosen, scores = list(centres), [], []
    for _ in range(k):
        nearest = distance[np.ix_(rows, known)].min(axis=1)
        nearest[np.isin(rows, chosen)] = -1
        chosen.append(int(rows[nearest.argmax()]))
        scores.append(float(nearest.max()))
        known.append(chosen[-1])
    return chosen, scores


@given(seed=st.integers(0, 10_000), n=st.integers(2, 60), k=st.integers(1, 60))
def test_picks_and_distances_are_those_of_the_full_matrix(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, 4)) + 100
    order = rng.permutation(n)
    centres, rows = order[: n // 3 + 1], order[n // 3 + 1 :]
    k = min(k, rows.size)
    chosen, scores = farthest_first(points, rows, centres, k, rng)
    wanted, distances = _greedy(points, rows, centres, k)
    np.testing.assert_allclose(scores, distances, rtol=1e-4)
    assert chosen.tolist() == wanted


def test_many_blocks_and_a_first_item_at_random() -> None:
    rng = np.random.default_rng(5)
    points, rows = rng.normal(size=(2100, 3)), np.arange(2100)
    chosen, scores = farthest_first(points, rows, rows[:0], 60, rng)
    wanted, distances = _greedy(points, rows, chosen[:1], 59)
    assert np.isnan(scores[0])
    assert chosen[1:].tolist() == wanted
    np.testing.assert_allclose(scores[1:], distances, rtol=1e-4)


def test_duplicates_come_last_at_distance_0_and_any_of_them_first() -> None:
    points = np.array([[0.0], [0.0], [0.0], [5.0], [5.0]])
    rows = np.arange(1, 5)
    seconds = set()
    for seed in range(30):
        chosen, scores = farthest_first(points, rows, np.array([0]), 4, np.random.default_rng(seed))
        assert points[chosen[0], 0] == 5.0
        assert scores.tolist() == [5.0, 0.0, 0.0, 0.0]
        assert sorted(chosen.tolist()) == rows.tolist()
        seconds.add(int(chosen[1]))
    assert len(seconds) > 1


def test_centres_are_the_items_asked_about() -> None:
    # On a line: 0 was asked, so 9 is farthest, and then what lies between.
    view = replace(
        make_view(0, 4, known=False),
        features=np.array([[0.0], [1.0], [4.0], [9.0]]),
        asked=np.array([1, 0, 0, 0]),
    )
    picks = k_center(view, 3, np.random.default_rng(0))
    assert picks.item.tolist() == [3, 2, 1]
    np.testing.assert_allclose(picks.score, [9, 4, 1])


def test_without_features_it_says_what_is_missing() -> None:
    with pytest.raises(ArgumentError, match="k-center reads features, which this campaign lacks"):
        k_center(replace(make_view(0), features=None), 1, np.random.default_rng(0))
