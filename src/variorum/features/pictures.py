"""The pictures of items as arrays of bytes (extra "images")."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.checks import need_extra
from variorum.errors import ArgumentError, ReadError
from variorum.features.base import whole_column

__all__ = ["PictureFiles", "picture_array", "read_pictures"]

_REMEDY = "Give items an image column with the path of a picture each, or use tfidf or your own array (FILE.npy)."


def read_pictures(items: Items, size: int, folder: str | Path = ".") -> NDArray[np.uint8]:
    """Read the picture of every item, scaled to a square.

    Args:
        items: Items with an image path.
        size: Pixels a side after scaling, by the mean of blocks; the aspect ratio is not kept. Pictures of that size
            already are left as they are.
        folder: Where relative paths start. ``pictures.zip::cat.jpg`` is a file within an archive.

    Returns:
        Shape (n_items, size, size, 3): rows, columns, then red, green and blue in 0 to 255; transparency is left out.

    Raises:
        MissingExtraError: If Pillow is not installed.
        ArgumentError: If an item has no image, or `size` is less than 1.
        ReadError: If a picture is not there or cannot be read.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.new("RGB", (8, 4), (255, 0, 9)).save(f"{folder}/red.png")
        ...     read_pictures(Items(("a",), image=("red.png",)), 1, folder)
        array([[[[255, 0, 9]]]], dtype=uint8)
    """
    if size < 1:
        raise ArgumentError(f"size must be at least 1, not {size}.")
    paths = whole_column(items, "image", _REMEDY)
    pillow = need_extra("images", "PIL.Image")
    pictures = np.empty((len(paths), size, size, 3), np.uint8)
    with PictureFiles() as files:
        for row, path in enumerate(paths):
            file = Path(folder) / path
            try:
                with files.open(file) as content, pillow.open(content) as image:
                    small = image.convert("RGB").resize((size, size), pillow.Resampling.BOX)
            except (FileNotFoundError, KeyError):
                raise ReadError(f"The image of item {items.ids[row]!r} is not there: {file}.") from None
            except (OSError, ValueError, SyntaxError, BadZipFile, pillow.DecompressionBombError) as error:
                raise ReadError(f"The image of item {items.ids[row]!r} cannot be read: {file} ({error}).") from None
            pictures[row] = np.asarray(small)
    return pictures


def picture_array(items: Items, size: int = 32, folder: str | Path = ".") -> NDArray[np.uint8]:
    """Read the pictures in the form that convolutional networks take: channels first.

    Args:
        items: Items with an image path.
        size: Pixels a side after scaling.
        folder: Where relative paths start, as in `read_pictures`.

    Returns:
        Shape (n_items, 3, size, size), in 0 to 255, contiguous.

    Raises:
        MissingExtraError: If Pillow is not installed.
        ArgumentError: If an item has no image, or `size` is less than 1.
        ReadError: If a picture is not there or cannot be read.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.new("RGB", (8, 4)).save(f"{folder}/black.png")
        ...     picture_array(Items(("a",), image=("black.png",)), folder=folder).shape
        (1, 3, 32, 32)
    """
    return np.ascontiguousarray(read_pictures(items, size, folder).transpose(0, 3, 1, 2))


class PictureFiles(ExitStack):
    """Opens files and members of archives (``ARCHIVE::MEMBER``); an archive stays open for its next member."""

    def __init__(self) -> None:
        super().__init__()
        self._archives: dict[str, ZipFile] = {}

    def open(self, file: Path) -> IO[bytes]:
        """Open a file, or a member of an archive.

        Raises:
            OSError: If the file or the archive cannot be opened.
            KeyError: If the archive has no such member.
            BadZipFile: If the archive is none.
            ValueError: If no file can have such a name.
        """
        archive, inside, member = str(file).rpartition("::")
        if not inside:
            return file.open("rb")
        if archive not in self._archives:
            self._archives[archive] = self.enter_context(ZipFile(archive))
        return self._archives[archive].open(member)
