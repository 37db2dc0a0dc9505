"""Confidence-driven inference: ask people where the model seems wrong, and still get a mean with a valid interval.

Three steps: `predicted_errors` learns from a few items how far off the model is, `sampling_probabilities` spends the
budget where that is far, and `confidence_driven_mean` weighs the answers by their chance of having been asked for.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from variorum.checks import as_array, as_matrix, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation._mean_estimate import (
    FloatArray,
    MeanEstimate,
    as_outcomes,
    as_table,
    check_same_outcomes,
    check_tuning,
    mean_estimate,
)

__all__ = ["Regressor", "confidence_driven_mean", "predicted_errors", "sampling_probabilities"]

_NO_ERROR = 1e-12
"""Errors are told from none down to this part of the largest one."""


class Regressor(Protocol):
    """What predicts a number from features: any of scikit-learn's regressors."""

    def fit(self, X: FloatArray, y: FloatArray) -> Any:
        """Learn from features (n_items, n_features) and numbers (n_items,)."""

    def predict(self, X: FloatArray) -> Any:
        """Numbers, shape (n_items,)."""


def predicted_errors(features: ArrayLike, human: ArrayLike, model: ArrayLike, regressor: Regressor) -> FloatArray:
    """Root mean squared error that the model is expected to make on each item, learned where people were asked.

    Args:
        features: What may tell how wrong the model is, such as its confidence, finite, shape (n_items,) or
            (n_items, n_features).
        human: People's outcomes, shape (n_items,) or (n_items, n_outcomes); nan where nobody was asked.
        model: The model's outcomes, same shape.
        regressor: Is fitted to the squared errors, summed over outcomes.

    Returns:
        Shape (n_items,), 0 or more; predictions below 0 count as 0.

    Raises:
        ShapeError: If shapes do not fit.
        ArgumentError: If a value is not finite, or nobody was asked about any item.

    Source:
        Gligorić et al. 2025 (NAACL), who boost trees with XGBoost (depth 3, step .001, 2,000 rounds) from 50 items on
        and again every 200. Any regressor serves here: validity does not depend on it. scikit-learn's
        ``GradientBoostingRegressor(learning_rate=0.02, n_estimators=100)`` goes about as far in fewer steps.

    Example:
        >>> from sklearn.linear_model import LinearRegression
        >>> predicted_errors([0.9, 0.5, 0.7], [1.0, 0.0, np.nan], [1.0, 1.0, 1.0], LinearRegression()).round(3)
        array([0.   , 1.   , 0.707])
    """
    people = as_outcomes("human", human, least=1, missing=True)
    given = as_outcomes("model", model, least=1)
    check_same_outcomes(people, "model", given, same_items=True)
    table = as_array("features", features, 1, 2)
    inputs = as_matrix("features", table if table.ndim == 2 else table[:, None])
    if inputs.shape[0] != people.shape[0]:
        raise ShapeError(f"features must have {people.shape[0]} rows, not {inputs.shape[0]}.")
    squares = np.square(as_table(people) - as_table(given)).sum(axis=1)
    asked = ~np.isnan(squares)
    if not asked.any():
        raise ArgumentError("human must hold an outcome at least; all items are nan.")
    regressor.fit(inputs[asked], squares[asked])
    predicted = as_vector("the regressor's prediction", regressor.predict(inputs), length=people.shape[0])
    errors: FloatArray = np.sqrt(np.maximum(predicted, 0.0))
    return errors


