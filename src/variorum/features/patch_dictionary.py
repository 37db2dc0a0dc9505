"""A dictionary of small image patches, learned without labels, and how much of each entry a picture holds where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["PatchDictionary", "contrast_normalized", "learn_dictionary", "patches_of", "pooled_activations"]

Array = NDArray[np.float32]

# For colours in 0 to 255: keeps the noise of flat patches from being blown up to full contrast.
_CONTRAST_FLOOR = 10.0
# For patches of variance one: directions of less variance than this are left damped rather than made equal.
_WHITENING_FLOOR = 0.1
_ITERATIONS = 10


@dataclass(frozen=True, eq=False)
class PatchDictionary:
    """Typical patches, in a whitened space.

    Attributes:
        mean: Mean of the contrast-normalised patches, shape (n_values,).
        whitening: Symmetric; makes their directions about equally wide, shape (n_values, n_values).
        entries: Directions of length one in the whitened space, shape (n_entries, n_values).
    """

    mean: Array
    whitening: Array
    entries: Array

    def activations(self, patches: Array) -> Array:
        """How much nearer than usual each entry is to each patch.

        Args:
            patches: Contrast-normalised, shape (n_patches, n_values).

        Returns:
            ``max(0, mean distance of the patch to all entries - distance to this one)``, shape
            (n_patches, n_entries): about half of them are zero.
        """
        white = (patches - self.mean) @ self.whitening
        distance = white @ self.entries.T
        distance *= -2.0
        distance += (white * white).sum(axis=1, keepdims=True)
        distance += 1.0  # the squared length of an entry
        np.sqrt(np.maximum(distance, 0.0, out=distance), out=distance)
        nearer: Array = np.subtract(distance.mean(axis=1, keepdims=True), distance, out=distance)
        return np.maximum(nearer, 0.0, out=nearer)


def patches_of(picture: NDArray[np.generic], side: int) -> NDArray[np.generic]:
    """All patches of a picture.

    Args:
        picture: Shape (height, width, n_channels).
        side: Pixels a side of a patch.

    Returns:
        Shape (n_rows, n_columns, side * side * n_channels), by the place of the upper left corner.

    Example:
        >>> patches_of(np.arange(9).reshape(3, 3, 1), 2)[1, 0]
        array([3, 4, 6, 7])
    """
    windows = sliding_window_view(picture, (side, side, picture.shape[2]))[:, :, 0]
    return windows.reshape(*windows.shape[:2], -1)


def contrast_normalized(patches: NDArray[np.generic]) -> Array:
    """Patches of mean zero and variance one, or less where there is hardly any contrast.

    Args:
        patches: In 0 to 255, shape (n_patches, n_values).

    Returns:
        Same shape.

    Example:
        >>> contrast_normalized(np.array([[7, 7], [90, 110]])).round(2)
        array([[ 0.  ,  0.  ], [-0.95,  0.95]], dtype=float32)
    """
    centred = patches.astype(np.float32)
    centred -= centred.mean(axis=1, keepdims=True)
    centred /= np.sqrt((centred * centred).mean(axis=1, keepdims=True) + _CONTRAST_FLOOR)
    return centred


def learn_dictionary(patches: Array, n_entries: int, rng: np.random.Generator) -> PatchDictionary:
    """Whiten patches, and find directions that they cluster around, by spherical k-means.

    A patch belongs to the entry whose line it is nearest to, whatever its sign; an entry becomes the direction of the
    signed sum of its patches and of its own former self, so that one to which no patch belongs stays where it is.

    Args:
        patches: Contrast-normalised, shape (n_patches, n_values).
        n_entries: Size of the dictionary.
        rng: Source of the first directions.

    Returns:
        The dictionary.

    Source:
        Coates and Ng 2012, "Learning feature representations with k-means", section 2 and 3.
    """
    mean = patches.mean(axis=0)
    centred = patches - mean
    variances, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(centred))
    whitening = ((axes / np.sqrt(np.maximum(variances, 0.0) + _WHITENING_FLOOR)) @ axes.T).astype(np.float32)
    white = centred @ whitening
    entries = _unit(rng.standard_normal((n_entries, patches.shape[1]), dtype=np.float32))
    rows = np.arange(len(white))
    for _ in range(_ITERATIONS):
        likeness = white @ entries.T
        nearest = np.abs(likeness).argmax(axis=1)
        members = sparse.csr_array((likeness[rows, nearest], (nearest, rows)), shape=(n_entries, len(white)))
        entries = _unit(entries + members @ white)
    return PatchDictionary(mean, whitening, entries)


def pooled_activations(pictures: NDArray[np.uint8], side: int, grid: int, dictionary: PatchDictionary) -> Array:
    """Mean activations over the cells of a grid that is laid over each picture's patches.

    Pictures are seen one at a time: what a picture gives does not depend, to the last digit, on its company.

    Args:
        pictures: Shape (n_items, size, size, 3).
        side: Pixels a side of a patch.
        grid: Cells a side.
        dictionary: Its entries hold `side` * `side` * 3 values.

    Returns:
        Shape (n_items, grid * grid * n_entries), cell by cell.
    """
    n_places = pictures.shape[1] - side + 1
    along = np.arange(n_places) * grid // n_places
    cells = along[:, None] * grid + along
    share = np.equal.outer(np.arange(grid * grid), cells.ravel()).astype(np.float32)
    share /= share.sum(axis=1, keepdims=True)
    pooled = np.empty((len(pictures), grid * grid * len(dictionary.entries)), np.float32)
    for row, picture in enumerate(pictures):
        patches = patches_of(picture, side).reshape(n_places * n_places, -1)
        pooled[row] = (share @ dictionary.activations(contrast_normalized(patches))).ravel()
    return pooled


def _unit(rows: Array) -> Array:
    unit: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
