"""How far a predicted label distribution is from the human one, item by item.

The field's codebases use one name for several formulas, so direction, logarithm base and square root are part of the
name or of the first docstring line here: KL goes from human to model, logarithms are natural unless the name ends in
``_bits``, a *divergence* has no square root and a *distance* has one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr, rel_entr, xlog1py

from variorum.checks import as_distribution, as_pair
from variorum.errors import ArgumentError

__all__ = [
    "brier",
    "entropy",
    "entropy_bits",
    "hellinger",
    "js_distance",
    "js_distance_bits",
    "js_divergence",
    "js_divergence_bits",
    "kl_divergence",
    "manhattan",
    "soft_cross_entropy",
    "total_variation",
]

_LN2 = float(np.log(2.0))


def kl_divergence(human: ArrayLike, model: ArrayLike, *, floor: float = 0.0) -> NDArray[np.float64]:
    """KL(human || model) of each item, in nats.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.
        floor: Probabilities below it, on both sides, are raised to it and rows rescaled; 0 leaves them as they are, so
            an outcome that people chose and the model rules out costs ``inf``. In [0, 1 / n_classes).

    Returns:
        Nats, shape (n_items,), in [0, inf]; 0 for equal rows.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If the floor is out of range.

    Source:
        Chen et al. 2024 (EMNLP Findings, "Seeing the Big through the Small") use floor=1e-10 and the mean over items.
        Their fine-tuning tables print this divided by the number of classes.

    Example:
        >>> kl_divergence([[0.5, 0.5]], [[0.9, 0.1]]).round(4)
        array([0.5108])
    """
    left, right = _floored_pair(human, model, floor)
    return _not_negative(_row_sums(rel_entr(left, right)))


def soft_cross_entropy(human: ArrayLike, model: ArrayLike, *, floor: float = 0.0) -> NDArray[np.float64]:
    """Cross-entropy of the model under the human distribution, of each item, in nats: H(human) + KL(human || model).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.
        floor: As in `kl_divergence`: on both sides, with rows rescaled.

    Returns:
        Nats, shape (n_items,), in [H(human), inf]. A perfect model scores the entropy of people, not 0.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If the floor is out of range.

    Source:
        Peterson et al. 2019 (ICCV); the main score of the LeWiDi 2021 and 2023 shared tasks.

    Example:
        >>> soft_cross_entropy([[0.5, 0.5]], [[0.5, 0.5]]).round(4)
        array([0.6931])
    """
    left, right = _floored_pair(human, model, floor)
    return _row_sums(entr(left)) + _not_negative(_row_sums(rel_entr(left, right)))


def js_divergence(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Jensen-Shannon divergence of each item: no square root, in nats, symmetric.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Nats, shape (n_items,), in [0, ln 2]; finite where KL is not, and never below 0 by rounding.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Lin 1991. Written per class with t = |p - q| / (p + q) as (p + q) / 2 * (t artanh t + ln(1 - t^2) / 2): every
        term is non-negative, so nearly equal pairs lose no digits to cancellation. Beyond t = 1/2, where rounding t^2
        would lose some, the same is written ((1 + t) ln(1 + t) + (1 - t) ln(1 - t)) / 2.

    Example:
        >>> js_divergence([[1.0, 0.0]], [[0.0, 1.0]]).round(4)
        array([0.6931])
    """
    left, right = as_pair(human, model)
    total = left + right
    # 0/0 stands for a class that nobody uses (its weight is 0); t = 1 for a class that only one side uses.
    t = np.divide(np.abs(left - right), total, out=np.zeros_like(total), where=total > 0.0)
    near = np.minimum(t, 0.5)
    term = near * np.arctanh(near) + 0.5 * np.log1p(-near * near)
    far = t > 0.5
    term[far] = 0.5 * (xlog1py(1.0 + t[far], t[far]) + xlog1py(1.0 - t[far], -t[far]))
    return _not_negative(0.5 * _row_sums(total * term))


