"""Gwet's AC1 and AC2: agreement corrected by how hard the items could be, not by how often labels are given."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from variorum.evaluation.agreement._scale import Distance, FloatArray
from variorum.evaluation.agreement._tally import Tally, chance_corrected, tally_classes
from variorum.evaluation.agreement.fleiss import mean_shares
from variorum.evaluation.agreement.raw import mean_apart

__all__ = ["gwet", "gwet_ac1", "gwet_ac2"]


def gwet_ac1(counts: ArrayLike) -> float:
    """Gwet's AC1 of vote counts: for labels without an order.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes), with a column for every label that could be
            given: labels that nobody gives make agreement by chance less likely.

    Returns:
        At most 1, 0 for chance; nan where no item has two votes, or there is only one class. Where everybody gives one
        and the same label it is 1.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.

    Source:
        Gwet 2008 (British Journal of Mathematical and Statistical Psychology 61); varying numbers of votes as in Gwet
        2014, chapter 2.

    Example:
        >>> round(gwet_ac1([[3, 0], [3, 0], [3, 0], [2, 1]]), 4)
        0.8033
    """
    return gwet_ac2(counts, distance="nominal")


def gwet_ac2(counts: ArrayLike, *, distance: Distance = "quadratic", positions: ArrayLike | None = None) -> float:
    """Gwet's AC2 of vote counts: for labels that may agree in part.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes), with a column for every label that could be
            given.
        distance: How far two labels are apart, as in `cohen_kappas`; nominal gives AC1.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        At most 1, 0 for chance; nan where no item has two votes, or there is only one class.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ShapeError: If positions or matrix do not fit the classes.
        ArgumentError: If the matrix is no distance.

    Source:
        Gwet 2014 ("Handbook of Inter-Rater Reliability", 4th edition), chapters 3 and 5: weights are 1 - distance, in
        units of the largest distance.

    Example:
        >>> round(gwet_ac2([[2, 0, 0], [1, 1, 0], [0, 0, 2]]), 4)
        0.7857
    """
    return float(gwet(tally_classes(counts, distance, positions), None))


def gwet(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """AC1 or AC2 of a tally, for each draw of items.

    Args:
        tally: With a one-hot scale over all labels that could be given, distances in [0, 1].
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        Shape (n_draws,), or () without weights.
    """
    k = tally.scale.n_values
    same = np.eye(k) if tally.scale.form is None else 1.0 - tally.scale.form
    shares = mean_shares(tally, weights)
    by_chance = same.sum() / (k * max(k - 1, 1)) * (shares * (1.0 - shares)).sum(axis=-1)
    expected = 1.0 - by_chance if k > 1 else np.zeros(np.shape(by_chance))
    return chance_corrected(mean_apart(tally, weights), np.asarray(expected), 0.0)
