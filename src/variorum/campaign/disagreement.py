"""How much people are expected to differ on each item, learned from the bought items that several people labelled."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma
from sklearn.linear_model import RidgeCV

from variorum.checks import as_counts
from variorum.errors import ShapeError

__all__ = ["entropy_of_disagreement", "pairwise_disagreement", "predict_disagreement"]

# Fewer items with two votes or more say something about the average and nothing about single items.
_LEAST_ITEMS: Final = 20
_PENALTIES: Final = np.geomspace(1e-2, 1e4, 13)


def predict_disagreement(counts: ArrayLike, features: ArrayLike | None) -> NDArray[np.float64]:
    """Entropy of people's label expected on each item.

    Ridge regression learns the chance that two people differ from the features of items with two votes or more; its
    penalty is chosen by leave-one-out error. The chance becomes an entropy by `entropy_of_disagreement`. With fewer
    than 20 such items, or without features, all items get the same: the mean over those items and one made-up item
    about which nothing is known.

    Two votes give an unbiased chance of disagreement, and no unbiased entropy; smoothed entropies would be pulled to
    the middle most where votes are fewest.

    Args:
        counts: Votes bought, shape (n_items, n_classes); fractional votes count as they are.
        features: Shape (n_items, n_features).

    Returns:
        Nats, shape (n_items,), in [0, ln n_classes].

    Raises:
        NotCountsError: If a count is negative or not finite.
        ShapeError: If features and counts differ in length.

    Example:
        >>> votes, features = [[2, 0], [1, 1]] * 20, [[0.0], [1.0]] * 20
        >>> predict_disagreement(votes, features)[:2].round(2)
        array([0.  , 0.69])
        >>> predict_disagreement([[0, 0]], None)  # the mean entropy of all distributions of two classes
        array([0.5])
    """
    votes = as_counts("counts", counts)
    n_items, n_classes = votes.shape
    several = votes.sum(axis=1) >= 2 - 1e-9
    seen = pairwise_disagreement(votes[several])
    if features is None or seen.size < _LEAST_ITEMS:
        nothing_known = (n_classes - 1) / (n_classes + 1)
        constant = (seen.sum() + nothing_known) / (seen.size + 1)
        return entropy_of_disagreement(np.full(n_items, constant), n_classes)
    given = np.asarray(features, np.float64)
    if given.ndim != 2 or given.shape[0] != n_items:
        raise ShapeError(f"features have shape {given.shape}, for {n_items} items.")
    centred = given - given[several].mean(axis=0)
    # Penalties are for features whose rows have length 1 on average, whatever made them.
    length = float(np.sqrt(np.square(centred[several]).sum(axis=1).mean()))
    scaled = centred / (length or 1.0)
    expected = RidgeCV(_PENALTIES).fit(scaled[several], seen).predict(scaled)
    return entropy_of_disagreement(expected, n_classes)


def pairwise_disagreement(counts: ArrayLike) -> NDArray[np.float64]:
    """Share of an item's pairs of votes that differ: without bias, the chance that two people differ.

    Args:
        counts: Votes, shape (n_items, n_classes).

    Returns:
        Shape (n_items,), in [0, 1]; nan where an item has one vote or none.

    Raises:
        NotCountsError: If a count is negative or not finite.

    Example:
        >>> pairwise_disagreement([[2, 1], [3, 0], [1, 0]]).round(4)
        array([0.6667, 0.    ,    nan])
    """
    votes = as_counts("counts", counts)
    total = votes.sum(axis=1)
    pairs = np.where(total > 1, total * (total - 1), np.nan)
    return np.asarray(np.clip(1.0 - (votes * (votes - 1)).sum(axis=1) / pairs, 0.0, 1.0))


def entropy_of_disagreement(chance: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    """Mean entropy of items on which two people differ with a given chance.

    No function of the chance alone is right for every item. This one is the mean over distributions drawn from a
    symmetric Dirichlet of the precision that gives the chance: a, with chance = (1 - 1/K) a / (a + 1), has the mean
    entropy digamma(a + 1) - digamma(a / K + 1).

    Args:
        chance: Any shape; values outside of [0, 1 - 1 / n_classes] are moved to its ends.
        n_classes: Number of classes K, at least 2.

    Returns:
        Nats, same shape, in [0, ln n_classes], increasing.

    Example:
        >>> entropy_of_disagreement([0.0, 1 / 3, 0.5], 2).round(4)
        array([0.    , 0.5   , 0.6931])
    """
    share = np.clip(np.asarray(chance, np.float64) / (1.0 - 1.0 / n_classes), 0.0, 1.0)
    # Where share comes close to 1 the precision has no bound, and the entropy is that of even shares.
    precision = share / np.maximum(1.0 - share, 1e-12)
    mean = digamma(precision + 1.0) - digamma(precision / n_classes + 1.0)
    return np.asarray(np.clip(mean, 0.0, np.log(n_classes)), np.float64)
