"""CIFAR-100: photographs of a hundred classes that CIFAR-10 does not have, as a pickle in an archive."""

from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ReadError

__all__ = ["read_cifar100"]

_MEMBER = "cifar-100-python/test"

# Rebuilds a pickled array. Where it lives is private to NumPy, but every array names it.
_REBUILD = np.empty(0).__reduce__()[0]
_ALLOWED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
}


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numbers, texts, lists, dictionaries and arrays; whatever else a pickle can call is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it wants {module}.{name}, and only arrays are read")
        return _ALLOWED[module, name]


def read_cifar100(path: Path, member: str = _MEMBER) -> NDArray[np.uint8]:
    """Read the pictures of one part of the archive ``cifar-100-python.tar.gz``.

    Args:
        path: The archive.
        member: The part.

    Returns:
        Shape (n_items, 32, 32, 3).

    Raises:
        ReadError: If the archive is not there, or not what was expected, or holds more than arrays.

    Source:
        Krizhevsky 2009, "Learning multiple layers of features from tiny images".
    """
    place = f"{path}, member {member!r},"
    try:
        with tarfile.open(path) as archive:
            part = archive.extractfile(member) if member in archive.getnames() else None
            content = None if part is None else part.read()
        batch = None if content is None else _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
    # A damaged archive or pickle can stumble over anything.
    except Exception as error:
        raise ReadError(f"{place} cannot be read ({error}).") from error
    if batch is None:
        raise ReadError(f"{place} is not there.")
    rows = batch.get(b"data") if isinstance(batch, dict) else None
    if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != 3072:
        raise ReadError(f"{place} holds no bytes of shape (n_items, 3072) under 'data'.")
    # A row holds all red, then all green, then all blue, each line by line.
    return np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
