"""Soft labels: a point on the simplex for each item."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_counts
from variorum.errors import ArgumentError
from variorum.labels.counts import normalize
from variorum.labels.dirichlet import dirichlet_labels, fit_dirichlet_prior

__all__ = ["empirical_bayes_labels", "soft_labels"]


def soft_labels(counts: ArrayLike, *, smoothing: float) -> NDArray[np.float64]:
    """Vote shares with additive smoothing.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more.
        smoothing: Votes added to every class of every item, 0 or more; 0 gives the plain shares.

    Returns:
        Rows that sum to one, shape (n_items, n_classes). Without smoothing an item without votes is a row of nan; with
        it, it is uniform.

    Raises:
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If the smoothing is negative or not finite.

    Example:
        >>> soft_labels([[3, 1], [0, 0]], smoothing=1)
        array([[0.66666667, 0.33333333],
               [0.5       , 0.5       ]])
    """
    if not 0 <= smoothing < np.inf:
        raise ArgumentError(f"smoothing = {smoothing} must be finite and 0 or more.")
    return normalize(as_counts("counts", counts) + smoothing)


def empirical_bayes_labels(counts: ArrayLike) -> NDArray[np.float64]:
    """Vote shares, shrunk towards the class shares of all items as far as the votes themselves say.

    The prior is the Dirichlet that makes the counts likeliest (`fit_dirichlet_prior`); the label is the posterior mean.
    Items that agree among themselves pull strongly, contested ones hardly at all.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more.

    Returns:
        Rows that sum to one, shape (n_items, n_classes); an item without votes gets the prior's mean.

    Raises:
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If there is no vote at all.

    Example:
        >>> empirical_bayes_labels([[2, 0], [0, 2], [1, 1], [2, 0], [1, 1]])[:3].round(4)
        array([[0.7143, 0.2857],
               [0.4286, 0.5714],
               [0.5714, 0.4286]])
    """
    return dirichlet_labels(counts, fit_dirichlet_prior(counts)).mean
