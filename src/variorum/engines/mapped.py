"""Rows of numbers in a file, of which as much is in memory as somebody looks at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["MappedRows"]

_ZEROS: Final = 1 << 24


class MappedRows:
    """An array of two axes in a file; slices of rows are mapped into memory while they are in use.

    A map of the whole file would work as well, but its pages would count as memory of this process.

    Attributes:
        shape: Rows and columns.
        dtype: Type of the numbers.
    """

    def __init__(self, path: Path, shape: tuple[int, int], dtype: DTypeLike) -> None:
        """Make the file, with all the space that it will need.

        Args:
            path: The file; overwritten.
            shape: Rows and columns.
            dtype: Type of the numbers.

        Raises:
            OSError: If the disk is too full. Without the space, a later write would kill the process.
        """
        self.shape = shape
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self._path = path
        size = shape[0] * self._row_bytes
        with path.open("wb", buffering=0) as file:
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                for start in range(0, size, _ZEROS):
                    file.write(bytes(min(_ZEROS, size - start)))

    @property
    def _row_bytes(self) -> int:
        return self.shape[1] * self.dtype.itemsize

    def __getitem__(self, rows: slice, /) -> NDArray[Any]:
        """Consecutive rows; what is written to them is in the file once nobody holds them any more."""
        first, last, _ = rows.indices(self.shape[0])
        shape = (max(0, last - first), self.shape[1])
        if not shape[0]:
            return np.empty(shape, self.dtype)
        return np.asarray(np.memmap(self._path, self.dtype, "r+", first * self._row_bytes, shape))
