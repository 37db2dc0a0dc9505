"""What a learner reads of an item: a vector of features, a text or a pair of texts, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, need_finite_rows
from variorum.errors import ArgumentError, ShapeError

__all__ = ["Inputs", "Texts", "as_inputs", "as_pictures", "kind_of", "take_inputs"]


@dataclass(frozen=True)
class Texts:
    """Texts, or pairs of texts, one an item.

    Attributes:
        text: One an item.
        second: The second text of each pair, or ``None`` for single texts.

    Raises:
        ShapeError: If the two have different lengths.
        ArgumentError: If an item has no text.

    Example:
        >>> len(Texts(("Dogs bark.", "Cats sing."), ("Animals speak.", "Cats bark.")))
        2
    """

    text: tuple[str, ...]
    second: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _whole("text", self.text))
        if self.second is not None:
            object.__setattr__(self, "second", _whole("second", self.second))
            if len(self.text) != len(self.second):
                raise ShapeError(f"there are {len(self.text)} texts and {len(self.second)} second texts.")

    def __len__(self) -> int:
        """Number of items."""
        return len(self.text)

    def take(self, rows: NDArray[np.integer]) -> Texts:
        """The texts of these items.

        Args:
            rows: Positions, shape (n,).
        """
        second = None if self.second is None else tuple(self.second[int(r)] for r in rows)
        return Texts(tuple(self.text[int(r)] for r in rows), second)


# Features (n_items, n_features), pictures (n_items, 3, height, width) or texts.
Inputs = NDArray[np.float64] | NDArray[np.uint8] | Texts


def kind_of(inputs: Inputs) -> str:
    """What inputs are: "features", "pictures" or "texts".

    Example:
        >>> kind_of(np.zeros((2, 3)))
        'features'
    """
    if isinstance(inputs, Texts):
        return "texts"
    return "pictures" if inputs.ndim == 4 else "features"


def take_inputs(inputs: Inputs, rows: NDArray[np.integer]) -> Inputs:
    """The inputs of these items.

    Args:
        inputs: Of any kind.
        rows: Positions, shape (n,).

    Example:
        >>> take_inputs(np.array([[0.0], [1.0]]), np.array([1]))
        array([[1.]])
    """
    return inputs.take(rows) if isinstance(inputs, Texts) else inputs[rows]


def as_inputs(name: str, value: ArrayLike | Texts, *, n_features: int | None = None) -> NDArray[np.float64]:
    """Validate feature vectors, one row an item.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_items, n_features), finite.
        n_features: The number of columns it must have.

    Returns:
        float64, shape (n_items, n_features).

    Raises:
        ShapeError: If it is not two-dimensional or has another number of columns.
        ArgumentError: If a value is not finite.

    Example:
        >>> as_inputs("inputs", [[1, 2]])
        array([[1., 2.]])
    """
    if isinstance(value, Texts):
        raise ArgumentError(
            f"{name} are texts, and this learner reads features. Turn them into vectors with variorum.features, "
            'or use the learner "encoder".'
        )
    array = as_array(name, value, 2)
    if n_features is not None and array.shape[1] != n_features:
        raise ShapeError(f"{name} has {array.shape[1]} features a row; the learner was fitted on {n_features}.")
    need_finite_rows(name, array, "Fill or drop missing features first.")
    return array


def as_pictures(name: str, value: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Validate pictures, one an item.

    Args:
        name: The argument's name, for the error message.
        value: uint8, shape (n_items, 3, height, width).

    Returns:
        The same.

    Raises:
        ShapeError: If they have another type, or no three channels.

    Example:
        >>> as_pictures("inputs", np.zeros((2, 3, 32, 32), np.uint8)).shape
        (2, 3, 32, 32)
    """
    if value.dtype != np.uint8 or value.ndim != 4 or value.shape[1] != 3:
        raise ShapeError(
            f"{name} must be uint8 pictures of shape (n_items, 3, height, width), not {value.dtype} {value.shape}."
        )
    return value


def _whole(name: str, column: Sequence[str]) -> tuple[str, ...]:
    texts = tuple(column)
    missing = [row for row, text in enumerate(texts) if not isinstance(text, str)]
    if missing:
        raise ArgumentError(f"{name}[{missing[0]}] is not a text; {len(missing)} of {len(texts)} items are affected.")
    return texts
