"""How far annotators agree with one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_counts
from variorum.evaluation._codes import as_codes, as_whole_counts, mean_by_code, number_of_codes

__all__ = ["agreement_with_rest", "krippendorff_alpha", "pairwise_agreement"]


def pairwise_agreement(counts: ArrayLike) -> NDArray[np.float64]:
    """Share of pairs of votes that agree, for each item.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes).

    Returns:
        Shape (n_items,), in [0, 1]; nan with fewer than two votes.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.

    Source:
        Fleiss 1971 (Psychological Bulletin 76), P_i.

    Example:
        >>> pairwise_agreement([[2, 1], [3, 0], [1, 0]]).round(4)
        array([0.3333, 1.    ,    nan])
    """
    votes = as_whole_counts("counts", as_counts("counts", counts)).astype(np.float64)
    pairs = _pairs(votes.sum(axis=1))
    agreeing = _pairs(votes).sum(axis=1)
    shares: NDArray[np.float64] = np.divide(agreeing, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0.0)
    return shares


def _pairs(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    return votes * (votes - 1.0)


def krippendorff_alpha(counts: ArrayLike) -> float:
    """Krippendorff's alpha for nominal labels: 1 - observed / expected disagreement.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes); items with one vote pair with nothing and are
            left out.

    Returns:
        At most 1 (perfect agreement), 0 for chance, below 0 for systematic disagreement; nan without two votes on one
        item, or where everybody uses one and the same label.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.

    Source:
        Krippendorff 2004, "Content Analysis", chapter 11: coincidences of an item with m votes weigh 1 / (m - 1).

    Example:
        >>> round(krippendorff_alpha([[2, 0], [0, 2], [1, 1]]), 4)
        0.4444
    """
    votes = as_whole_counts("counts", as_counts("counts", counts)).astype(np.float64)
    votes = votes[votes.sum(axis=1) >= 2.0]
    sizes = votes.sum(axis=1)
    total, per_class = sizes.sum(), votes.sum(axis=0)
    expected_pairs = _pairs(total[None])[0] - _pairs(per_class).sum()
    if expected_pairs == 0.0:
        return float("nan")
    observed = ((_pairs(sizes) - _pairs(votes).sum(axis=1)) / (sizes - 1.0)).sum() / total
    return float(1.0 - observed / (expected_pairs / (total * (total - 1.0))))


def agreement_with_rest(
    items: ArrayLike, annotators: ArrayLike, labels: ArrayLike, *, n_annotators: int | None = None
) -> NDArray[np.float64]:
    """Share of the other annotators' votes on the same items that agree with an annotator's own, for each annotator.

    Args:
        items: Item code of each annotation, shape (n_annotations,).
        annotators: Annotator code of each annotation, shape (n_annotations,); -1 for unknown: such a vote is somebody
            else's for everyone, and has no score of its own.
        labels: Label code of each annotation, shape (n_annotations,).
        n_annotators: How many annotators there are; None takes the largest code plus one.

    Returns:
        Shape (n_annotators,), in [0, 1]: the mean over the annotator's votes of the share of others' votes on that item
        with that label. nan for an annotator who never shares an item with anyone.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is out of range.

    Source:
        Leave-one-out agreement; all of an annotator's own votes on an item are left out, for those who give two labels.

    Example:
        >>> agreement_with_rest([0, 0, 0, 1], [0, 1, 2, 2], [0, 0, 1, 1])
        array([0.5, 0.5, 0. ])
    """
    item = as_codes("items", items)
    annotator = as_codes("annotators", annotators, length=item.size, upper=n_annotators, unknown=True)
    label = as_codes("labels", labels, length=item.size)
    size = number_of_codes(annotator, n_annotators)
    # An unknown annotator becomes a person of their own: nobody else's votes are theirs.
    person = np.where(annotator >= 0, annotator, size + np.arange(item.size))
    item_label = _compact(item, label)
    own = _compact(item, person)
    rest = _sizes(item)[item] - _sizes(own)[own]
    own_label = _compact(own, label)
    same = _sizes(item_label)[item_label] - _sizes(own_label)[own_label]
    used = (annotator >= 0) & (rest > 0)
    return mean_by_code(annotator[used], same[used] / rest[used], size)


def _compact(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """One code for each pair of codes that occurs, from 0 without gaps."""
    width = int(second.max(initial=0)) + 1
    codes: NDArray[np.int64] = np.unique(first * width + second, return_inverse=True)[1].astype(np.int64)
    return codes


def _sizes(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(codes)
