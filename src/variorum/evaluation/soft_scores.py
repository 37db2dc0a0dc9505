"""Accuracy and F1 carried over to distributions, and PO-JSD: Kurniawan et al. 2026."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_pair
from variorum.evaluation.divergence import js_divergence_bits

__all__ = ["SoftClassScores", "po_jsd", "soft_accuracy", "soft_class_scores", "soft_macro_f1", "soft_micro_f1"]


@dataclass(frozen=True)
class SoftClassScores:
    """Soft precision, recall and F1 of each class.

    Attributes:
        precision: Shared mass over the model's mass, shape (n_classes,), in [0, 1]; nan where the model gives none.
        recall: Shared mass over people's mass, shape (n_classes,), in [0, 1]; nan where people give none.
        f1: Twice the shared mass over both masses, shape (n_classes,), in [0, 1]; nan where neither gives any.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]


def soft_accuracy(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Mass that the two distributions of each item share: sum_k min(human_k, model_k).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 1], higher is better; 1 minus the total variation distance. Its mean is the published
        soft accuracy.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Kurniawan et al. 2026 (Computational Linguistics 52(1), "Training and Evaluating with HLV").

    Example:
        >>> soft_accuracy([[0.2, 0.8]], [[0.6, 0.4]]).round(4)
        array([0.6])
    """
    left, right = as_pair(human, model)
    shared: NDArray[np.float64] = np.minimum(left, right).sum(axis=1)
    return shared


def soft_micro_f1(human: ArrayLike, model: ArrayLike) -> float:
    """Soft F1 over all items and classes together: 2 sum_ik min / sum_ik (human + model).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        In [0, 1], higher is better; nan without items. With one label an item it equals the mean soft accuracy: it
        tells more for multilabel schemes (`multilabel_soft_micro_f1`).

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> round(soft_micro_f1([[0.2, 0.8]], [[0.6, 0.4]]), 4)
        0.6
    """
    return shared_mass_f1(*as_pair(human, model))


def shared_mass_f1(human: NDArray[np.float64], model: NDArray[np.float64]) -> float:
    """The formula of `soft_micro_f1` on checked arrays, whose rows need not sum to one; nan without mass.

    Example:
        >>> round(shared_mass_f1(np.array([[0.2]]), np.array([[0.6]])), 4)
        0.5
    """
    mass = float(human.sum() + model.sum())
    return 2.0 * float(np.minimum(human, model).sum()) / mass if mass > 0.0 else float("nan")


def soft_class_scores(human: ArrayLike, model: ArrayLike) -> SoftClassScores:
    """Soft precision, recall and F1 of each class.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        The three scores, each of shape (n_classes,).

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> soft_class_scores([[0.2, 0.8]], [[0.6, 0.4]]).f1.round(4)
        array([0.5   , 0.6667])
    """
    return shared_mass_class_scores(*as_pair(human, model))


def shared_mass_class_scores(human: NDArray[np.float64], model: NDArray[np.float64]) -> SoftClassScores:
    """The formula of `soft_class_scores` on checked arrays, whose rows need not sum to one.

    Example:
        >>> shared_mass_class_scores(np.array([[0.2]]), np.array([[0.6]])).recall
        array([1.])
    """
    shared = np.minimum(human, model).sum(axis=0)
    of_people, of_model = human.sum(axis=0), model.sum(axis=0)
    return SoftClassScores(
        precision=_share(shared, of_model),
        recall=_share(shared, of_people),
        f1=_share(2.0 * shared, of_people + of_model),
    )


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0.0)
    return shares


def soft_macro_f1(human: ArrayLike, model: ArrayLike) -> float:
    """Soft F1 of each class, averaged with equal class weights.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        In [0, 1], higher is better; classes to which neither side gives any mass are left out of the mean; nan without
        items.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> round(soft_macro_f1([[0.2, 0.8]], [[0.6, 0.4]]), 4)
        0.5833
    """
    return mean_of_defined(soft_class_scores(human, model).f1)


def mean_of_defined(values: NDArray[np.float64]) -> float:
    """Mean over the values that are not nan; nan if none is left.

    Example:
        >>> mean_of_defined(np.array([1.0, np.nan]))
        1.0
    """
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if defined.size else float("nan")


def po_jsd(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """PO-JSD of each item: 1 minus the Jensen-Shannon divergence in bits (no square root).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 1], higher is better; its mean is the published score.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> po_jsd([[0.2, 0.8]], [[0.6, 0.4]]).round(10)
        array([0.87548875])
    """
    return 1.0 - js_divergence_bits(human, model)
