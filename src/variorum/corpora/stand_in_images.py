"""Pictures out of distribution that need no download: scanned digits in colour, and pictures without their shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from variorum.errors import ArgumentError, ShapeError

__all__ = ["phase_scrambled", "stand_in_digits"]

Pictures = NDArray[np.uint8]

_SIZE = 32
_LEAST_CONTRAST = 60.0  # in each channel, in 0 to 255
_NOISE = 12.0


def stand_in_digits(rng: np.random.Generator) -> Pictures:
    """The digits that come with scikit-learn, scaled up, each in a colour of its own on another, under noise.

    A stand-in for SVHN, and much easier: the digits are handwritten, alone and in the middle.

    Args:
        rng: Source of the colours and the noise.

    Returns:
        Shape (1797, 32, 32, 3), in scikit-learn's order.

    Source:
        Alpaydin and Kaynak 1998, "Optical recognition of handwritten digits" (the test part).
    """
    ink = load_digits().images / 16.0  # (n_items, 8, 8), in 0 to 1
    weights = _linear(ink.shape[1], _SIZE)
    ink = (weights @ ink @ weights.T)[..., None]
    n_items = len(ink)
    ground = rng.uniform(0, 255, (n_items, 1, 1, 3))
    # Away from the ground by the least contrast or more, whichever side has room; around the end of the scale.
    colour = (ground + rng.uniform(_LEAST_CONTRAST, 255 - _LEAST_CONTRAST, ground.shape)) % 255
    noise = rng.normal(0, _NOISE, (n_items, _SIZE, _SIZE, 3))
    return _as_bytes(ground + ink * (colour - ground) + noise)


def phase_scrambled(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Pictures with the spectrum of others and random phases: the same colours and textures, and nothing to recognise.

    All channels of a picture are shifted alike, so that its colours stay together. What leaves 0 to 255 is cut off.

    Args:
        pictures: Bytes, shape (n_items, height, width, n_channels).
        rng: Source of the phases.

    Returns:
        Same shape.

    Raises:
        ArgumentError: If they are not bytes.
        ShapeError: If they are not of that shape.

    Example:
        >>> grey = np.full((1, 4, 4, 3), 90, np.uint8)
        >>> bool((phase_scrambled(grey, np.random.default_rng(0)) == grey).all())
        True
    """
    if pictures.ndim != 4:
        raise ShapeError(
            f"pictures must have 4 axes, (n_items, height, width, n_channels), not shape {pictures.shape}."
        )
    if pictures.dtype != np.uint8:
        raise ArgumentError(f"pictures must be bytes (uint8) in 0 to 255, not {pictures.dtype}.")
    scrambled = np.empty_like(pictures)
    for row, picture in enumerate(pictures):
        spectrum = np.fft.fft2(picture, axes=(0, 1))
        # The phases of real noise are those of a real picture; that of the mean is left alone.
        phase = np.angle(np.fft.fft2(rng.standard_normal(picture.shape[:2])))
        phase[0, 0] = 0.0
        turned = np.fft.ifft2(spectrum * np.exp(1j * phase)[..., None], axes=(0, 1))
        scrambled[row] = _as_bytes(turned.real)
    return scrambled


def _linear(n_old: int, n_new: int) -> NDArray[np.float64]:
    """Weights that interpolate linearly between the centres of pixels, shape (n_new, n_old)."""
    place = np.clip((np.arange(n_new) + 0.5) * n_old / n_new - 0.5, 0, n_old - 1)
    return np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(n_old)))


def _as_bytes(values: NDArray[np.float64]) -> Pictures:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
