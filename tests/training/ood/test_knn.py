from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from variorum.errors import ArgumentError, ShapeError
from variorum.training.ood import knn, nearest_neighbours


def test_by_hand() -> None:
    # On the circle: angles 0, 90 and 180 degrees away are chords of 0, sqrt 2 and 2.
    reference = [[5.0, 0.0], [0.0, 0.1], [-1.0, 0.0]]
    found = [nearest_neighbours([[2.0, 0.0]], reference, k=k)[0] for k in (1, 2, 3)]
    assert found == pytest.approx([0.0, np.sqrt(2), 2.0])


@pytest.mark.parametrize("k", [1, 3, 40])
def test_against_scikit_learn_in_several_blocks(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knn, "_CELLS", 7 * 40)
    rng = np.random.default_rng(0)
    reference, asked = rng.standard_normal((40, 5)), rng.standard_normal((23, 5)) + 0.5
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (reference, asked)]
    distances, _ = NearestNeighbors(n_neighbors=k).fit(unit[0]).kneighbors(unit[1])
    np.testing.assert_allclose(nearest_neighbours(asked, reference, k=k), distances[:, -1], atol=1e-12)


def test_length_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    reference, asked = rng.standard_normal((9, 3)), rng.standard_normal((4, 3))
    wanted = nearest_neighbours(asked, reference, k=2)
    for scale in (1e-200, 1e200):
        np.testing.assert_allclose(nearest_neighbours(asked * scale, reference / scale, k=2), wanted)


def test_small_distances_keep_their_digits() -> None:
    # The chord of a small angle is the angle; from a cosine it would be lost below 1e-8.
    found = nearest_neighbours([[1.0, 1e-9], [1.0, 1e-12]], [[1.0, 0.0]], k=1)
    np.testing.assert_allclose(found, [1e-9, 1e-12], rtol=1e-6)


def test_zeros_have_no_direction() -> None:
    assert nearest_neighbours([[0.0, 0.0]], [[3.0, 4.0], [0.0, 2.0]], k=2) == pytest.approx([1.0])
    # Among the reference they are nearer than anything at more than 60 degrees, here at 80: a chord of 2 sin 40.
    steep = [[np.cos(np.radians(80)), np.sin(np.radians(80))], [0.0, 0.0]]
    found = [nearest_neighbours([[1.0, 0.0]], steep, k=k)[0] for k in (1, 2)]
    assert found == pytest.approx([1.0, 2 * np.sin(np.radians(40))])


def test_arguments_are_checked() -> None:
    for k in (0, 3):
        with pytest.raises(ArgumentError, match=rf"k = {k} must be from 1 to the number of reference items, 2\."):
            nearest_neighbours([[1.0]], [[1.0], [2.0]], k=k)
    with pytest.raises(ShapeError, match=r"embeddings must have 2 columns, not 1"):
        nearest_neighbours([[1.0]], [[1.0, 2.0]], k=1)
    with pytest.raises(ArgumentError, match=r"reference\[0\] holds a value that is not finite"):
        nearest_neighbours([[1.0]], [[np.nan]], k=1)
