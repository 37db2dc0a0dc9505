"""How likely votes are under a Dirichlet over label distributions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from variorum.checks import as_array, as_counts
from variorum.errors import ArgumentError, ShapeError

__all__ = ["dirichlet_multinomial_nll"]


def dirichlet_multinomial_nll(counts: ArrayLike, concentration: ArrayLike) -> NDArray[np.float64]:
    """Negative log-likelihood of each item's votes, in their order, when their distribution is drawn from a Dirichlet.

    Args:
        counts: Vote counts, shape (n_items, n_classes); need not be whole numbers.
        concentration: Dirichlet concentration of each item, same shape, positive and finite.

    Returns:
        Nats an item, not a vote, shape (n_items,), in [0, inf); 0 for an item without votes. The multinomial
        coefficient is left out: it is the probability of the votes one after the other, not of their counts.

    Raises:
        ShapeError: If the two shapes differ.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If a concentration is not positive and finite.

    Source:
        Minka 2000, "Estimating a Dirichlet distribution": with alpha the concentration, A its sum, c the counts and n
        their sum, the likelihood is prod_k Γ(alpha_k + c_k) / Γ(alpha_k) times Γ(A) / Γ(A + n).

    Example:
        >>> dirichlet_multinomial_nll([[2, 0], [1, 1]], [[1.0, 1.0], [1.0, 1.0]]).round(4)
        array([1.0986, 1.7918])
    """
    votes, alpha = as_counts("counts", counts), as_array("concentration", concentration, 2)
    if votes.shape != alpha.shape:
        raise ShapeError(f"counts has shape {votes.shape} and concentration {alpha.shape}; they must be the same.")
    bad = np.flatnonzero(~((alpha > 0.0) & (alpha < np.inf)).all(axis=1))
    if bad.size:
        raise ArgumentError(
            f"concentration[{bad[0]}] = {alpha[bad[0]].tolist()} is not positive and finite throughout; "
            f"{bad.size} of {alpha.shape[0]} rows are affected. Add a prior to counts of zero."
        )
    surprises: NDArray[np.float64] = _log_rise(alpha.sum(axis=1), votes.sum(axis=1)) - _log_rise(alpha, votes).sum(
        axis=1
    )
    return surprises


def _log_rise(start: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the rising factorial: ln Γ(start + by) - ln Γ(start)."""
    return np.asarray(gammaln(start + by) - gammaln(start), np.float64)
