"""Calibration to human disagreement, in place of calibration to a majority: Baan et al. 2022."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_pair
from variorum.evaluation.divergence import entropy, total_variation

__all__ = ["dist_ce", "ent_ce", "rank_cs"]


def dist_ce(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Distribution calibration error of each item: its total variation distance.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Shape (n_items,), in [0, 1].

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Baan et al. 2022 (EMNLP, "Stop Measuring Calibration When Humans Disagree"), DistCE.

    Example:
        >>> dist_ce([[0.2, 0.8]], [[0.6, 0.4]]).round(4)
        array([0.4])
    """
    return total_variation(human, model)


def ent_ce(human: ArrayLike, model: ArrayLike) -> NDArray[np.float64]:
    """Entropy calibration error of each item, signed: H(model) - H(human).

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        Nats, shape (n_items,), in [-ln n_classes, ln n_classes]; negative where the model is surer than people are.
        Its mean hides errors that cancel: report the mean of absolute values beside it.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Baan et al. 2022, EntCE.

    Example:
        >>> ent_ce([[0.5, 0.5]], [[1.0, 0.0]]).round(4)
        array([-0.6931])
    """
    left, right = as_pair(human, model)
    return entropy(right) - entropy(left)


def rank_cs(human: ArrayLike, model: ArrayLike) -> float:
    """Ranking calibration score: the share of items on which model and people rank all classes alike.

    Args:
        human: Human label distribution, shape (n_items, n_classes).
        model: Predicted distribution, same shape.

    Returns:
        In [0, 1], higher is better; nan without items. Ranks ascend, and equal probabilities are ranked by class index,
        so a tie agrees with one of the orders it stands for and not with the other.

    Raises:
        ShapeError: If the two shapes differ.
        NotADistributionError: If a row is not a distribution.

    Source:
        Baan et al. 2022, RankCS: equality of the two argsorts.

    Example:
        >>> rank_cs([[0.2, 0.8], [0.6, 0.4]], [[0.4, 0.6], [0.1, 0.9]])
        0.5
    """
    left, right = as_pair(human, model)
    if left.shape[0] == 0:
        return float("nan")
    same = np.argsort(left, axis=1, kind="stable") == np.argsort(right, axis=1, kind="stable")
    return float(same.all(axis=1).mean())