def js_divergence_bits(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Jensen-Shannon divergence of each item in bits: no square root.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Bits, shape (n_items,), in [0, 1].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Base 2 is what the PO-JSD of Kurniawan et al. 2026 (Computational Linguistics) is built on.

    Example:
        >>> js_divergence_bits([[1.0, 0.0]], [[0.0, 1.0]])
        array([1.])
    """
    return js_divergence(human, model) / _LN2


def js_distance(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Jensen-Shannon distance of each item: the square root of the divergence in nats, a metric.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Square root of nats, shape (n_items,), in [0, sqrt(ln 2)]; never nan.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        What Nie et al. 2020 (ChaosNLI) and Chen et al. 2024 print as "JSD", as the mean over items.

    Example:
        >>> js_distance([[1.0, 0.0]], [[0.0, 1.0]]).round(4)
        array([0.8326])
    """
    return np.sqrt(js_divergence(human, model))


def js_distance_bits(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Jensen-Shannon distance of each item with base 2: the square root of the divergence in bits.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Square root of bits, shape (n_items,), in [0, 1].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        The "JSD" of the CoT-HLV study (arXiv 2601.03154).

    Example:
        >>> js_distance_bits([[1.0, 0.0]], [[0.0, 1.0]])
        array([1.])
    """
    return np.sqrt(js_divergence_bits(human, model))


def total_variation(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Total variation distance of each item: half the sum of absolute differences.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Probability mass that would have to move, shape (n_items,), in [0, 1].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Chen et al. 2024; the DistCE of Baan et al. 2022.

    Example:
        >>> total_variation([[0.2, 0.8]], [[0.6, 0.4]]).round(4)
        array([0.4])
    """
    return 0.5 * manhattan(human, model)


def manhattan(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Sum of absolute differences of each item: plain L1, not halved.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 2]; twice the total variation distance.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Task A of the LeWiDi 2025 shared task.

    Example:
        >>> manhattan([[0.2, 0.8]], [[0.6, 0.4]]).round(4)
        array([0.8])
    """
    left, right = as_pair(human, model)
    return _row_sums(np.abs(left - right))


def brier(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Sum of squared differences of each item: the soft Brier score, over all classes, not halved.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 2].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Brier 1950, with the human distribution in the place of the outcome.

    Example:
        >>> brier([[0.2, 0.8]], [[0.6, 0.4]]).round(4)
        array([0.32])
    """
    left, right = as_pair(human, model)
    return _row_sums(np.square(left - right))


def hellinger(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Hellinger distance of each item: sqrt(half the sum of squared differences of square roots).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 1].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Hellinger 1909, with the factor 1/2 that makes 1 its maximum.

    Example:
        >>> hellinger([[1.0, 0.0]], [[0.5, 0.5]]).round(4)
        array([0.5412])
    """
    left, right = as_pair(human, model)
    return np.sqrt(0.5 * _row_sums(np.square(np.sqrt(left) - np.sqrt(right))))


def entropy(distribution: ArrayLike) -> NDArray[np.float64]:
    """Shannon entropy of each item in nats.

    Args:
        distribution: Label distribution, human or predicted, shape (n_items, n_classes).

    Returns:
        Nats, shape (n_items,), in [0, ln n_classes].

    Raises:
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> entropy([[0.5, 0.5], [1.0, 0.0]]).round(4)
        array([0.6931, 0.    ])
    """
    return _not_negative(_row_sums(entr(as_distribution("distribution", distribution))))


def entropy_bits(distribution: ArrayLike) -> NDArray[np.float64]:
    """Shannon entropy of each item in bits.

    Args:
        distribution: Label distribution, human or predicted, shape (n_items, n_classes).

    Returns:
        Bits, shape (n_items,), in [0, log2 n_classes].

    Raises:
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> entropy_bits([[0.25, 0.25, 0.25, 0.25]])
        array([2.])
    """
    return entropy(distribution) / _LN2


def _floored_pair(human: ArrayLike, model: ArrayLike, floor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, right = as_pair(human, model)
    if not 0.0 <= floor < 1.0 / left.shape[1]:
        raise ArgumentError(f"floor must lie in [0, 1/{left.shape[1]}) for {left.shape[1]} classes, not {floor}.")
    return (left, right) if floor == 0.0 else (_raise_to(floor, left), _raise_to(floor, right))


def _raise_to(floor: float, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.maximum(rows, floor)
    raised /= _row_sums(raised)[:, None]
    return raised


def _row_sums(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    # A product with ones is several times faster than sum(axis=1) on rows of a few classes; infinities pass through.
    sums: NDArray[np.float64] = terms @ np.ones(terms.shape[1])
    return sums


def _not_negative(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Rows may miss a sum of one by the tolerance of the check, which leaves -1e-17 where 0 is meant.
    return np.maximum(values, 0.0)
