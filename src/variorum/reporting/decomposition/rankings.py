"""Which items, labels and annotators a reader should look at first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.decomposition import Decomposition, item_label_pairs

__all__ = ["SuspectLabels", "leanings", "most_contested", "most_divided", "order_by", "suspect_labels"]

Array = NDArray[np.float64]

_LEAST = 1e-300


@dataclass(frozen=True, eq=False)
class SuspectLabels:
    """The label of each item that is likeliest to be there by error alone.

    Attributes:
        label: Class index, -1 where nobody gave a label that counts, shape (n_items,).
        error: Product of the error probabilities of all votes for it, in [0, 1], nan where there is none.
        n_votes: Votes for it.
    """

    label: NDArray[np.int64]
    error: Array
    n_votes: NDArray[np.int64]

    def ranked(self) -> NDArray[np.int64]:
        """Items with a label that counts, likeliest error first, shape (n_ranked,)."""
        return order_by(self.error)


def order_by(values: Array) -> NDArray[np.int64]:
    """Positions of defined values, largest first, equal ones in their own order.

    Example:
        >>> order_by(np.array([0.1, np.nan, 0.7, 0.1]))
        array([2, 0, 3])
    """
    known = np.flatnonzero(~np.isnan(values))
    return known[np.argsort(-values[known].round(9), kind="stable")]


def suspect_labels(annotations: Annotations, found: Decomposition) -> SuspectLabels:
    """The label of each item that is likeliest to be there by error alone.

    Votes of annotators who are careless throughout do not count: whoever flags these has all of their labels already.

    Args:
        annotations: The votes.
        found: Their decomposition.

    Returns:
        One label an item; of equally suspect ones, the first.
    """
    pairs = item_label_pairs(annotations)
    # Unknown annotators have the position -1, which is the last.
    counted = (pairs.of_row >= 0) & ~np.append(found.annotators.throughout, False)[annotations.annotator]
    votes = pairs.total(counted.astype(np.float64))
    with np.errstate(invalid="ignore"):
        every = pairs.total(np.where(counted, np.log(np.maximum(found.error, _LEAST)), 0.0))
    chance = np.where(votes > 0, np.exp(every), -1.0)
    order = np.lexsort((pairs.label, -chance, pairs.item))
    items, first = np.unique(pairs.item[order], return_index=True)
    best = order[first]
    best, items = best[votes[best] > 0], items[votes[best] > 0]
    n_items = len(annotations.items)
    label, n_votes = np.full(n_items, -1, np.int64), np.zeros(n_items, np.int64)
    error = np.full(n_items, np.nan)
    label[items], error[items], n_votes[items] = pairs.label[best], chance[best], votes[best]
    return SuspectLabels(label, error, n_votes)


def most_contested(found: Decomposition) -> NDArray[np.int64]:
    """Items with a vote, those first in which people differ most: variation less what is not known of it.

    Args:
        found: A decomposition.
    """
    return order_by(found.items.variation - found.items.unknown)


def most_divided(found: Decomposition) -> Array:
    """How far the two groups that are furthest apart differ on each item: total variation, shape (n_items,).

    Args:
        found: A decomposition; nan with one group, and for items without a vote.
    """
    groups = found.by_group[found.group_share > 0]
    furthest = np.full(found.by_group.shape[1], np.nan)
    for g in range(len(groups)):
        for h in range(g):
            furthest = np.fmax(furthest, 0.5 * np.abs(groups[g] - groups[h]).sum(axis=1))
    return furthest


def leanings(found: Decomposition, n_annotators: int) -> Array:
    """How far each annotator favours each label in reading, in log odds against the other labels and other annotators.

    Args:
        found: A decomposition.
        n_annotators: Number of annotators.

    Returns:
        Shape (n_annotators, n_classes): mean 0 over the population; nan without a vote, and where careless throughout.
    """
    model, weight = found.model, found.annotators.weight
    own = model.responses.leaning
    k = own.shape[1]
    against = (own - own.mean(axis=1, keepdims=True)) * k / (k - 1) if k > 1 else own * 0.0
    table = np.full((n_annotators + 1, k), np.nan)
    table[model.entries.annotator] = against
    table = table[:n_annotators]
    table[found.annotators.throughout] = np.nan
    counted = ~np.isnan(table[:, 0]) & (np.nan_to_num(weight) > 0)
    return table - np.average(table[counted], axis=0, weights=weight[counted]) if counted.any() else table
