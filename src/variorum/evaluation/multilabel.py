"""Soft scores for multilabel schemes: each label of an item is a Bernoulli variable of its own.

``human`` and ``model`` are here the share of annotators who chose a label and its predicted probability, shape
(n_items, n_labels), each in [0, 1]; rows need not sum to one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation.correlation import pearson
from variorum.evaluation.divergence import brier, entropy, js_divergence, js_divergence_bits, kl_divergence
from variorum.evaluation.soft_scores import mean_of_defined, shared_mass_class_scores, shared_mass_f1

__all__ = [
    "multilabel_brier",
    "multilabel_entropy_correlation",
    "multilabel_js_divergence",
    "multilabel_kl_divergence",
    "multilabel_manhattan",
    "multilabel_po_jsd",
    "multilabel_soft_macro_f1",
    "multilabel_soft_micro_f1",
]


def multilabel_soft_micro_f1(human: ArrayLike, model: ArrayLike) -> float:
    """Soft F1 over all items and labels together.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        In [0, 1], higher is better; nan where neither side gives any mass.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Kurniawan et al. 2026 (Computational Linguistics 52(1)).

    Example:
        >>> round(multilabel_soft_micro_f1([[0.2, 1.0]], [[0.6, 1.0]]), 4)
        0.8571
    """
    return shared_mass_f1(*_as_shares(human, model))


def multilabel_soft_macro_f1(human: ArrayLike, model: ArrayLike) -> float:
    """Soft F1 of each label, averaged with equal label weights.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        In [0, 1], higher is better; labels without any mass on either side are left out; nan if none is left.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> multilabel_soft_macro_f1([[0.2, 1.0]], [[0.6, 1.0]])
        0.75
    """
    return mean_of_defined(shared_mass_class_scores(*_as_shares(human, model)).f1)


def multilabel_po_jsd(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """PO-JSD of each item: 1 minus the mean over labels of the Bernoulli Jensen-Shannon divergence in bits.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        Shape (n_items,), in [0, 1], higher is better.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> multilabel_po_jsd([[0.2]], [[0.6]]).round(10)
        array([0.87548875])
    """
    return 1.0 - _mean_over_labels(js_divergence_bits, human, model)


def multilabel_kl_divergence(human: ArrayLike, model: ArrayLike, *, floor: float = 0.0) -> NDArray[np.float64]:
    """Mean over labels of the Bernoulli KL(human || model), in nats.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.
        floor: As in `kl_divergence`, on both outcomes (yes and no) of both sides; in [0, 1/2).

    Returns:
        Nats, shape (n_items,), in [0, inf]; infinite where people disagree with a model that is certain.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1], or the floor is out of range.

    Source:
        `kl_divergence` of each label.

    Example:
        >>> multilabel_kl_divergence([[0.5, 1.0]], [[0.1, 1.0]]).round(4)
        array([0.2554])
    """
    return _mean_over_labels(partial(kl_divergence, floor=floor), human, model)


def multilabel_js_divergence(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Mean over labels of the Bernoulli Jensen-Shannon divergence: no square root, in nats.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        Nats, shape (n_items,), in [0, ln 2]; `multilabel_po_jsd` is 1 minus it in bits.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        `js_divergence` of each label.

    Example:
        >>> multilabel_js_divergence([[1.0, 0.5]], [[0.0, 0.5]]).round(4)
        array([0.3466])
    """
    return _mean_over_labels(js_divergence, human, model)


def multilabel_brier(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Mean over labels of the Brier score, squared differences summed over both outcomes (yes and no), not halved.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        Shape (n_items,), in [0, 2].

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        `brier` of each label.

    Example:
        >>> multilabel_brier([[0.5, 1.0]], [[1.0, 1.0]])
        array([0.25])
    """
    return _mean_over_labels(brier, human, model)


def multilabel_manhattan(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Mean over labels of the L1 distance between the two Bernoulli distributions (yes and no), not halved.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        Shape (n_items,), in [0, 2].

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Task A of the LeWiDi 2025 shared task on VariErrNLI.

    Example:
        >>> multilabel_manhattan([[0.5, 1.0]], [[0.25, 1.0]])
        array([0.25])
    """
    left, right = _as_shares(human, model)
    distances: NDArray[np.float64] = 2.0 * np.abs(left - right).mean(axis=1)
    return distances


def multilabel_entropy_correlation(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Pearson correlation over items of the two Bernoulli entropies, for each label.

    Args:
        human: Share of annotators who chose each label, shape (n_items, n_labels), in [0, 1].
        model: Predicted probability of each label, same shape.

    Returns:
        Shape (n_labels,), in [-1, 1]; nan for a label on which a side has the same entropy everywhere. Its mean is the
        published score.

    Raises:
        ShapeError: If the two shapes differ.
        ArgumentError: If a value is not in [0, 1].

    Source:
        Kurniawan et al. 2026.

    Example:
        >>> multilabel_entropy_correlation([[0.1], [0.3], [0.5]], [[0.1], [0.3], [0.5]]).round(4)
        array([1.])
    """
    left, right = _as_shares(human, model)
    of_people = entropy(_bernoulli(left)).reshape(left.shape)
    of_model = entropy(_bernoulli(right)).reshape(right.shape)
    return np.array([pearson(of_people[:, label], of_model[:, label]) for label in range(left.shape[1])])


def _mean_over_labels(
    divergence: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
    human: ArrayLike,
    model: ArrayLike,
) -> NDArray[np.float64]:
    left, right = _as_shares(human, model)
    means: NDArray[np.float64] = divergence(_bernoulli(left), _bernoulli(right)).reshape(left.shape).mean(axis=1)
    return means


def _as_shares(human: ArrayLike, model: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    arrays = []
    for name, value in (("human", human), ("model", model)):
        array = as_array(name, value, 2)
        if array.shape[1] == 0:
            raise ShapeError(f"{name} has no labels (its shape is {array.shape}).")
        bad = np.flatnonzero(~((array >= 0.0) & (array <= 1.0)).all(axis=1))
        if bad.size:
            raise ArgumentError(
                f"{name}[{bad[0]}] = {array[bad[0]].tolist()} leaves [0, 1]; {bad.size} of {array.shape[0]} rows are "
                "affected. Divide the number who chose a label by the number who answered."
            )
        arrays.append(array)
    if arrays[0].shape != arrays[1].shape:
        raise ShapeError(f"human has shape {arrays[0].shape} and model {arrays[1].shape}; they must be the same.")
    return arrays[0], arrays[1]


def _bernoulli(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = shares.reshape(-1)
    return np.stack([1.0 - flat, flat], axis=1)
