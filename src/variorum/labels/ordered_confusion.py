"""Confusion that falls with distance: two numbers an annotator, and a scale that all share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

__all__ = ["OrderedConfusion", "Reading"]

# In nats a step: a neighbour of the true level is answered an e^2th as often.
_FIRST_PRECISION: Final = 2.0
_ATTRACTION_SD: Final = 2.0
# Distances of neighbours are learned from those of the scheme on, which count so much.
_DISTANCE_WEIGHT: Final = 5.0


@dataclass(frozen=True, eq=False)
class Reading:
    """How the annotators read the scale; positions are one apart on average, and the lowest is 0.

    Attributes:
        precision: Nats that one step away from the true level costs each voter, shape (n_voters,).
        bias: Nats that one step up gains with each voter, whatever the true level, shape (n_voters,).
        attraction: Nats that each label has with everybody, up to a constant, shape (n_classes,).
        position: Of each level, shape (n_classes,), increasing.
        usual: The precision that those of the voters are spread around.
    """

    precision: NDArray[np.float64]
    bias: NDArray[np.float64]
    attraction: NDArray[np.float64]
    position: NDArray[np.float64]
    usual: float


@dataclass(frozen=True, eq=False)
class OrderedConfusion:
    """The annotators' side of `ordinal_dawid_skene`, whose docstring has the formula and the priors.

    Parameters travel as one vector without bounds: precision and bias of each voter, attraction of each label, log
    distances of neighbours up to a constant, and the usual precision. All but the distances are linear in the logarithm
    of an answer's odds.

    Attributes:
        voter: Voter of each cell, shape (n_cells,).
        label: Label of each cell, shape (n_cells,).
        n_voters: Number of voters.
        distance: Of each level from the next, as the scheme has it, shape (n_classes - 1,), above 0, 1 on average.
        precision_sd: Standard deviation of the voters' precisions.
        bias_sd: Standard deviation of their biases.
    """

    voter: NDArray[np.int64]
    label: NDArray[np.int64]
    n_voters: int
    distance: NDArray[np.float64]
    precision_sd: float
    bias_sd: float

    @property
    def n_classes(self) -> int:
        """Number of levels."""
        return self.distance.size + 1

    @property
    def n_parameters(self) -> int:
        """Length of the vector of parameters."""
        return 2 * self.n_voters + 2 * self.n_classes

    def start(self) -> NDArray[np.float64]:
        """Parameters of annotators alike and without bias, on the scheme's own scale."""
        each, nothing = np.full(self.n_voters, _FIRST_PRECISION), np.zeros(self.n_voters + self.n_classes)
        return np.concatenate((each, nothing, np.log(self.distance), [_FIRST_PRECISION]))

    def unit(self, n_votes: NDArray[np.float64]) -> NDArray[np.float64]:
        """About how far each parameter can move by chance, given the number of votes of each voter."""
        k, total = self.n_classes, n_votes.sum()
        by_precision, by_bias = self.precision_sd**-2 + n_votes / 5, self.bias_sd**-2 + n_votes / 2
        by_label = np.full(k, 1 + total / (2 * k))
        by_distance = np.full(k - 1, _DISTANCE_WEIGHT + total / (2 * k))
        usual = self.precision_sd**-2 * (self.n_voters + 1)
        return np.asarray(np.concatenate((by_precision, by_bias, by_label, by_distance, [usual])) ** -0.5)

    def reading(self, point: NDArray[np.float64]) -> Reading:
        """What the parameters mean."""
        precision, bias, attraction, log_distance, usual = self._parts(point)
        # A scheme of one label has no distances.
        steps = self.distance.size * np.exp(log_softmax(log_distance)) if log_distance.size else log_distance
        return Reading(precision, bias, attraction, np.append(0.0, np.cumsum(steps)), float(usual[0]))

    def log_confusion(self, reading: Reading) -> NDArray[np.float64]:
        """Log-probability of each label given each true level, shape (n_voters, true level, label)."""
        away = np.abs(reading.position - reading.position[:, None])
        scores = reading.attraction + reading.bias[:, None] * reading.position
        scores = scores[:, None, :] - reading.precision[:, None, None] * away
        return np.asarray(log_softmax(scores, axis=2))

    def of_cells(self, confusion: NDArray[np.float64]) -> NDArray[np.float64]:
        """What (n_voters, true level, label) has for each cell's voter and label, shape (n_cells, n_classes)."""
        return np.asarray(confusion[self.voter, :, self.label])

    def log_prior(self, reading: Reading) -> float:
        """Logarithm of the prior density up to a constant, nats."""
        spread = np.append(reading.precision, _FIRST_PRECISION) - reading.usual
        squares = (spread @ spread) / self.precision_sd**2 + (reading.bias @ reading.bias) / self.bias_sd**2
        squares += (reading.attraction @ reading.attraction) / _ATTRACTION_SD**2
        distances = self.distance @ np.log(np.diff(reading.position))
        return float(_DISTANCE_WEIGHT * distances - squares / 2)

    def gradient(
        self, reading: Reading, confusion: NDArray[np.float64], expected: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Gradient of the expected log-likelihood of the votes plus the log prior, by the parameters.

        Args:
            reading: Where.
            confusion: Probabilities there, shape (n_voters, true level, label).
            expected: Votes in each cell by true level, shape (n_cells, n_classes).

        Returns:
            Shape (n_parameters,).
        """
        k = self.n_classes
        excess = np.zeros((self.n_voters, k, k))
        excess[self.voter, :, self.label] = expected
        excess -= confusion * excess.sum(axis=2, keepdims=True)
        by_label = excess.sum(axis=1)
        away = np.abs(reading.position - reading.position[:, None])
        spread = (reading.precision - reading.usual) / self.precision_sd**2
        usual = spread.sum() + (_FIRST_PRECISION - reading.usual) / self.precision_sd**2
        # A longer distance lifts the labels above it, and costs those on the other side of it from the true level.
        level, gap = np.arange(k), np.arange(k - 1)
        above = level[:, None] > gap
        across = above[:, None, :] != above
        by_distance = (reading.bias @ by_label) @ above
        by_distance -= np.einsum("cl,clg->g", np.einsum("v,vcl->cl", reading.precision, excess), across)
        distance = np.diff(reading.position)
        by_log = distance * (by_distance - (distance @ by_distance) / max(1, k - 1))
        return np.concatenate(
            (
                -np.einsum("vcl,cl->v", excess, away) - spread,
                by_label @ reading.position - reading.bias / self.bias_sd**2,
                by_label.sum(axis=0) - reading.attraction / _ATTRACTION_SD**2,
                by_log + _DISTANCE_WEIGHT * (self.distance - distance),
                [usual],
            )
        )

    def _parts(self, point: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        ends = np.cumsum([self.n_voters, self.n_voters, self.n_classes, self.n_classes - 1])
        return np.split(point, ends)
