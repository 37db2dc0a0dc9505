"""Variance reduction: the item whose vote makes the predictions that count vary least among the members."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["expected_fall_of_variance", "variance_reduction"]


def variance_reduction(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose next vote lets the variance of the predicted distributions fall most.

    The variance is the model's own, over the members; how much people vary enters only as the noise of a vote, so a
    contested item tells less where the members are as unsure of it as of a clear one.

    Args:
        view: The pool; the items to be predicted are those of `target_members`, else the whole pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are falls of variance, summed over classes and averaged over the items to be predicted, in
        [0, 1].

    Source:
        Cohn, Ghahramani and Jordan (1996); Schein and Ungar (2007) for classifiers, with a linearised model in place
        of members.
    """
    return pick_best(view, expected_fall_of_variance(view.members, view.targets), n, rng)


def expected_fall_of_variance(members: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much a vote on each item is expected to lower the variance of the target items' distributions.

    A vote y on item x weighs the members by how likely they held it, which moves the mean prediction of target item t
    by cov(p_t, p_x(y)) / mean p_x(y). By the law of total variance the variance falls by what that mean then varies:
    the sum over y of cov(p_t, p_x(y))^2 / mean p_x(y). It is also what conditioning a Gaussian with the members'
    covariance on the vote gives. All target items together enter as one matrix, members x members.

    Args:
        members: Draws of the predictive distribution, shape (n_members, n_items, n_classes).
        target: Draws of the same members for the target items, at least one, shape (n_members, n_target, n_classes).

    Returns:
        Shape (n_items,), in [0, 1]: summed over the target's classes, averaged over target items.

    Example:
        >>> opposed = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])
        >>> expected_fall_of_variance(opposed, opposed[:, :1])
        array([0.5, 0. ])
    """
    n_members = members.shape[0]
    apart = (target - target.mean(axis=0)).reshape(n_members, -1)
    together = apart @ apart.T / target.shape[1]
    # together = root @ root.T: squares of `moved` cannot add up to less than nothing.
    value, vector = np.linalg.eigh(together)
    root = vector * np.sqrt(np.maximum(value, 0.0))
    mean = members.mean(axis=0)
    fall = np.zeros(mean.shape[0])
    for label in range(mean.shape[1]):
        moved = (members[:, :, label] - mean[:, label]).T @ root / n_members
        squares = np.square(moved).sum(axis=1)
        fall += np.divide(squares, mean[:, label], out=np.zeros_like(squares), where=mean[:, label] > 0)
    return fall
