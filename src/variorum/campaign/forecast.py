"""What would more budget buy? A power law along the campaign's own validation curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.campaign.power_law import fit_power_law
from variorum.campaign.stopping import ValidationView

__all__ = ["FORECAST_LEVEL", "GainForecast", "forecast_gain"]

FORECAST_LEVEL: Final = 0.8
"""Probability of the interval."""

_RESAMPLES, _FEWEST_ROUNDS, _FEWEST_ITEMS = 200, 4, 10
_LEAST = 1e-6


@dataclass(frozen=True)
class GainForecast:
    """What more votes would bring.

    Attributes:
        more: Further requests, as a share of those made.
        gain: Expected fall of the cross-entropy of people's votes, nats.
        low: Lower end of its interval.
        high: Upper end of it.
    """

    more: float
    gain: float
    low: float
    high: float


def forecast_gain(
    requests: NDArray[np.int64], view: ValidationView, rng: np.random.Generator, *, more: float = 0.2
) -> GainForecast | None:
    """Extrapolate the validation curve by a power law in the requests made.

    The curve is paired: the model of each round is compared with the present one on the items that both have
    predictions for, so that validation votes that came later do not pass for a change of the model. The interval
    resamples validation items, and lets both ends scatter about the law as the rounds before did: a gain may be a loss.

    Args:
        requests: Requests made by the end of each round, increasing, shape (n_rounds,).
        view: Validation votes and the predictions of each round.
        rng: Source of the resamples.
        more: Further requests, as a share of those made.

    Returns:
        The forecast; ``None`` with fewer than four rounds or ten validation items.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> truth = rng.dirichlet([1.0, 1.0], 300)
        >>> n = np.arange(1, 9) * 100
        >>> rounds = [truth + (0.5 - truth) * (100 / k) ** 0.5 for k in n]
        >>> votes = np.array([rng.multinomial(3, row) for row in truth]).astype(float)
        >>> found = forecast_gain(n, ValidationView(votes, rounds, votes, 5), rng)
        >>> found.low < found.gain < found.high < 0.02
        True
    """
    n_items = view.counts.shape[0]
    if len(view.rounds) < _FEWEST_ROUNDS or n_items < _FEWEST_ITEMS:
        return None
    loss = np.stack([_losses(view.counts[: then.shape[0]], then, n_items) for then in view.rounds])
    # Items that a round had no prediction for are left out of its comparison.
    excess = loss - loss[-1]
    there = ~np.isnan(excess)
    votes = view.counts.sum(axis=1)
    weights = np.vstack([np.ones(n_items), rng.multinomial(n_items, np.full(n_items, 1 / n_items), _RESAMPLES)])
    known = there.sum(axis=1) >= _FEWEST_ITEMS
    mass = weights @ (votes * there[known]).T
    known_curve = (weights @ np.where(there, excess, 0.0)[known].T) / np.maximum(mass, _LEAST)
    if known_curve.shape[1] < _FEWEST_ROUNDS:
        return None
    level = (weights @ loss[-1]) / np.maximum(weights @ votes, _LEAST)
    made = requests[known].astype(np.float64)
    curve = level[:, None] + known_curve
    law = fit_power_law(made, np.ones(made.size), curve)
    gain = law.at(float(made[-1])) - law.at(float(made[-1]) * (1 + more))
    # Models scatter about the law, at both ends; as rounds did before.
    apart = curve - np.stack([law.at(n) for n in made], axis=1)
    rows = np.arange(1, apart.shape[0])
    here, later = rng.integers(made.size, size=(2, rows.size))
    gain[1:] += apart[rows, here] - apart[rows, later]
    low, high = np.quantile(gain[1:], [(1 - FORECAST_LEVEL) / 2, (1 + FORECAST_LEVEL) / 2])
    return GainForecast(more, float(gain[0]), float(low), float(high))


def _losses(counts: NDArray[np.float64], predicted: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Minus the log-likelihood of each item's votes; nan where there is no prediction."""
    found = np.full(n, np.nan)
    found[: counts.shape[0]] = -(counts * np.log(np.maximum(predicted, _LEAST))).sum(axis=1)
    return found
