"""Hard labels: one class an item, with ties settled in the open."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_choice, as_counts, as_rng
from variorum.errors import ArgumentError

__all__ = ["hard_labels", "majority_set"]

# Sums of weights that are equal on paper differ in the last digits.
_TIE = 1e-9


def majority_set(counts: ArrayLike) -> NDArray[np.bool_]:
    """The classes that no other class beats.

    Args:
        counts: Vote counts or label distributions, shape (n_items, n_classes), 0 or more; a row of nan has no votes.

    Returns:
        Mask, shape (n_items, n_classes): several classes where there is a tie (counts within a relative 1e-9 are
        equal), none where there is no vote.

    Raises:
        NotCountsError: If a count is negative or not finite.

    Example:
        >>> majority_set([[2, 1, 2], [0, 1, 0]])
        array([[ True, False,  True],
               [False,  True, False]])
    """
    raw = np.asarray(counts)
    if raw.ndim == 2 and raw.dtype.kind == "f":
        raw = np.where(np.isnan(raw).all(axis=1, keepdims=True), 0.0, raw)
    array = as_counts("counts", raw)
    top = array.max(axis=1, keepdims=True)
    return np.asarray((array >= top * (1 - _TIE)) & (top > 0), np.bool_)


def hard_labels(
    counts: ArrayLike, *, ties: Literal["first", "none", "random"], rng: np.random.Generator | int | None = None
) -> NDArray[np.int64]:
    """The class with the most votes.

    Args:
        counts: Vote counts or label distributions, shape (n_items, n_classes), 0 or more; a row of nan has no votes.
        ties: Which of several top classes is taken: the ``first``, ``none`` of them (-1), or one at ``random``.
        rng: Source of randomness, for random ties.

    Returns:
        Class index, shape (n_items,); -1 for an item without a vote, whatever the rule.

    Raises:
        NotCountsError: If a count is negative or not finite.
        UnknownNameError: If `ties` is none of the three.
        ArgumentError: If ties are random and there is no `rng`.

    Example:
        >>> hard_labels([[2, 1, 2], [0, 1, 0], [0, 0, 0]], ties="none")
        array([-1,  1, -1])
    """
    as_choice("ties", ties, ("first", "none", "random"))
    top = majority_set(counts)
    n_top = top.sum(axis=1)
    if ties == "random":
        if rng is None:
            raise ArgumentError('ties="random" needs rng: a numpy.random.Generator or a seed.')
        # The top class with the largest of independent draws is uniform among the top classes.
        label = np.where(top, as_rng(rng).random(top.shape), -1.0).argmax(axis=1)
    else:
        label = top.argmax(axis=1)
    undecided = n_top == 0 if ties != "none" else n_top != 1
    return np.where(undecided, -1, label)
