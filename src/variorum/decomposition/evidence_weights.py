"""What times, repeats and other evidence say of a vote's being careless: a logistic regression within the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from variorum.decomposition.responses import CARELESS_PRIOR, Responses

__all__ = ["EvidenceWeights"]

Array = NDArray[np.float64]

# Prior precision of the weights of standardised features.
_PRECISION: Final = 3.0
_STEPS: Final = 2


@dataclass(frozen=True, eq=False)
class EvidenceWeights:
    """Weights of the evidence: the log odds of a careless vote are the voter's, plus the weighted features.

    Attributes:
        features: Standardised, shape (n_entries, n_features).
        given: Log odds that something else than votes and features adds, once all is fitted, shape (n_entries,).
        weight: Shape (n_features,).
    """

    features: Array
    given: Array
    weight: Array

    @classmethod
    def start(cls, features: Array) -> EvidenceWeights:
        """No feature says anything yet."""
        return cls(features, np.zeros(features.shape[0]), np.zeros(features.shape[1]))

    @property
    def offset(self) -> Array:
        """Log odds that all of it adds, shape (n_entries,)."""
        return np.asarray(self.given + self.features @ self.weight)

    def update(
        self,
        responses: Responses,
        voter: NDArray[np.int64],
        careless: Array,
        weight: Array,
        fixed: NDArray[np.bool_],
    ) -> tuple[Responses, EvidenceWeights]:
        """Newton steps of the voters' rates and of the weights, in turn.

        Args:
            responses: Parameters of the voters, whose rates are replaced.
            voter: Voter of each entry.
            careless: Expected careless votes of each entry, in [0, weight].
            weight: Weight of each entry.
            fixed: Voters whose rate stays.
        """
        a, b = CARELESS_PRIOR
        odds, slope = logit(responses.rate), self.weight
        for _ in range(_STEPS):
            chance = expit(odds[voter] + self.features @ slope)
            own = expit(odds)
            rise = np.bincount(voter, careless - weight * chance, minlength=odds.size) + a - (a + b) * own
            curve = np.bincount(voter, weight * chance * (1 - chance), minlength=odds.size) + (a + b) * own * (1 - own)
            odds = np.where(fixed, odds, odds + np.clip(rise / np.maximum(curve, 1e-12), -1.0, 1.0))
            chance = expit(odds[voter] + self.features @ slope)
            hessian = self.features.T @ (self.features * (weight * chance * (1 - chance))[:, None])
            hessian += _PRECISION * np.eye(slope.size)
            slope = slope + np.linalg.solve(
                hessian, self.features.T @ (careless - weight * chance) - _PRECISION * slope
            )
        rate = np.clip(expit(odds), 1e-6, 1 - 1e-6)
        return replace(responses, rate=rate), replace(self, weight=slope)