def sampling_probabilities(errors: ArrayLike, share: float, *, mixture: float = 0.1) -> FloatArray:
    """Chance with which to ask people about each item: in proportion to the model's expected error, with a floor.

    Args:
        errors: Expected root mean squared error of the model on each item, 0 or more, shape (n_items,).
        share: Share of items to ask about, in (0, 1].
        mixture: Part of the budget that is spread evenly, in (0, 1]: no item is left out, and weights stay bounded.

    Returns:
        Shape (n_items,), in (0, 1], with mean `share`.

    Raises:
        ShapeError: If errors are not one-dimensional.
        ArgumentError: If an error is negative or not finite, there is none, or an argument is out of range.

    Source:
        Zrnic and Candès 2024 (ICML), active inference; Gligorić et al. 2025 with ``mixture`` .1. They cut what exceeds
        1 off; here it goes to the other items, so that the budget is spent.

    Example:
        >>> sampling_probabilities([0.0, 0.1, 0.3], 0.5, mixture=0.2).round(2)
        array([0.1, 0.4, 1. ])
    """
    values = as_vector("errors", errors)
    if values.size == 0:
        raise ArgumentError("errors must hold an item at least; it is empty.")
    bad = np.flatnonzero(values < 0.0)
    if bad.size:
        raise ArgumentError(f"errors[{bad[0]}] = {values[bad[0]]} is negative; {bad.size} values are affected.")
    if not 0.0 < share <= 1.0:
        raise ArgumentError(f"share must lie in (0, 1], not {share}.")
    if not 0.0 < mixture <= 1.0:
        raise ArgumentError(f"mixture must lie in (0, 1], not {mixture}.")
    n, floor = values.size, mixture * share
    order = np.argsort(-values, kind="stable")
    ordered = values[order] / max(float(values.max()), np.finfo(float).tiny)
    wrong = ordered[ordered > _NO_ERROR]
    # With the k largest errors at 1, the others share what is left; the first k at which none of them exceeds 1 is it.
    certain = np.arange(wrong.size)
    slope = (n * share - certain - (n - certain) * floor) / np.cumsum(wrong[::-1])[::-1]
    fits = np.flatnonzero(floor + slope * wrong <= 1.0)
    ranked = np.ones(n)
    if fits.size:
        ranked[fits[0] :] = floor + slope[fits[0]] * ordered[fits[0] :]
    elif wrong.size < n:
        # The model errs nowhere else: what is left of the budget is spread evenly.
        ranked[wrong.size :] = (n * share - wrong.size) / (n - wrong.size)
    probabilities = np.empty(n)
    probabilities[order] = ranked
    return probabilities


