"""Kernel herding against the full kernel matrix, and against chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from variorum.acquisition import herding
from variorum.acquisition.herding import herd
from variorum.errors import ArgumentError
from views import make_view


def _kernel(points: np.ndarray) -> np.ndarray:
    return np.exp(-cdist(points, points, "sqeuclidean") / (2 * np.median(pdist(points, "sqeuclidean"))))


def _discrepancy(kernel: np.ndarray, chosen: np.ndarray) -> float:
    """Squared maximum mean discrepancy between some rows and all."""
    part = kernel[chosen]
    return float(kernel.mean() - 2 * part.mean() + part[:, chosen].mean())


@pytest.mark.parametrize("seed", range(6))
def test_each_pick_brings_the_discrepancy_down_most(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(60, 3)) * [3, 1, 1] + 50
    order = rng.permutation(60)
    covered, rows = order[:seed], order[seed:40]
    chosen, scores = herd(points, rows, covered, np.arange(60), 8, rng)
    kernel, known = _kernel(points), list(covered)
    for at, score in zip(chosen, scores, strict=True):
        left = [row for row in rows if row not in known]
        after = {row: _discrepancy(kernel, np.array([*known, row])) for row in left}
        assert at == min(left, key=after.__getitem__)
        np.testing.assert_allclose(
            score, kernel[at].mean() - kernel[at, known].sum() / (len(known) + 1), rtol=1e-4, atol=1e-5
        )
        known.append(at)


def test_it_looks_more_like_the_pool_than_chance_does() -> None:
    rng = np.random.default_rng(0)
    view = replace(make_view(1, 400, known=False), features=rng.normal(size=(400, 4)), asked=np.zeros(400, np.int64))
    kernel = _kernel(view.features)
    ours = _discrepancy(kernel, herding(view, 20, rng).item)
    chance = [_discrepancy(kernel, rng.choice(400, 20, replace=False)) for _ in range(50)]
    assert ours < min(chance) / 2


def test_a_large_pool_is_represented_by_a_sample() -> None:
    # Two clumps, 1,500 and 3,000 items: three picks in proportion, whatever the sample.
    rng = np.random.default_rng(2)
    features = rng.normal(0, 0.1, (4500, 2)) + np.where(np.arange(4500) < 1500, 0, 5)[:, None]
    view = replace(make_view(2, 4500, known=False), features=features, asked=np.zeros(4500, np.int64))
    assert (herding(view, 3, rng).item < 1500).sum() == 1


def test_items_all_alike_are_picked_at_random() -> None:
    chosen, scores = herd(np.ones((5, 2)), np.arange(5), np.zeros(0, int), np.arange(5), 5, np.random.default_rng(0))
    assert sorted(chosen.tolist()) == list(range(5))
    # The kernel is 1 everywhere: 1 - i / (i + 1).
    np.testing.assert_allclose(scores, [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_without_features_it_says_what_is_missing() -> None:
    with pytest.raises(ArgumentError, match="herding reads features, which this campaign lacks"):
        herding(replace(make_view(0), features=None), 1, np.random.default_rng(0))
