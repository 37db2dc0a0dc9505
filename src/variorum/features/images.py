"""Images as small arrays of pixels (extra "images")."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.checks import need_extra
from variorum.errors import ArgumentError, ReadError
from variorum.features.base import as_train, principal_components, whole_column

__all__ = ["PixelFeatures"]

_REMEDY = (
    "Pixels need an image path for each item: give items an image column, or use tfidf or your own array (FILE.npy)."
)


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
        paths = whole_column(items, "image", _REMEDY)
        pillow = need_extra("images", "PIL.Image")
        pixels = np.empty((len(paths), self.size * self.size * 3))
        with _Files() as files:
            for row, path in enumerate(paths):
                file = Path(self.folder) / path
                try:
                    with files.open(file) as content, pillow.open(content) as image:
                        small = image.convert("RGB").resize((self.size, self.size), pillow.Resampling.BOX)
                except (FileNotFoundError, KeyError):
                    raise ReadError(f"The image of item {items.ids[row]!r} is not there: {file}.") from None
                except (OSError, ValueError, SyntaxError, BadZipFile, pillow.DecompressionBombError) as error:
                    raise ReadError(f"The image of item {items.ids[row]!r} cannot be read: {file} ({error}).") from None
                pixels[row] = np.asarray(small, dtype=np.float64).ravel() / 255.0
        return principal_components(pixels, pool, self.n_components)


class _Files(ExitStack):
    """Opens files and members of archives; an archive stays open for its next member."""

    def __init__(self) -> None:
        super().__init__()
        self._archives: dict[str, ZipFile] = {}

    def open(self, file: Path) -> IO[bytes]:
        archive, inside, member = str(file).rpartition("::")
        if not inside:
            return file.open("rb")
        if archive not in self._archives:
            self._archives[archive] = self.enter_context(ZipFile(archive))
        return self._archives[archive].open(member)
