"""The only validators: what public functions accept, in one place and in one wording."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.errors import (
    ArgumentError,
    MissingExtraError,
    NotADistributionError,
    NotCountsError,
    ShapeError,
    UnknownNameError,
)

__all__ = [
    "as_array",
    "as_choice",
    "as_counts",
    "as_distribution",
    "as_matrix",
    "as_pair",
    "as_rng",
    "as_vector",
    "as_whole",
    "need_extra",
    "need_finite_rows",
]

_SUM_TOLERANCE = 1e-6


def as_array(name: str, value: ArrayLike, *n_axes: int) -> NDArray[np.float64]:
    """Validate that something is a rectangular array of numbers.

    Args:
        name: The argument's name, for the error message.
        value: The numbers.
        *n_axes: The numbers of axes it may have.

    Returns:
        float64, of the same shape.

    Raises:
        ShapeError: If rows differ in length, a cell is not a number, or it has another number of axes.

    Example:
        >>> as_array("scores", [[1, 2]], 2)
        array([[1., 2.]])
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"{name} is not a rectangular array of numbers ({error}).") from None
    if array.ndim not in n_axes:
        allowed = " or ".join(map(str, n_axes))
        raise ShapeError(f"{name} must have {allowed} axes, not {array.ndim} (its shape is {array.shape}).")
    return array


def as_distribution(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Validate label distributions, one a row.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_items, n_classes); rows are finite, non-negative and sum to one (within 1e-6).

    Returns:
        The same numbers as float64, shape (n_items, n_classes); not rescaled.

    Raises:
        ShapeError: If it is not two-dimensional or has no classes.
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> as_distribution("model", [[0.25, 0.75]])
        array([[0.25, 0.75]])
    """
    array = as_array(name, value, 2)
    if array.shape[1] == 0:
        raise ShapeError(f"{name} has no classes (its shape is {array.shape}).")
    # A product with ones is the fastest row sum, and nan and infinity fail these comparisons too.
    sums = np.abs(array @ np.ones(array.shape[1]) - 1.0)
    if not (sums.max(initial=0.0) <= _SUM_TOLERANCE and array.min(initial=0.0) >= 0.0):
        bad = np.flatnonzero(~((sums <= _SUM_TOLERANCE) & (array.min(axis=1) >= 0.0)))
        row = array[bad[0]]
        raise NotADistributionError(
            f"{name}[{bad[0]}] = {np.round(row, 6).tolist()} is not a distribution (sum {row.sum():.6g}); "
            f"{bad.size} of {array.shape[0]} rows are affected. "
            "Turn counts into rows with variorum.labels.normalize."
        )
    return array


def as_pair(human: ArrayLike, model: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Validate a human and a model distribution of the same shape, in that order.

    Args:
        human: Shape (n_items, n_classes), rows sum to one.
        model: The same shape.

    Returns:
        Both as float64.

    Raises:
        ShapeError: If the shapes differ.
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> as_pair([[1, 0]], [[0.5, 0.5]])[1]
        array([[0.5, 0.5]])
    """
    left, right = as_distribution("human", human), as_distribution("model", model)
    if left.shape != right.shape:
        raise ShapeError(f"human has shape {left.shape} and model {right.shape}; they must be the same.")
    return left, right


