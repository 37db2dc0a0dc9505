"""Columns of codes: item, annotator and label as whole numbers from 0, one an annotation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.errors import ArgumentError, NotCountsError, ShapeError

__all__ = ["as_codes", "as_whole_counts", "check_whole_counts", "mean_by_code", "number_of_codes", "sum_by_code"]


def as_codes(
    name: str, value: ArrayLike, *, length: int | None = None, upper: int | None = None, unknown: bool = False
) -> NDArray[np.int64]:
    """Validate a column of codes.

    Args:
        name: The argument's name, for the error message.
        value: Whole numbers, shape (n_annotations,).
        length: The length it must have.
        upper: Codes lie below it.
        unknown: Whether -1 stands for "unknown"; otherwise codes start at 0.

    Returns:
        int64, shape (n_annotations,).

    Raises:
        ShapeError: If it is not one-dimensional or has another length.
        ArgumentError: If a code is not a whole number or out of range.

    Example:
        >>> as_codes("items", [0, 2], upper=3)
        array([0, 2])
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ShapeError(f"{name} is not a column of codes ({error}).") from None
    if array.ndim != 1:
        raise ShapeError(f"{name} must have 1 axis, not {array.ndim} (its shape is {array.shape}).")
    if length is not None and array.size != length:
        raise ShapeError(f"{name} must have {length} values, not {array.size}.")
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind not in "iu":
        raise ArgumentError(f"{name} must hold whole-number codes, not {array.dtype} (first value: {array[0]!r}).")
    codes = array.astype(np.int64, copy=False)
    lowest = -1 if unknown else 0
    highest = np.iinfo(np.int64).max if upper is None else upper - 1
    if codes.min() < lowest or codes.max() > highest:
        bad = np.flatnonzero((codes < lowest) | (codes > highest))
        rule = f"from {lowest}" if upper is None else f"in [{lowest}, {upper})"
        raise ArgumentError(
            f"{name}[{bad[0]}] = {codes[bad[0]]} is out of range: codes lie {rule}; "
            f"{bad.size} of {codes.size} values are affected."
        )
    return codes


def number_of_codes(codes: NDArray[np.int64], n: int | None) -> int:
    """How many codes there are: as told, else the largest plus one.

    Example:
        >>> number_of_codes(np.array([0, 4]), None)
        5
    """
    if n is not None:
        return n
    return int(codes.max(initial=-1)) + 1


def mean_by_code(codes: NDArray[np.int64], values: NDArray[np.float64], n: int | None = None) -> NDArray[np.float64]:
    """Mean of the values of each code; nan for a code without values.

    Example:
        >>> mean_by_code(np.array([0, 0, 2]), np.array([1.0, 3.0, 5.0]))
        array([ 2., nan,  5.])
    """
    size = number_of_codes(codes, n)
    counts = np.bincount(codes, minlength=size)
    sums = np.bincount(codes, weights=values, minlength=size)
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
    return means


def sum_by_code(codes: NDArray[np.int64], values: NDArray[np.float64], n: int | None = None) -> NDArray[np.float64]:
    """Sum of the values of each code; 0 for a code without values.

    Example:
        >>> sum_by_code(np.array([0, 0, 2]), np.array([1.0, 3.0, 5.0]))
        array([4., 0., 5.])
    """
    return np.bincount(codes, values, minlength=n or 0).astype(np.float64, copy=False)


def as_whole_counts(name: str, counts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Validate that vote counts are whole numbers, for what is only defined on single votes.

    Args:
        name: The argument's name, for the error message.
        counts: Checked vote counts, shape (n_items, n_classes).

    Returns:
        int64, same shape.

    Raises:
        NotCountsError: If a count is not a whole number.

    Example:
        >>> as_whole_counts("counts", np.array([[3.0, 2.0]]))
        array([[3, 2]])
    """
    check_whole_counts(name, counts)
    return counts.astype(np.int64)


def check_whole_counts(name: str, counts: NDArray[np.float64]) -> None:
    """Validate that vote counts are whole numbers, and leave them as they are.

    Args:
        name: The argument's name, for the error message.
        counts: Checked vote counts, shape (n_items, n_classes).

    Raises:
        NotCountsError: If a count is not a whole number.
    """
    fractions = np.rint(counts) != counts
    if fractions.any():
        bad = np.flatnonzero(fractions.any(axis=1))
        raise NotCountsError(
            f"{name}[{bad[0]}] = {counts[bad[0]].tolist()} is not in whole votes; {bad.size} of {counts.shape[0]} rows "
            "are affected. Pass the votes before they were weighted."
        )
