"""Squared distances in blocks, against SciPy's."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from variorum.acquisition.distances import blocks, squared_distances, squared_to_nearest


def test_blocks_cover_every_row_once_however_wide() -> None:
    for n_rows, width in ((0, 3), (7, 1), (7, 3), (7, 100)):
        assert [row for part in blocks(n_rows, width, entries=6) for row in range(n_rows)[part]] == list(range(n_rows))


def test_squared_distances_are_those_of_scipy() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(40, 7)), rng.normal(size=(30, 7))
    np.testing.assert_allclose(squared_distances(left, right), cdist(left, right, "sqeuclidean"), atol=1e-12)
    assert (squared_distances(left, left) >= 0).all()


def test_nearest_centre_far_from_the_origin_and_over_many_blocks() -> None:
    # Squared norms of 1e12 leave float32 nothing of a squared distance of 10 unless the points are shifted first.
    rng = np.random.default_rng(1)
    features = rng.normal(size=(3000, 5)) + 1e6
    rows, centres = np.arange(0, 3000, 2), np.arange(1, 3000, 3)
    truth = cdist(features[rows], features[centres], "sqeuclidean").min(axis=1)
    np.testing.assert_allclose(squared_to_nearest(features, rows, centres), truth, rtol=1e-3, atol=1e-5)
