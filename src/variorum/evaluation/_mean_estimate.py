"""A mean with a standard error: what estimates from people's and a model's outcomes have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from variorum.checks import as_array
from variorum.errors import ArgumentError, ShapeError

__all__ = ["MeanEstimate", "as_outcomes", "as_table", "check_same_outcomes", "check_tuning", "mean_estimate"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MeanEstimate:
    """The population's mean outcome, estimated from people and a model together.

    Attributes:
        mean: In the outcome's unit, shape (n_outcomes,); shape () for scalar outcomes.
        standard_error: Same shape.
        low: Lower end of the interval, same shape; one interval an outcome, not one for all of them at once.
        high: Upper end, same shape.
        level: Nominal probability of each interval.
        lam: Trust in the model: 0 leaves it aside, 1 takes its outcomes at face value and corrects their mean error.
        n_human: Items with a human outcome.
        n_effective: Items with a human outcome that people alone would need for the same summed variance, items being
            drawn evenly: more than `n_human` is what the model was worth. ``inf`` if the estimate shows no error, nan
            if people's outcomes do not vary either.
    """

    mean: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    lam: float
    n_human: int
    n_effective: float


def mean_estimate(
    mean: FloatArray,
    variance: FloatArray,
    *,
    shape: tuple[int, ...],
    level: float,
    lam: float,
    n_human: int,
    spread: float,
) -> MeanEstimate:
    """Put a normal interval around a mean.

    Args:
        mean: Shape (n_outcomes,).
        variance: Squared standard error, same shape.
        shape: Shape of the result: () for scalar outcomes.
        level: Probability of the interval, in (0, 1).
        lam: Trust in the model.
        n_human: Items with a human outcome.
        spread: Variance of a person's outcome over items, summed over outcomes.
    """
    error = np.sqrt(variance)
    half = ndtri((1.0 + level) / 2.0) * error
    total = float(variance.sum())
    without_error = float("inf") if spread > 0.0 else float("nan")
    return MeanEstimate(
        mean=mean.reshape(shape),
        standard_error=error.reshape(shape),
        low=(mean - half).reshape(shape),
        high=(mean + half).reshape(shape),
        level=level,
        lam=lam,
        n_human=n_human,
        n_effective=spread / total if total > 0.0 else without_error,
    )


def as_table(outcomes: FloatArray) -> FloatArray:
    """Outcomes with one column each, a view: scalar ones become a single column.

    Example:
        >>> as_table(np.array([1.0, 2.0])).shape
        (2, 1)
    """
    return outcomes if outcomes.ndim == 2 else outcomes[:, None]


def as_outcomes(name: str, value: ArrayLike, *, least: int, missing: bool = False) -> FloatArray:
    """Validate an outcome an item.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_items,) or (n_items, n_outcomes).
        least: Items that it must have.
        missing: Whether items may lack an outcome, nan in all of it.

    Returns:
        float64, same shape.

    Raises:
        ShapeError: If it has another number of axes, no outcomes, or too few items.
        ArgumentError: If a value is not finite, or missing in part of an item's outcomes.

    Example:
        >>> as_outcomes("human", [0, 1], least=2)
        array([0., 1.])
    """
    array = as_array(name, value, 1, 2)
    if array.ndim == 2 and array.shape[1] == 0:
        raise ShapeError(f"{name} has no outcomes (its shape is {array.shape}).")
    if array.shape[0] < least:
        raise ShapeError(f"{name} must hold {least} items at least, not {array.shape[0]}.")
    table = as_table(array)
    bad = ~np.isfinite(table).all(axis=1)
    if missing:
        bad &= ~np.isnan(table).all(axis=1)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        rule = "finite, or nan in all outcomes where nobody was asked" if missing else "finite"
        raise ArgumentError(
            f"{name}[{first}] = {array[first].tolist()} must be {rule}; {int(bad.sum())} of {array.shape[0]} items are "
            "affected."
        )
    return array


def check_same_outcomes(human: FloatArray, name: str, other: FloatArray, *, same_items: bool) -> None:
    """Refuse outcomes of another kind than people's, or of other items.

    Args:
        human: People's outcomes.
        name: The other argument's name.
        other: Its outcomes.
        same_items: Whether the items must be the same, too.

    Raises:
        ShapeError: If they differ.
    """
    if other.shape[1:] != human.shape[1:] or (same_items and other.shape != human.shape):
        rule = "must be the same" if same_items else "must be the same but for the number of items"
        raise ShapeError(f"human has shape {human.shape} and {name} {other.shape}; they {rule}.")


def check_tuning(lam: float | None, level: float) -> None:
    """Refuse a trust in the model, or a level, out of range.

    Args:
        lam: In [0, 1]; ``None`` to tune it.
        level: In (0, 1).

    Raises:
        ArgumentError: If one is out of range.
    """
    if lam is not None and not 0.0 <= lam <= 1.0:
        raise ArgumentError(f"lam must lie in [0, 1], or be None to tune it, not {lam}.")
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie strictly between 0 and 1, not {level}.")
