"""The reading model by loops over units, types and votes, on plain probabilities: a reference for its arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition.reading_model import ReadingModel

Array = NDArray[np.float64]


@dataclass
class Naive:
    """What a model says, computed naively.

    Attributes:
        prior: Probability of each type for each unit before its votes, (n_units, n_types).
        posterior: The same after them.
        chance: Probability that each entry is careless in each type, (n_entries, n_types).
        likelihood: Probability of each entry in each type.
        log_likelihood: Of all votes, nats.
    """

    prior: Array
    posterior: Array
    chance: Array
    likelihood: Array
    log_likelihood: float

    def careless(self, of_entry: NDArray[np.int64]) -> Array:
        """Probability that each entry is careless, given all."""
        return np.array([self.chance[n] @ self.posterior[unit] for n, unit in enumerate(of_entry)])


def reading(theta: Array, leaning: Array) -> Array:
    """What an annotator of this leaning reads in an item of this distribution."""
    tilted = theta * np.exp(leaning)
    return np.asarray(tilted / tilted.sum())


def rate_of(model: ReadingModel, n: int) -> float:
    """Probability that an entry is careless before its label is seen."""
    rate = model.responses.rate[model.entries.voter[n]]
    odds = rate / (1 - rate)
    if model.evidence is not None:
        odds *= np.exp(model.evidence.given[n] + sum(model.evidence.features[n] * model.evidence.weight))
    return float(odds / (1 + odds))


def naive(model: ReadingModel) -> Naive:
    """Everything, by loops."""
    entries, units, types = model.entries, model.units, model.types.distribution
    prior, posterior = (np.empty((units.item.size, len(types))) for _ in range(2))
    chance, likelihood = (np.empty((entries.size, len(types))) for _ in range(2))
    for n in range(entries.size):
        a, label, rate = entries.voter[n], entries.label[n], rate_of(model, n)
        careless = rate * model.responses.strategy[a, label]
        for m, theta in enumerate(types):
            likelihood[n, m] = careless + (1 - rate) * reading(theta, model.responses.leaning[a])[label]
            chance[n, m] = careless / likelihood[n, m]
    total = 0.0
    for unit in range(len(units.item)):
        stratum = int(units.stratum[unit])
        for m, theta in enumerate(types):
            prior[unit, m] = np.exp(model.types.log_weight[stratum, m])
            if units.prior is not None:
                prior[unit, m] *= np.prod(theta ** (model.types.tilt[stratum] * units.prior[unit]))
        prior[unit] /= prior[unit].sum()
        joint = prior[unit].copy()
        for n in np.flatnonzero(units.of_entry == unit).tolist():
            joint *= likelihood[n] ** entries.weight[n]
        posterior[unit] = joint / joint.sum()
        total += float(np.log(joint.sum()))
    return Naive(prior, posterior, chance, likelihood, total)
