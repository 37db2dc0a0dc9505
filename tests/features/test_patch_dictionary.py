from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.features.patch_dictionary import (
    PatchDictionary,
    contrast_normalized,
    learn_dictionary,
    patches_of,
    pooled_activations,
)


def unit_dictionary(n_values: int, *entries: list[float]) -> PatchDictionary:
    """No mean, no whitening: activations by hand."""
    rows = np.array(entries, np.float32)
    return PatchDictionary(np.zeros(n_values, np.float32), np.eye(n_values, dtype=np.float32), rows)


def test_patches_are_those_of_a_double_loop() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    found = patches_of(picture, 3)
    assert found.shape == (4, 3, 27)
    for row in range(4):
        for column in range(3):
            expected = picture[row : row + 3, column : column + 3].ravel()
            np.testing.assert_array_equal(found[row, column], expected)


def test_brightness_and_contrast_are_taken_away_but_not_made_of_nothing() -> None:
    patch = np.array([10, 60, 110, 60])
    plain, brighter, stronger = contrast_normalized(np.array([patch, patch + 100, 2 * patch]))
    np.testing.assert_allclose(plain, brighter)
    # Variance 1250: by hand 50 / sqrt(1250 + 10).
    np.testing.assert_allclose(plain, np.array([-1, 0, 1, 0]) * 50 / np.sqrt(1260), rtol=1e-6)
    np.testing.assert_allclose(plain, stronger, rtol=0.01)
    assert contrast_normalized(np.array([[9, 9, 9], [9, 9, 10]])).max() < 0.25


def test_activations_by_hand() -> None:
    # From (3, 4) it is sqrt(20) to (1, 0), sqrt(18) to (0, 1) and sqrt(32) to (-1, 0).
    dictionary = unit_dictionary(2, [1, 0], [0, 1], [-1, 0])
    distance = np.sqrt([20.0, 18.0, 32.0])
    expected = np.maximum(distance.mean() - distance, 0.0)
    assert (expected > 0).tolist() == [True, True, False]
    np.testing.assert_allclose(dictionary.activations(np.array([[3, 4]], np.float32)), [expected], rtol=1e-5)


def test_activations_are_those_of_distances_in_the_whitened_space() -> None:
    rng = np.random.default_rng(0)
    patches = contrast_normalized(rng.integers(0, 256, (500, 12)))
    dictionary = learn_dictionary(patches, 7, rng)
    white = (patches.astype(float) - dictionary.mean) @ dictionary.whitening.astype(float)
    distance = np.linalg.norm(white[:, None] - dictionary.entries, axis=2)
    expected = np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0.0)
    np.testing.assert_allclose(dictionary.activations(patches), expected, atol=1e-4)


def test_whitening_makes_wide_directions_equal_and_leaves_narrow_ones_damped() -> None:
    rng = np.random.default_rng(0)
    width = np.sqrt([9.0, 1.0, 0.001])
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    patches = (rng.standard_normal((20_000, 3)) * width @ turn + 5).astype(np.float32)
    dictionary = learn_dictionary(patches, 4, rng)
    np.testing.assert_allclose(dictionary.whitening, dictionary.whitening.T, atol=1e-5)
    white = (patches - dictionary.mean) @ dictionary.whitening
    np.testing.assert_allclose(white.mean(axis=0), 0.0, atol=1e-3)
    # Variance v becomes v / (v + 0.1), along the same directions.
    variance = np.array([9.0, 1.0, 0.001])
    np.testing.assert_allclose(np.var(white @ turn.T, axis=0), variance / (variance + 0.1), rtol=0.05)


def test_entries_find_the_directions_that_patches_cluster_around() -> None:
    rng = np.random.default_rng(3)
    true = np.eye(5)
    which = rng.integers(5, size=3000)
    patches = true[which] * rng.normal(size=(3000, 1)) * 3 + 0.05 * rng.standard_normal((3000, 5))
    dictionary = learn_dictionary(patches.astype(np.float32), 12, rng)
    np.testing.assert_allclose(np.linalg.norm(dictionary.entries, axis=1), 1.0, rtol=1e-5)
    # Whitening only stretches these axes: each is the line of some entry.
    assert np.abs(dictionary.entries @ true.T).max(axis=0).min() > 0.98


def test_patches_without_any_contrast_teach_nothing_and_break_nothing() -> None:
    dictionary = learn_dictionary(np.zeros((50, 6), np.float32), 3, np.random.default_rng(0))
    assert np.isfinite(dictionary.entries).all()
    np.testing.assert_allclose(dictionary.activations(np.zeros((2, 6), np.float32)), 0.0, atol=1e-6)


def test_pooling_averages_each_cell() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 7, 7, 3), dtype=np.uint8)
    dictionary = learn_dictionary(contrast_normalized(np.eye(12) * 255), 4, np.random.default_rng(0))
    pooled = pooled_activations(pictures, 2, 2, dictionary).reshape(2, 2, 2, 4)
    # Six places a side, three a cell.
    active = dictionary.activations(contrast_normalized(patches_of(pictures[1], 2).reshape(36, 12))).reshape(6, 6, 4)
    np.testing.assert_allclose(pooled[1, 0, 1], active[:3, 3:].mean(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(pooled[1, 1, 0], active[3:, :3].mean(axis=(0, 1)), rtol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_any_grid_gives_every_cell_a_patch_and_no_picture_looks_at_another(
    side: int, grid: int, spare: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    size = side + grid - 1 + spare
    pictures = rng.integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    n_values = side * side * 3
    dictionary = learn_dictionary(contrast_normalized(rng.integers(0, 256, (40, n_values))), 5, rng)
    pooled = pooled_activations(pictures, side, grid, dictionary)
    assert pooled.shape == (3, grid * grid * 5)
    assert np.isfinite(pooled).all()
    assert (pooled >= 0).all()
    np.testing.assert_array_equal(pooled_activations(pictures[1:2], side, grid, dictionary)[0], pooled[1])
