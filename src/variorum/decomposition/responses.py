"""How annotators answer: by reading the item, with a leaning of their own, or carelessly, whatever the item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["CARELESS_FROM", "CARELESS_PRIOR", "STRATEGY_VOTES", "Responses"]

Array = NDArray[np.float64]

CARELESS_PRIOR: Final = (0.5, 4.5)
"""Careless and careful answers that every annotator starts from: one in ten is careless, and five votes outweigh it."""

CARELESS_FROM: Final = 0.8
"""Share of answers that do not depend on the item above which an annotator counts as careless throughout."""

STRATEGY_VOTES: Final = 1.0
"""Careless votes, spread over the classes, that every strategy starts from."""

# Annotators' worth of leanings of variance one quarter that the spread of leanings starts from.
_SPREAD_ANNOTATORS: Final = 4.0
_SPREAD_FIRST: Final = 0.25
_MOST_STEP: Final = 2.0
# Mean total variation between items below which they are alike.
_ALIKE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Responses:
    """Parameters of the voters.

    Attributes:
        rate: Probability of a careless answer, shape (n_voters,).
        strategy: What careless answers are, shape (n_voters, n_classes); rows sum to one.
        leaning: Log odds by which a voter favours each label in reading, shape (n_voters, n_classes): a reading of an
            item of distribution p is label l with probability proportional to ``p[l] * exp(leaning[l])``.
        spread: Covariance of leanings among annotators, shape (n_classes, n_classes).
    """

    rate: Array
    strategy: Array
    leaning: Array
    spread: Array

    @classmethod
    def start(cls, votes: Array) -> Responses:
        """Everybody alike, but for the strategies, which are the shares of the labels given.

        Args:
            votes: Votes of each voter by label, shape (n_voters, n_classes).
        """
        n_voters, n_classes = votes.shape
        prior = votes.sum(axis=0) / votes.sum()
        strategy = (votes + STRATEGY_VOTES * prior) / (votes.sum(axis=1, keepdims=True) + STRATEGY_VOTES)
        rate = CARELESS_PRIOR[0] / sum(CARELESS_PRIOR)
        return cls(
            np.full(n_voters, rate), strategy, np.zeros((n_voters, n_classes)), _SPREAD_FIRST * np.eye(n_classes)
        )

    def readings(self, types: Array) -> Array:
        """Probability of each label in a reading, shape (n_voters, n_classes, n_types)."""
        odds = np.exp(self.leaning)[:, :, None] * types.T
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def unconditional(self, types: Array, weight: Array) -> Array:
        """Share of each voter's answers that do not depend on the item, shape (n_voters,), in [0, 1].

        Where all items are of one type no answer could, and it is the voter's rate.

        Args:
            types: Label distribution of each type, shape (n_types, n_classes).
            weight: How common each type is, shape (n_types,).
        """
        readings = self.readings(types)
        mean = readings @ weight
        moves = 0.5 * (np.abs(readings - mean[:, :, None]).sum(axis=1) @ weight)
        common = weight @ types
        most = 0.5 * (np.abs(types - common).sum(axis=1) @ weight)
        depends = np.minimum(moves / most, 1.0) if most > _ALIKE else 1.0
        return np.asarray(1 - (1 - self.rate) * depends)

    def update(self, careless: Array, read: Array, types: Array, fixed: NDArray[np.bool_], *, lean: bool) -> Responses:
        """One M-step: rates and strategies by their counts, leanings by one Newton step, then their spread.

        Args:
            careless: Expected careless answers, shape (n_voters, n_classes).
            read: Expected careful answers by type, shape (n_voters, n_classes, n_types).
            types: Label distribution of each type, shape (n_types, n_classes).
            fixed: Voters whose rate and strategy stay, shape (n_voters,).
            lean: Whether leanings move too.
        """
        a, b = CARELESS_PRIOR
        n_careless, n_read = careless.sum(axis=1), read.sum(axis=(1, 2))
        rate = np.where(fixed, self.rate, (n_careless + a) / (n_careless + n_read + a + b))
        strategy = careless + STRATEGY_VOTES / careless.shape[1]
        strategy = np.where(fixed[:, None], self.strategy, strategy / strategy.sum(axis=1, keepdims=True))
        if not lean:
            return replace(self, rate=rate, strategy=strategy)
        leaning, doubt = self._lean(read, types)
        # Who always says the same has no leaning to learn from.
        weight = read.sum(axis=(0, 1))
        among = ~fixed & (self.unconditional(types, weight / weight.sum()) < CARELESS_FROM)
        spread = leaning[among].T @ leaning[among] + doubt[among].sum(axis=0)
        spread += _SPREAD_ANNOTATORS * _SPREAD_FIRST * np.eye(leaning.shape[1])
        spread /= np.count_nonzero(among) + _SPREAD_ANNOTATORS
        return replace(self, rate=rate, strategy=strategy, leaning=leaning, spread=spread)

    def _lean(self, read: Array, types: Array) -> tuple[Array, Array]:
        """Leanings after one Newton step, and their posterior covariance, (n_voters, n_classes, n_classes)."""
        chance = self.readings(types)
        total = read.sum(axis=1)
        expected = np.einsum("vm,vlm->vl", total, chance)
        precision = np.linalg.inv(self.spread)
        gradient = read.sum(axis=2) - expected - self.leaning @ precision
        curvature = -np.einsum("vm,vkm,vlm->vkl", total, chance, chance)
        diagonal = np.arange(types.shape[1])
        curvature[:, diagonal, diagonal] += expected
        doubt = np.linalg.inv(curvature + precision)
        step = np.einsum("vkl,vl->vk", doubt, gradient)
        largest = np.abs(step).max(axis=1, keepdims=True)
        return self.leaning + step * np.minimum(1.0, _MOST_STEP / np.maximum(largest, 1e-12)), doubt
