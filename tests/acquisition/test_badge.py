"""BADGE against gradients written out, and against the probabilities of k-means++."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from variorum.acquisition import badge
from variorum.acquisition.badge import sample_spread, squared_gradient_distances
from variorum.errors import ArgumentError
from views import make_view


def _gradients(error: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Outer products, one row an item."""
    return (error[:, :, None] * features[:, None, :]).reshape(len(error), -1)


def test_distances_are_those_of_gradients_written_out() -> None:
    rng = np.random.default_rng(0)
    error, features = rng.normal(size=(30, 4)), rng.normal(size=(30, 6))
    gradients = _gradients(error, features)
    rows, others = np.arange(20), np.arange(15, 30)
    np.testing.assert_allclose(
        squared_gradient_distances(error, features, rows, others),
        cdist(gradients[rows], gradients[others], "sqeuclidean"),
        atol=1e-10,
    )


def test_an_item_is_at_distance_0_from_itself_and_its_double() -> None:
    error, features = np.full((2, 3), 1 / 3), np.full((2, 5), 0.1)
    assert not squared_gradient_distances(error, features, np.arange(2), np.arange(2)).any()


def test_the_first_is_the_largest_and_the_rest_as_often_as_k_means_plus_plus_says() -> None:
    rng = np.random.default_rng(1)
    error, features = rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    gradients = _gradients(error, features)
    squared = cdist(gradients, gradients, "sqeuclidean")
    first = int((gradients**2).sum(axis=1).argmax())
    expected = {}
    for second in set(range(5)) - {first}:
        p_second = squared[second, first] / squared[first].sum()
        nearest = np.minimum(squared[first], squared[second])
        expected |= {(second, i): p_second * nearest[i] / nearest.sum() for i in set(range(5)) - {first, second}}
    n = 3000
    seen: Counter[tuple[int, int]] = Counter()
    for _ in range(n):
        chosen, _ = sample_spread(error, features, np.arange(5), 3, rng)
        assert chosen[0] == first
        seen[int(chosen[1]), int(chosen[2])] += 1
    assert set(seen) <= set(expected)
    for pair, p in expected.items():
        # Five standard deviations of a binomial.
        assert abs(seen[pair] - n * p) < 5 * np.sqrt(n * p * (1 - p)) + 1


def test_bounds_that_went_stale_are_found_out() -> None:
    # One pick among 3,000 near-doubles takes the distance of all; a single other item is then left to pick.
    rng = np.random.default_rng(2)
    features = np.concatenate([[[9.0, 0.0]], rng.normal([0.0, 5.0], 1e-6, (3000, 2)), [[0.0, -1.0]]])
    error = np.full((3002, 1), -0.5)
    for seed in range(5):
        chosen, scores = sample_spread(error, features, np.arange(3002), 3, np.random.default_rng(seed))
        assert chosen[0] == 0
        assert set(chosen[1:].tolist()) - set(range(1, 3001)) == {3001}
        gradients = _gradients(error, features)
        to_before = [np.sqrt(((gradients[chosen[:i]] - gradients[chosen[i]]) ** 2).sum(1).min()) for i in (1, 2)]
        np.testing.assert_allclose(scores, [4.5, *to_before])


def test_where_predictions_are_certain_the_rest_is_drawn_at_random() -> None:
    error, features = np.zeros((6, 2)), np.random.default_rng(0).normal(size=(6, 3))
    error[4] = [0.2, -0.2]
    # Item 4 is the largest; to all others the distance is the same, and among them 0.
    chosen, scores = sample_spread(error, features, np.arange(6), 6, np.random.default_rng(0))
    assert chosen[0] == 4
    assert sorted(chosen.tolist()) == list(range(6))
    assert scores[0] == scores[1] > 0
    assert not scores[2:].any()


def test_the_gradient_is_that_of_the_mean_prediction_less_its_likeliest_label() -> None:
    view = make_view(5)
    assert view.features is not None
    mean = view.members.mean(axis=0)
    gradients = _gradients(mean - np.eye(3)[mean.argmax(axis=1)], view.features)
    level = view.asked[view.left > 0].min()
    rows = np.flatnonzero((view.left > 0) & (view.asked == level))
    picks = badge(view, 1, np.random.default_rng(0))
    length = np.sqrt((gradients[rows] ** 2).sum(axis=1))
    assert picks.item.tolist() == [rows[length.argmax()]]
    np.testing.assert_allclose(picks.score, length.max())


def test_without_features_it_says_what_is_missing() -> None:
    with pytest.raises(ArgumentError, match="badge reads features, which this campaign lacks"):
        badge(replace(make_view(0), features=None), 1, np.random.default_rng(0))