def as_counts(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Validate vote counts: vote weights, one row an item.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_items, n_classes), finite and non-negative; whole numbers unless votes are weighted or elicited.

    Returns:
        float64, shape (n_items, n_classes).

    Raises:
        ShapeError: If it is not two-dimensional or has no classes.
        NotCountsError: If a cell is negative or not finite.

    Example:
        >>> as_counts("counts", [[3, 2]])
        array([[3., 2.]])
    """
    array = as_array(name, value, 2)
    if array.shape[1] == 0:
        raise ShapeError(f"{name} has no classes (its shape is {array.shape}).")
    good = (array >= 0.0) & (array < np.inf)
    if not good.all():
        rows = np.flatnonzero(~good.all(axis=1))
        raise NotCountsError(
            f"{name}[{rows[0]}] = {array[rows[0]].tolist()} holds a negative or non-finite count; "
            f"{rows.size} of {array.shape[0]} rows are affected."
        )
    return array


def as_matrix(name: str, value: ArrayLike, *, n_columns: int | None = None) -> NDArray[np.float64]:
    """Validate finite numbers in rows and columns.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_rows, n_columns), at least one column.
        n_columns: The number of columns it must have.

    Returns:
        float64, shape (n_rows, n_columns).

    Raises:
        ShapeError: If it is not two-dimensional, has no columns or another number of them.
        ArgumentError: If a value is not finite.

    Example:
        >>> as_matrix("logits", [[1, 2]])
        array([[1., 2.]])
    """
    array = as_array(name, value, 2)
    if array.shape[1] == 0 or (n_columns is not None and array.shape[1] != n_columns):
        wanted = "at least one column" if n_columns is None else f"{n_columns} columns"
        raise ShapeError(f"{name} must have {wanted}, not {array.shape[1]} (its shape is {array.shape}).")
    need_finite_rows(name, array)
    return array


def need_finite_rows(name: str, array: NDArray[np.float64], remedy: str = "") -> None:
    """Refuse numbers in rows of which one is not finite.

    Args:
        name: The argument's name, for the error message.
        array: Shape (n_rows, n_columns).
        remedy: What to do, the end of the message.

    Raises:
        ArgumentError: If a value is not finite.

    Example:
        >>> need_finite_rows("logits", np.array([[1.0, 2.0]]))
    """
    # A sum is finite only if its terms are, up to overflow: one pass in the common case, the search only where needed.
    with np.errstate(over="ignore", invalid="ignore"):
        total = array.sum()
    if np.isfinite(total):
        return
    bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if bad.size:
        raise ArgumentError(
            f"{name}[{bad[0]}] holds a value that is not finite; {bad.size} of {array.shape[0]} rows are affected."
            f"{' ' if remedy else ''}{remedy}"
        )


def as_vector(name: str, value: ArrayLike, *, length: int | None = None) -> NDArray[np.float64]:
    """Validate a finite vector.

    Args:
        name: The argument's name, for the error message.
        value: Shape (length,).
        length: The length it must have.

    Returns:
        float64, shape (length,).

    Raises:
        ShapeError: If it is not one-dimensional or has another length.
        ArgumentError: If a value is not finite.

    Example:
        >>> as_vector("weights", [1, 2], length=2)
        array([1., 2.])
    """
    array = as_array(name, value, 1)
    if length is not None and array.size != length:
        raise ShapeError(f"{name} must have {length} values, not {array.size}.")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ArgumentError(f"{name}[{bad[0]}] = {array[bad[0]]} is not finite; {bad.size} values are affected.")
    return array


def as_rng(rng: np.random.Generator | int) -> np.random.Generator:
    """Accept a generator, or a seed for a fresh one.

    Args:
        rng: A ``numpy.random.Generator`` (used and advanced) or a non-negative seed.

    Returns:
        The generator.

    Raises:
        ArgumentError: For anything else, ``None`` included: every random choice is reproducible.

    Example:
        >>> int(as_rng(7).integers(100)) == int(as_rng(7).integers(100))
        True
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise ArgumentError(f"rng must be a numpy.random.Generator or a non-negative seed, not {rng!r}.")


def as_choice(name: str, value: str, choices: Iterable[str]) -> str:
    """Validate a name out of a list, and suggest the nearest one.

    Args:
        name: What is being named, for the error message ("corpus", "acquisition").
        value: The name given.
        choices: The names that exist.

    Returns:
        The name.

    Raises:
        UnknownNameError: If it is not among the choices.

    Example:
        >>> as_choice("metric", "kl", ["kl", "js"])
        'kl'
    """
    options = list(choices)
    if value in options:
        return value
    near = difflib.get_close_matches(str(value), options, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownNameError(f"{name} {value!r} is not known.{hint} Choose one of: {', '.join(options)}.")


def as_whole(name: str, value: int, *, least: int) -> int:
    """Validate a whole number.

    Args:
        name: The argument's name, for the error message.
        value: An integer of Python or NumPy.
        least: The least that it may be.

    Returns:
        The number.

    Raises:
        ArgumentError: If it is not a whole number, or too small.

    Example:
        >>> as_whole("epochs", 20, least=1)
        20
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise ArgumentError(f"{name} must be a whole number, not {value!r}.")
    if value < least:
        raise ArgumentError(f"{name} must be at least {least}, not {value}.")
    return int(value)


def need_extra(extra: str, module: str) -> ModuleType | Any:
    """Import an optional dependency, or say how to install it.

    Args:
        extra: The extra that brings it ("report", "text", "images", "train").
        module: The module to import; or one of our own that needs the extra.

    Returns:
        The module.

    Raises:
        MissingExtraError: If it is not installed; the message holds the install line.

    Example:
        >>> need_extra("core", "json").dumps([1])
        '[1]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing, wanted = (error.name or module).partition(".")[0], module.partition(".")[0]
        ours = wanted == "variorum"
        # One of our own modules lacks what it imports; a module of others is lacking itself. All else is a mistake.
        if (missing == wanted) if ours else (missing != wanted):
            raise
        name = missing if ours else module
        raise MissingExtraError(
            f"{name} is not installed. It comes with the extra {extra!r}: pip install 'variorum[{extra}]'."
        ) from error
