"""Typical items: clumps of known size, and typicality from all distances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from variorum.acquisition import typical
from variorum.acquisition.typical import typicality
from variorum.annotations import PoolView
from variorum.errors import ArgumentError
from views import make_view

SIZES = (30, 20, 10, 1)
CLUMP = np.repeat(np.arange(4), SIZES)


def _clumps(asked: list[int]) -> PoolView:
    """Three clumps and a lone item, far apart."""
    rng = np.random.default_rng(4)
    features = rng.normal(size=(61, 2)) + np.array([[0, 0], [1000, 0], [0, 1000], [1000, 1000]])[CLUMP]
    counts = np.zeros(61, np.int64)
    counts[asked] = 1
    return replace(make_view(0, 61, known=False), features=features, asked=counts)


def _typicality(points: np.ndarray) -> np.ndarray:
    neighbours = min(20, len(points) // 2)
    return 1 / np.sort(cdist(points, points), axis=1)[:, 1 : neighbours + 1].mean(axis=1)


@pytest.mark.parametrize("n", [2, 3, 8, 9, 50, 100])
def test_typicality_is_that_of_all_distances(n: int) -> None:
    points = np.random.default_rng(n).normal(size=(n, 3)) + 1000
    np.testing.assert_allclose(typicality(points), _typicality(points), rtol=1e-3)


def test_typicality_of_a_lone_item_is_0_and_of_duplicates_finite() -> None:
    assert typicality(np.ones((1, 2))).tolist() == [0.0]
    np.testing.assert_allclose(typicality(np.ones((3, 2))), 1e12)


def test_one_from_each_clump_the_largest_first_and_a_lone_item_last() -> None:
    view = _clumps([])
    assert view.features is not None
    picks = typical(view, 4, np.random.default_rng(0))
    assert CLUMP[picks.item].tolist()[:3] == [0, 1, 2]
    # The lone item's cluster is too small; the largest clump has its second turn before.
    assert CLUMP[picks.item[3]] == 0
    for clump, item, score in zip(range(3), picks.item, picks.score, strict=False):
        dense = _typicality(view.features[clump == CLUMP])
        assert item == np.flatnonzero(clump == CLUMP)[dense.argmax()]
        np.testing.assert_allclose(score, dense.max(), rtol=1e-3)


def test_clumps_with_an_item_asked_about_wait() -> None:
    view = _clumps([3, 40])
    assert CLUMP[typical(view, 2, np.random.default_rng(0)).item].tolist() == [2, 0]


def test_a_clump_gives_as_many_as_are_wanted_of_it() -> None:
    view = _clumps([])
    picks = typical(view, 61, np.random.default_rng(1))
    assert sorted(picks.item.tolist()) == list(range(61))


def test_items_all_alike_and_a_pool_for_mini_batches() -> None:
    view = replace(_clumps([]), features=np.ones((61, 2)))
    assert sorted(typical(view, 61, np.random.default_rng(0)).item.tolist()) == list(range(61))
    # 6,000 items x 200 clusters; clump by clump 20 picks of 20 clumps, or nearly so.
    rng = np.random.default_rng(1)
    clump = np.arange(6000) % 20
    features = rng.normal(0, 0.1, (6000, 2)) + 10 * np.stack([clump % 5, clump // 5], axis=1)
    asked = np.where(np.arange(6000) < 180, 1, 0)
    view = replace(make_view(0, 6000, known=False), features=features, asked=asked)
    picks = typical(view, 20, rng)
    assert len(set(picks.item.tolist())) == 20
    assert (picks.item >= 180).all()
    assert len(set(clump[picks.item].tolist())) > 8


def test_without_features_it_says_what_is_missing() -> None:
    with pytest.raises(ArgumentError, match="typical reads features, which this campaign lacks"):
        typical(replace(make_view(0), features=None), 1, np.random.default_rng(0))
