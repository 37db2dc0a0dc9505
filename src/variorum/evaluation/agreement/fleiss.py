"""Fleiss' kappa: agreement of many annotators, corrected for the labels that all of them give most."""

from __future__ import annotations

from numpy.typing import ArrayLike

from variorum.evaluation.agreement._scale import Distance, FloatArray
from variorum.evaluation.agreement._tally import Tally, chance_corrected, tally_classes
from variorum.evaluation.agreement.raw import mean_apart

__all__ = ["fleiss", "fleiss_kappa"]


def fleiss_kappa(counts: ArrayLike, *, distance: Distance = "nominal", positions: ArrayLike | None = None) -> float:
    """Fleiss' kappa of vote counts.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).
        distance: How far two labels are apart, as in `cohen_kappas`; nominal is Fleiss' own.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        At most 1, 0 for chance; nan where no item has two votes, or everybody uses one and the same label.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ShapeError: If positions or matrix do not fit the classes.
        ArgumentError: If the matrix is no distance.

    Source:
        Fleiss 1971 (Psychological Bulletin 76), where every item has the same number of votes. With varying numbers
        this is the generalisation of Gwet 2014 ("Handbook of Inter-Rater Reliability", 4th edition, chapter 2): items
        count equally, in the agreement (those with two votes or more) and in the shares of the labels (all that have a
        vote).

    Example:
        >>> round(fleiss_kappa([[3, 0], [0, 3], [2, 1], [1, 2]]), 4)
        0.3333
    """
    return float(fleiss(tally_classes(counts, distance, positions), None))


def fleiss(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Fleiss' kappa of a tally, for each draw of items.

    Args:
        tally: The answers.
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        Shape (n_draws,), or () without weights.
    """
    shares = mean_shares(tally, weights)
    return chance_corrected(mean_apart(tally, weights), tally.scale.between(shares, shares))


def mean_shares(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Mean over items of the moments of an item's average answer; 0 without any answer."""
    n, shares = tally.total("answered", weights), tally.total("shares", weights)
    mean: FloatArray = shares / n.clip(min=1.0)[..., None]
    return mean
