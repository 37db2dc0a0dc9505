"""SVHN: cropped house numbers from street views, in MATLAB's format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from variorum.errors import ReadError

__all__ = ["read_svhn"]


def read_svhn(path: Path) -> NDArray[np.uint8]:
    """Read the pictures of one of the files ``*_32x32.mat``.

    Args:
        path: The file; its variable ``X`` holds rows, columns, channels, pictures, in this order.

    Returns:
        Shape (n_items, 32, 32, 3).

    Raises:
        ReadError: If the file is not there or not what was expected.

    Source:
        Netzer et al. 2011, "Reading digits in natural images with unsupervised feature learning".
    """
    try:
        found = loadmat(path, variable_names=["X"])
    # SciPy meets a damaged file with whatever its parser or zlib stumbles over.
    except Exception as error:
        raise ReadError(f"{path} cannot be read as a MATLAB file ({error}).") from error
    if "X" not in found:
        raise ReadError(f"{path} has no variable X, which should hold the pictures.")
    pictures = found["X"]
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[:3] != (32, 32, 3):
        raise ReadError(
            f"{path}: X holds {pictures.dtype} of shape {pictures.shape}, not bytes of shape (32, 32, 3, n_items)."
        )
    return np.ascontiguousarray(pictures.transpose(3, 0, 1, 2))
