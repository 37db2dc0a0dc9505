"""How well a score tells items from outside the training distribution from items inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from variorum.checks import as_vector
from variorum.evaluation import area_under_roc, average_precision, false_positive_rate_at

__all__ = ["Detection", "detection"]


@dataclass(frozen=True)
class Detection:
    """Detection of outside items by one score.

    Attributes:
        auroc: Probability that an outside item scores higher than an inside one, ties half; in [0, 1], 0.5 for chance.
        fpr95: Share of outside items that pass for inside at the threshold which keeps 95 % of the inside items; lower
            is better.
        fpr95_out: Share of inside items that are flagged at the threshold which finds 95 % of the outside items; lower
            is better.
        aupr_in: Average precision with inside items as the positives; its chance level is their share.
        aupr_out: Average precision with outside items as the positives.
        n_in: Number of inside items.
        n_out: Number of outside items.
    """

    auroc: float
    fpr95: float
    fpr95_out: float
    aupr_in: float
    aupr_out: float
    n_in: int
    n_out: int


def detection(inside: ArrayLike, outside: ArrayLike) -> Detection:
    """Compare a score on inside items with the same score on outside items.

    Args:
        inside: Scores of items like the training items, finite, higher for further out, shape (n_in,).
        outside: Scores of other items, shape (n_out,).

    Returns:
        The measures; nan where there is no item on one side.

    Raises:
        ShapeError: If a side is not a vector.
        ArgumentError: If a score is not finite.

    Source:
        Papers mean two things by FPR95. Liang et al. 2018 and Liu et al. 2020 keep 95 % of the inside items (`fpr95`);
        Hendrycks et al. 2019 and OpenOOD find 95 % of the outside items (`fpr95_out`). Area and precision as in
        Hendrycks and Gimpel 2017.

    Example:
        >>> found = detection([0.1, 0.2, 0.6], [0.5, 0.7])
        >>> round(found.auroc, 4), found.fpr95, round(found.fpr95_out, 4)
        (0.8333, 0.5, 0.3333)
    """
    near, far = as_vector("inside", inside), as_vector("outside", outside)
    scores = np.concatenate([near, far])
    is_out = np.arange(scores.size) >= near.size
    return Detection(
        auroc=area_under_roc(is_out, scores),
        fpr95=false_positive_rate_at(~is_out, -scores, recall=0.95),
        fpr95_out=false_positive_rate_at(is_out, scores, recall=0.95),
        aupr_in=average_precision(~is_out, -scores) if far.size else float("nan"),
        aupr_out=average_precision(is_out, scores) if near.size else float("nan"),
        n_in=near.size,
        n_out=far.size,
    )
