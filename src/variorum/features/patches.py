"""Images as what their patches look like, learned without labels (extra "images")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from variorum.annotations import Items
from variorum.errors import ArgumentError
from variorum.features.base import as_train, principal_components
from variorum.features.patch_dictionary import contrast_normalized, learn_dictionary, pooled_activations
from variorum.features.pictures import read_pictures

__all__ = ["PatchFeatures"]

Array = NDArray[np.float64]

_MOST_PATCHES = 100_000

# Several threads change the last digits, and ten rounds of clustering make something of them.
_BLAS = ThreadpoolController()


@dataclass(frozen=True)
class PatchFeatures:
    """Which patches of a learned dictionary a small image holds, and where, on the main axes of the training pool.

    Patches drawn at random from the training pool are normalised in contrast, whitened and clustered. Every patch of
    an image then says how much nearer than usual it is to each cluster; that is averaged over the cells of a grid laid
    over the image, and the averages, in units of their standard deviation, are projected. No label and no pretrained
    model is used, and yet edges, colours and textures are seen: for pictures of about 32 pixels a side.

    Attributes:
        n_patches: Size of the dictionary; time and memory grow with it.
        grid: Cells a side of the grid.
        side: Pixels a side of a patch.
        size: Pixels a side of an image after scaling; the aspect ratio is not kept.
        n_components: Principal components kept, fitted on the training pool alone; ``None`` keeps all
            `grid` * `grid` * `n_patches` features.
        folder: Where relative paths start. ``pictures.zip::cat.jpg`` is a file within an archive.
        seed: Of the patches drawn and of the first clusters.

    Raises:
        ArgumentError: If a number is too small, or a patch or the grid does not fit into the image.

    Source:
        Coates, Ng and Lee 2011 (AISTATS), "An analysis of single-layer networks in unsupervised feature learning"
        (patches, whitening, triangle activation, pooling); Coates and Ng 2012, "Learning feature representations with
        k-means" (spherical k-means). The grid is finer than their quadrants, and the projection is ours.

    Example:
        >>> PatchFeatures(n_patches=400)
        PatchFeatures(n_patches=400, grid=3, side=6, size=32, n_components=256, folder='.', seed=0)
    """

    n_patches: int = 256
    grid: int = 3
    side: int = 6
    size: int = 32
    n_components: int | None = 256
    folder: str = "."
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"n_patches": 2, "grid": 1, "side": 1, "n_components": 1}  # of one cluster, none is nearer than usual
        for name, bound in least.items():
            value: int | None = getattr(self, name)
            if value is not None and value < bound:
                raise ArgumentError(f"{name} must be at least {bound}, not {value}.")
        if self.size < self.side + self.grid - 1:
            raise ArgumentError(
                f"size must be at least side + grid - 1 = {self.side + self.grid - 1}, so that every cell holds a "
                f"patch, not {self.size}."
            )

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> Array:
        """Turn images into vectors.

        Args:
            items: Items with an image path.
            train: Positions of the training pool: dictionary, scales and axes come from it alone.

        Returns:
            Shape (n_items, n_features).

        Raises:
            MissingExtraError: If Pillow is not installed.
            ArgumentError: If an item has no image.
            ReadError: If an image is not there or cannot be read.
        """
        pool = as_train(items, train)
        pictures = read_pictures(items, self.size, self.folder)
        rng = np.random.default_rng(self.seed)
        with _BLAS.limit(limits=1):
            dictionary = learn_dictionary(self._draw(pictures[pool], rng), self.n_patches, rng)
            pooled = pooled_activations(pictures, self.side, self.grid, dictionary).astype(np.float64)
            pooled -= pooled[pool].mean(axis=0)
            scale = pooled[pool].std(axis=0)
            pooled /= np.where(scale > 0, scale, 1.0)
            return principal_components(pooled, pool, self.n_components)

    def _draw(self, pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
        """Contrast-normalised patches from random places of the training pool's pictures."""
        n_places = self.size - self.side + 1
        n_drawn = min(_MOST_PATCHES, len(pictures) * n_places * n_places)
        windows = sliding_window_view(pictures, (self.side, self.side), axis=(1, 2))
        picture = rng.integers(len(pictures), size=n_drawn)
        row, column = rng.integers(n_places, size=(2, n_drawn))
        # Channels last within a patch, as in patches_of.
        drawn = windows[picture, row, column].transpose(0, 2, 3, 1)
        return contrast_normalized(drawn.reshape(n_drawn, -1))
