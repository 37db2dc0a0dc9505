"""Scores of hard labels: what is left of two distributions once each is cut down to its most likely class."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_choice, as_counts, as_pair
from variorum.evaluation._codes import as_codes

__all__ = ["accuracy", "class_f1", "f1", "majority_vote_accuracy"]

Ties = Literal["first", "split"]
Average = Literal["micro", "macro", "weighted"]


def accuracy(human: ArrayLike, model: ArrayLike, *, ties: Ties = "first") -> NDArray[np.float64]:
    """Whether the most likely class is the same on both sides, for each item.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.
        ties: Among equally likely classes, ``"first"`` takes the lowest class index on both sides; ``"split"`` gives
            the chance that the two agree when each breaks its own tie at random.

    Returns:
        Shape (n_items,), in [0, 1]; 0 or 1 with ``"first"``.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.
        UnknownNameError: If the tie rule is not known.

    Example:
        >>> accuracy([[0.5, 0.5], [0.3, 0.7]], [[0.1, 0.9], [0.4, 0.6]], ties="split")
        array([0.5, 1. ])
    """
    as_choice("ties", ties, ["first", "split"])
    left, right = as_pair(human, model)
    if ties == "first":
        same: NDArray[np.float64] = np.equal(left.argmax(axis=1), right.argmax(axis=1)).astype(np.float64)
        return same
    top_left, top_right = _top(left), _top(right)
    both = (top_left & top_right).sum(axis=1)
    chance: NDArray[np.float64] = both / (top_left.sum(axis=1) * top_right.sum(axis=1))
    return chance


def _top(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    top: NDArray[np.bool_] = rows == rows.max(axis=1, keepdims=True)
    return top


def class_f1(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """F1 of each class on hard labels; equally likely classes give way to the lowest class index, on both sides.

    Args:
        human: Human label distribution, shape (n_items, n_classes); its most likely class is the gold label.
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_classes,), in [0, 1]; nan for a class that is nobody's hard label.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> class_f1([[0.9, 0.1], [0.2, 0.8]], [[0.6, 0.4], [0.7, 0.3]]).round(4)
        array([0.6667, 0.    ])
    """
    return _class_f1(*_hard_counts(human, model))


def f1(human: ArrayLike, model: ArrayLike, *, average: Average) -> float:
    """F1 on hard labels; equally likely classes give way to the lowest class index, on both sides.

    Args:
        human: Human label distribution, shape (n_items, n_classes); its most likely class is the gold label.
        model: Predicted distribution, same shape.
        average: ``"micro"`` counts items (equal to accuracy here), ``"macro"`` takes classes as equal, ``"weighted"``
            weighs a class by its number of gold items.

    Returns:
        In [0, 1], higher is better; classes that are nobody's hard label are left out of ``"macro"``; nan without
        items.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.
        UnknownNameError: If the average is not known.

    Source:
        Chen et al. 2024 report the weighted form with the most likely class of 100 votes as gold.

    Example:
        >>> round(f1([[0.9, 0.1], [0.2, 0.8]], [[0.6, 0.4], [0.7, 0.3]], average="macro"), 4)
        0.3333
    """
    as_choice("average", average, ["micro", "macro", "weighted"])
    hits, gold, predicted = _hard_counts(human, model)
    n_items = float(gold.sum())
    if n_items == 0.0:
        return float("nan")
    if average == "micro":
        return float(hits.sum()) / n_items
    scores = _class_f1(hits, gold, predicted)
    used = ~np.isnan(scores)
    if average == "macro":
        return float(scores[used].mean())
    return float(scores[used] @ gold[used]) / n_items


def _hard_counts(
    human: ArrayLike, model: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    left, right = as_pair(human, model)
    gold, predicted, n_classes = left.argmax(axis=1), right.argmax(axis=1), left.shape[1]
    hits = np.bincount(gold[gold == predicted], minlength=n_classes)
    return (
        hits.astype(np.float64),
        np.bincount(gold, minlength=n_classes).astype(np.float64),
        np.bincount(predicted, minlength=n_classes).astype(np.float64),
    )


def _class_f1(
    hits: NDArray[np.float64], gold: NDArray[np.float64], predicted: NDArray[np.float64]
) -> NDArray[np.float64]:
    whole = gold + predicted
    scores: NDArray[np.float64] = np.divide(2.0 * hits, whole, out=np.full(whole.shape, np.nan), where=whole > 0.0)
    return scores


def majority_vote_accuracy(counts: ArrayLike, gold: ArrayLike) -> NDArray[np.float64]:
    """Credit of the majority vote on each item, ties split: 1 / number of tied labels if gold is among them.

    Args:
        counts: Vote counts, shape (n_items, n_classes).
        gold: Gold label code of each item, shape (n_items,); -1 where there is none.

    Returns:
        Shape (n_items,), in [0, 1]; nan without a gold label or without votes. Its nanmean is the accuracy.

    Raises:
        ShapeError: If the lengths differ.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If a gold code is out of range.

    Source:
        Zheng et al. 2017 (VLDB, "Truth Inference in Crowdsourcing") break ties at random; this is the expectation.

    Example:
        >>> majority_vote_accuracy([[2, 1], [1, 1], [0, 0]], [0, 1, 1])
        array([1. , 0.5, nan])
    """
    votes = as_counts("counts", counts)
    codes = as_codes("gold", gold, length=votes.shape[0], upper=votes.shape[1], unknown=True)
    top = _top(votes)
    credit = top[np.arange(codes.size), codes] / top.sum(axis=1)
    return np.where((codes >= 0) & (votes.sum(axis=1) > 0.0), credit, np.nan)