def confidence_driven_mean(
    human: ArrayLike,
    model: ArrayLike,
    probability: ArrayLike,
    *,
    lam: float | None = None,
    level: float = 0.95,
) -> MeanEstimate:
    """The population's mean outcome where people were asked about some items with known, unequal chances.

    Each item contributes its predicted outcome ``c + lam * model``, and where people were asked, in addition what it
    missed, divided by the chance of having been asked.

    Args:
        human: People's outcomes, shape (n_items,) or (n_items, n_outcomes); nan where nobody was asked.
        model: The model's outcomes of all items, same shape.
        probability: Chance with which each item was to be given to people, decided before its human outcome was seen,
            in (0, 1], shape (n_items,). Items that were sure to be asked about, such as those that `predicted_errors`
            learned from, have 1. They stand for themselves alone and not for others like them, so keep them few: with
            60 such items and 108 of the other 540, a model that knows nothing leaves an estimate as good as 130 items
            drawn evenly, not 168.
        lam: Trust in the model, in [0, 1]. ``None`` takes the value that the data call best. The constant ``c`` is
            always chosen so.
        level: Probability of the interval, in (0, 1).

    Returns:
        The mean with a normal interval, about the population that the items are drawn from. Small chances make it
        optimistic: simulated with 60 sure items, 108 asked about by chances from .02 on, and a model that is wrong on
        23 % of them, an interval of nominally 90 % covered 87.6 %.

    Raises:
        ShapeError: If shapes do not fit, or there are fewer than 2 items.
        ArgumentError: If a value is not finite, a probability leaves (0, 1], an item with probability 1 has no human
            outcome, or fewer than 2 items with a lower one have any.

    Source:
        Zrnic and Candès 2024 (ICML), equation of the active estimator; Gligorić et al. 2025 for ``lam``. Deviations:
        ``lam`` minimises the estimated variance exactly, by a regression with weights (1 - p) / p^2 over the items that
        were asked about, and a constant is fitted beside it, as in the regression estimators of survey sampling
        (Särndal, Swensson and Wretman 1992, chapter 6). Without it the width would depend on where the outcome's zero
        lies, and a useless model would cost more than no model. The price is a bias of the order of 1 / n.

    Example:
        >>> human, model = [1.0, np.nan, 0.0, 1.0, np.nan, 0.0], [0.9, 0.8, 0.1, 0.7, 0.2, 0.3]
        >>> estimate = confidence_driven_mean(human, model, [0.5, 0.5, 0.5, 0.8, 0.5, 0.8])
        >>> float(estimate.mean.round(2)), estimate.lam, estimate.n_human
        (0.5, 1.0, 4)
    """
    check_tuning(lam, level)
    people = as_outcomes("human", human, least=2, missing=True)
    given = as_outcomes("model", model, least=2)
    check_same_outcomes(people, "model", given, same_items=True)
    y, f = as_table(people), as_table(given)
    asked = ~np.isnan(y[:, 0])
    chance = _checked_probability(probability, asked)
    n = y.shape[0]
    y = np.where(asked[:, None], y, 0.0)
    weight, excess = asked / chance, 1.0 / chance - 1.0
    pull = weight * excess
    trust, constant = _tuned(y, f, pull, lam)
    predicted = constant + trust * f
    # Where more or fewer items were asked about than expected, the constant corrects the mean, and this its error.
    if pull.any():
        weight = weight * (1.0 + (n - weight.sum()) * excess / pull.sum())
    terms = predicted + weight[:, None] * (y - predicted)
    mean = terms.mean(axis=0)
    return mean_estimate(
        mean,
        terms.var(axis=0, ddof=1) / n,
        shape=people.shape[1:],
        level=level,
        lam=trust,
        n_human=int(asked.sum()),
        spread=float((weight[:, None] * np.square(y - mean)).sum() / weight.sum()),
    )


def _tuned(y: FloatArray, f: FloatArray, weight: FloatArray, lam: float | None) -> tuple[float, FloatArray]:
    """Trust and constants that leave the least variance: a weighted regression with one slope for all outcomes."""
    total = float(weight.sum())
    if total <= 0.0:
        # Everybody was asked about everything: the prediction cancels.
        return (0.0 if lam is None else float(lam)), np.zeros(y.shape[1])
    y_mean, f_mean = weight @ y / total, weight @ f / total
    trust = lam
    if trust is None:
        spread = float((weight @ np.square(f - f_mean)).sum())
        covariance = float((weight @ ((y - y_mean) * (f - f_mean))).sum())
        trust = float(np.clip(covariance / spread, 0.0, 1.0)) if spread > 0.0 else 0.0
    return float(trust), y_mean - trust * f_mean


def _checked_probability(probability: ArrayLike, asked: np.ndarray[Any, np.dtype[np.bool_]]) -> FloatArray:
    chance = as_vector("probability", probability, length=asked.size)
    bad = np.flatnonzero((chance <= 0.0) | (chance > 1.0))
    if bad.size:
        raise ArgumentError(
            f"probability[{bad[0]}] = {chance[bad[0]]} leaves (0, 1]; {bad.size} values are affected. An item that "
            "could not be asked about leaves its part of the mean unknown."
        )
    missing = np.flatnonzero((chance == 1.0) & ~asked)
    if missing.size:
        raise ArgumentError(
            f"human[{missing[0]}] is nan although probability[{missing[0]}] is 1; {missing.size} items are affected."
        )
    drawn = chance < 1.0
    if drawn.any() and (asked & drawn).sum() < 2:
        raise ArgumentError(
            f"human must hold 2 outcomes at least of items whose probability is below 1, not {(asked & drawn).sum()}."
        )
    return chance
