"""Your own vectors, from memory or from a .npy file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.errors import ArgumentError, ReadError, ShapeError
from variorum.features.base import as_train

__all__ = ["ArrayFeatures"]


@dataclass(frozen=True, eq=False)
class ArrayFeatures:
    """Vectors computed elsewhere, one row an item, in the order of the items. Nothing is fitted.

    Attributes:
        source: Shape (n_items, n_features), finite numbers; or the path of a ``.npy`` file that holds them.

    Example:
        >>> ArrayFeatures(np.eye(2)).fit_transform(Items(("a", "b")), np.array([0]))
        array([[1., 0.],
               [0., 1.]])
    """

    source: NDArray[np.float64] | str | Path

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        """Hand the vectors out.

        Raises:
            ReadError: If the file is not there or does not hold an array.
            ShapeError: If it is not one row an item.
            ArgumentError: If it does not hold finite numbers.
        """
        as_train(items, train)
        name = "features" if isinstance(self.source, np.ndarray) else str(self.source)
        array = self.source if isinstance(self.source, np.ndarray) else _load(Path(self.source))
        if array.ndim != 2:
            raise ShapeError(f"{name} has shape {array.shape}; it must have 2 axes, (n_items, n_features).")
        if array.shape[0] != len(items):
            raise ShapeError(
                f"{name} has {array.shape[0]} rows for {len(items)} items. Give one row an item, in the items' order."
            )
        if not (np.issubdtype(array.dtype, np.number) or array.dtype == np.bool_) or np.iscomplexobj(array):
            raise ArgumentError(f"{name} holds {array.dtype}, not real numbers.")
        vectors = array.astype(np.float64)
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if bad.size:
            raise ArgumentError(
                f"{name}[{bad[0]}] (item {items.ids[bad[0]]!r}) holds a value that is not finite; "
                f"{bad.size} of {len(items)} rows are affected. Fill them in first."
            )
        return vectors


def _load(path: Path) -> NDArray[np.float64]:
    try:
        # Pickled objects can run code, so a file that needs them is refused.
        loaded = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise ReadError(f"{path} is not there. Give the path of a .npy file.") from None
    except (OSError, ValueError, EOFError) as error:
        raise ReadError(f"{path} cannot be read as a .npy array ({error}). Write it with numpy.save.") from None
    if not isinstance(loaded, np.ndarray):
        loaded.close()
        raise ReadError(f"{path} is an .npz archive of several arrays. Save the one you mean with numpy.save.")
    return loaded
