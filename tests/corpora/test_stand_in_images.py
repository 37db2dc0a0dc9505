from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from variorum.corpora.stand_in_images import phase_scrambled, stand_in_digits
from variorum.errors import ArgumentError, ShapeError


def smooth(n_items: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Pictures in the middle of the scale, so that nothing is cut off."""
    return rng.integers(110, 146, (n_items, size, size, 3), dtype=np.uint8)


def test_digits_can_be_read_in_their_colours() -> None:
    pictures = stand_in_digits(np.random.default_rng(0)).astype(float)
    assert pictures.shape == (1797, 32, 32, 3)
    ink = load_digits().images / 16
    for row in range(0, 1797, 50):
        # Each pixel of the scan lies under a block of four by four; a corner of the scan never has ink.
        block = pictures[row].reshape(8, 4, 8, 4, 3).mean(axis=(1, 3))
        ground = block[[0, 0, -1, -1], [0, -1, 0, -1]].mean(axis=0)
        off = np.abs(block - ground).sum(axis=-1)
        # Linear scaling mixes neighbours, so that the blocks follow the scan closely, not exactly.
        assert np.corrcoef(off.ravel(), ink[row].ravel())[0, 1] > 0.8
        assert off.max() > 60


def test_the_seed_decides() -> None:
    one, two = (stand_in_digits(np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert (stand_in_digits(np.random.default_rng(6)) != one).any()
    pictures = smooth(2, 8, np.random.default_rng(0))
    one, two = (phase_scrambled(pictures, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_scrambling_keeps_colours_and_spectrum(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pictures = smooth(2, size, rng)
    scrambled = phase_scrambled(pictures, rng)
    assert scrambled.dtype == np.uint8
    # Rounding moves a pixel by half a step: the mean by as much, a term of the sum over pixels by half of their number.
    np.testing.assert_allclose(scrambled.mean(axis=(1, 2)), pictures.mean(axis=(1, 2)), atol=0.5)
    before, after = (np.abs(np.fft.fft2(p, axes=(1, 2))) for p in (pictures, scrambled))
    np.testing.assert_allclose(after, before, atol=0.5 * size * size + 1e-9)


def test_scrambling_loses_shapes_and_keeps_channels_together() -> None:
    rng = np.random.default_rng(0)
    grey = np.repeat(smooth(1, 32, rng)[..., :1], 3, axis=-1)
    scrambled = phase_scrambled(grey, rng)
    assert (scrambled[..., 0] == scrambled[..., 2]).all(), "grey stays grey"
    assert abs(np.corrcoef(scrambled[..., 0].ravel(), grey[..., 0].ravel())[0, 1]) < 0.15


def test_what_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ShapeError, match=r"4 axes, .* not shape \(4, 4, 3\)"):
        phase_scrambled(np.zeros((4, 4, 3), np.uint8), rng)
    with pytest.raises(ArgumentError, match=r"must be bytes \(uint8\) in 0 to 255, not float64"):
        phase_scrambled(np.zeros((1, 4, 4, 3)), rng)  # type: ignore[arg-type]
