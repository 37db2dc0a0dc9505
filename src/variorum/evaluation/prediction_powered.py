"""Prediction-powered inference: a mean over many items from few human outcomes and a model's on all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from variorum.evaluation._mean_estimate import (
    FloatArray,
    MeanEstimate,
    as_outcomes,
    as_table,
    check_same_outcomes,
    check_tuning,
    mean_estimate,
)

__all__ = ["ppi_mean"]


def ppi_mean(
    human: ArrayLike,
    model: ArrayLike,
    model_rest: ArrayLike,
    *,
    lam: float | None = None,
    level: float = 0.95,
) -> MeanEstimate:
    """The population's mean outcome from items with human and model outcomes, and further items with a model's alone.

    The mean is ``mean(lam * model_rest) + mean(human - lam * model)``: whatever the model's errors, the second part
    takes their mean out, so a bad model costs width, not validity. An outcome is any number of an item, or several: a
    label distribution, whose mean over a corpus then sums to one, an entropy, a share who disagree.

    Args:
        human: People's outcomes of the items that were given to people, shape (n_human,) or (n_human, n_outcomes), 2
            items or more. These items must be drawn at random from those the mean is about; where they were chosen by a
            score, use `confidence_driven_mean`.
        model: The model's outcomes of the same items, same shape.
        model_rest: The model's outcomes of the other items, shape (n_rest,) or (n_rest, n_outcomes), 2 items or more.
        lam: Trust in the model, in [0, 1]; 0 gives the classical mean of the human outcomes, 1 prediction-powered
            inference without tuning. ``None`` takes the value that the data call best, 0 for a model that is constant.
        level: Probability of the interval, in (0, 1).

    Returns:
        The mean with a normal interval. It speaks of the population that the items are drawn from: items are taken for
        a sample, and for exactly these items the interval is wide. Votes behind a human outcome need no number of
        their own: what few votes leave open is part of its spread over items. With 80 human outcomes an interval of
        nominally 90 % covered 88 to 89 % in simulations.

    Raises:
        ShapeError: If shapes do not fit, or there are fewer than 2 items on a side.
        ArgumentError: If a value is not finite, or an argument is out of range.

    Source:
        Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023 (Science); Angelopoulos, Duchi and Zrnic 2023 (PPI++,
        arXiv 2311.01453) for ``lam``, one for all outcomes, clipped to [0, 1] as in their code. Variances are divided
        by n - 1 here, by n there.

    Example:
        >>> human, model = [0.0, 1.0, 1.0, 0.0], [0.2, 0.8, 0.9, 0.1]
        >>> estimate = ppi_mean(human, model, [0.1, 0.3, 0.8, 0.9, 0.2, 0.1], lam=1)
        >>> float(estimate.mean.round(2)), estimate.n_human
        (0.4, 4)
    """
    check_tuning(lam, level)
    people = as_outcomes("human", human, least=2)
    given = as_outcomes("model", model, least=2)
    rest = as_outcomes("model_rest", model_rest, least=2)
    check_same_outcomes(people, "model", given, same_items=True)
    check_same_outcomes(people, "model_rest", rest, same_items=False)
    y, f, f_rest = as_table(people), as_table(given), as_table(rest)
    trust = _tuned(y, f, f_rest) if lam is None else float(lam)
    rectified = y - trust * f
    return mean_estimate(
        trust * f_rest.mean(axis=0) + rectified.mean(axis=0),
        trust**2 * f_rest.var(axis=0, ddof=1) / f_rest.shape[0] + rectified.var(axis=0, ddof=1) / y.shape[0],
        shape=people.shape[1:],
        level=level,
        lam=trust,
        n_human=y.shape[0],
        spread=float(y.var(axis=0, ddof=1).sum()),
    )


def _tuned(y: FloatArray, f: FloatArray, f_rest: FloatArray) -> float:
    """The trust with the least variance, summed over outcomes: Cov(y, f) / ((1 + n / N) Var(f))."""
    n, n_rest = y.shape[0], f_rest.shape[0]
    covariance = float(((y - y.mean(axis=0)) * (f - f.mean(axis=0))).sum()) / (n - 1)
    spread = float(np.concatenate([f, f_rest]).var(axis=0, ddof=1).sum())
    if spread <= 0.0:
        return 0.0
    return float(np.clip(covariance / ((1.0 + n / n_rest) * spread), 0.0, 1.0))
