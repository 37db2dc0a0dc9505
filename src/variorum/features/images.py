"""Images as small arrays of pixels (extra "images")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.errors import ArgumentError
from variorum.features.base import as_train, principal_components
from variorum.features.pictures import read_pictures

__all__ = ["PixelFeatures"]


@dataclass(frozen=True)
class PixelFeatures:
    """Colours of an image scaled to a small square, on the main axes of the training pool.

    A plain baseline for corpora of small pictures: it sees colour and coarse shape, not objects.

    Attributes:
        size: Pixels a side after scaling; the aspect ratio is not kept.
        n_components: Principal components kept, fitted on the training pool alone; ``None`` keeps the pixels.
        folder: Where relative paths start. ``pictures.zip::cat.jpg`` is a file within an archive.

    Raises:
        ArgumentError: If `size` is less than 1.

    Example:
        >>> PixelFeatures(size=8)
        PixelFeatures(size=8, n_components=64, folder='.')
    """

    size: int = 16
    n_components: int | None = 64
    folder: str = "."

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ArgumentError(f"size must be at least 1, not {self.size}.")

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        """Turn images into vectors.

        Args:
            items: Items with an image path.
            train: Positions of the training pool: mean and axes come from it alone.

        Returns:
            Shape (n_items, n_features); red, green and blue in [0, 1] before the projection.

        Raises:
            MissingExtraError: If Pillow is not installed.
            ArgumentError: If an item has no image.
            ReadError: If an image is not there or cannot be read.
        """
        pool = as_train(items, train)
        pixels = read_pictures(items, self.size, self.folder).reshape(len(items), -1) / 255.0
        return principal_components(pixels, pool, self.n_components)
