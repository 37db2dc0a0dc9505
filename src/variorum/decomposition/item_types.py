"""What an item's label distribution may be: one of many types, each with a weight that the votes decide."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

__all__ = ["ItemTypes", "TypeSums", "type_grid"]

Array = NDArray[np.float64]

# A type never rules a class out, or one odd vote would rule out the type.
_LEAST: Final = 1e-3
# Of a share that is neither certain nor even: p (1 - p).
_TYPICAL_VARIANCE: Final = 0.2
# Most classes of which the grid is fine enough for its points to stand for themselves.
_FINE: Final = 3
# Types that may be tried: more of them where the grid is coarse.
_MOST_TYPES: Final = 100
_MOST_COARSE: Final = 250
# Of a label distribution that is nearly certain.
_NEARLY: Final = 0.95
# A tilt beyond it makes the prior a certainty.
_MOST_TILT: Final = 60.0


def type_grid(n_classes: int, most: int | None = None) -> Array:
    """An even grid of label distributions, the corners included.

    A coarse grid, as many classes have, lies far from most distributions. Its points are drawn towards the centre, as
    far as half a vote for each class would draw them: a vote for a class that a point gives nothing would be taken for
    careless. Corners stay, with points near them.

    Args:
        n_classes: Number of classes, 1 or more.
        most: Most points, 100 if not given, or 250 from four classes on; the finest grid with so many is taken, and the
            corners, their midpoints and the centre if there are more classes than that. From four classes on there are
            two more for each class.

    Returns:
        Shape (n_types, n_classes), rows sum to one, all values positive.

    Example:
        >>> type_grid(2, 3).round(2)
        array([[0. , 1. ],
               [0.5, 0.5],
               [1. , 0. ]])
    """
    if n_classes == 1:
        return np.ones((1, 1))
    steps = _steps(n_classes, most)
    # Positions of n_classes - 1 bars among so many steps: stars and bars.
    bars = np.array(list(itertools.combinations(range(steps + n_classes - 1), n_classes - 1)))
    edges = np.hstack((np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), steps + n_classes - 1)))
    grid = (np.diff(edges, axis=1) - 1) / steps
    if steps < n_classes:
        grid = np.vstack((grid, np.full(n_classes, 1 / n_classes)))
    if n_classes > _FINE:
        worth, corners = _worth(steps), np.eye(n_classes)
        nearly = _NEARLY * corners + (1 - _NEARLY) / n_classes
        grid = np.vstack(((worth * grid + 0.5) / (worth + 0.5 * n_classes), nearly, corners))
    grid = np.maximum(grid, _LEAST)
    return np.asarray(grid / grid.sum(axis=1, keepdims=True))


def _worth(steps: int) -> float:
    """Votes that a point of a grid of so many steps stands for.

    A Dirichlet of that precision around a typical point varies as much as an even spread over one step does.
    """
    return 12 * _TYPICAL_VARIANCE * steps**2


def _steps(n_classes: int, most: int | None = None) -> int:
    """Steps of the grid from one corner to the next."""
    if most is None:
        most = _MOST_TYPES if n_classes <= _FINE else _MOST_COARSE
    return max(s for s in range(1, 51) if s <= 2 or comb(s + n_classes - 1, n_classes - 1) <= most)


@dataclass(frozen=True, eq=False)
class TypeSums:
    """What an M-step needs of the items; blocks of them add up.

    Attributes:
        posterior: Sum of the posterior over units, shape (n_strata, n_types).
        prior: Sum of the prior, same shape.
        gradient: Derivative of the expected log prior by the tilt, shape (n_strata,).
        curvature: Its second derivative, without the sign.
    """

    posterior: Array
    prior: Array
    gradient: Array
    curvature: Array

    def __add__(self, other: TypeSums) -> TypeSums:
        return TypeSums(
            self.posterior + other.posterior,
            self.prior + other.prior,
            self.gradient + other.gradient,
            self.curvature + other.curvature,
        )


@dataclass(frozen=True, eq=False)
class ItemTypes:
    """The distribution of item types: weights by stratum, tilted towards each item's own prior.

    A unit (an item, or an item as one group of annotators reads it) of stratum s has type m with probability
    proportional to ``exp(log_weight[s, m] + tilt[s] * sum_k prior[k] log distribution[m, k])``.

    Attributes:
        distribution: Label distribution of each type, shape (n_types, n_classes).
        log_weight: Shape (n_strata, n_types).
        tilt: How far a unit's own prior counts, in votes, shape (n_strata,); unused without priors.
        share: How common each type is among the units, shape (n_strata, n_types), rows sum to one. With priors that is
            not the weight, which the tilt works upon.
    """

    distribution: Array
    log_weight: Array
    tilt: Array
    share: Array

    @property
    def worth(self) -> float:
        """Votes that a type counts for beside a unit's own, since distributions lie between the points of the grid."""
        return _worth(_steps(self.distribution.shape[1]))

    @classmethod
    def even(cls, n_classes: int, n_strata: int = 1) -> ItemTypes:
        """All types of the grid, equally likely, and a tilt of one vote."""
        grid = type_grid(n_classes)
        share = np.full((n_strata, len(grid)), 1 / len(grid))
        return cls(grid, np.log(share), np.ones(n_strata), share)

    def log_prior(self, stratum: NDArray[np.int64], pull: Array | None) -> Array:
        """Log probability of each type for each unit.

        Args:
            stratum: Stratum of each unit, shape (n_units,).
            pull: Expected log probability of a type under the unit's prior, shape (n_units, n_types), from `pull`.

        Returns:
            Shape (n_units, n_types).
        """
        weight = self.log_weight - logsumexp(self.log_weight, axis=1, keepdims=True)
        if pull is None:
            return np.asarray(weight[stratum])
        scores = weight[stratum] + self.tilt[stratum, None] * pull
        return np.asarray(scores - logsumexp(scores, axis=1, keepdims=True))

    def pull(self, prior: Array) -> Array:
        """Expected log probability of each type under priors of shape (n_units, n_classes): (n_units, n_types)."""
        return np.asarray(prior @ np.log(self.distribution).T)

    def sums(self, stratum: NDArray[np.int64], pull: Array | None, log_prior: Array, posterior: Array) -> TypeSums:
        """What `update` needs of some units."""
        n_strata = self.tilt.size
        member = np.zeros((n_strata, stratum.size))
        member[stratum, np.arange(stratum.size)] = 1.0
        if pull is None:
            nothing = np.zeros(n_strata)
            return TypeSums(member @ posterior, np.zeros_like(self.log_weight), nothing, nothing)
        prior = np.exp(log_prior)
        mean = (prior * pull).sum(axis=1)
        gradient = (posterior * pull).sum(axis=1) - mean
        curvature = (prior * pull**2).sum(axis=1) - mean**2
        return TypeSums(member @ posterior, member @ prior, member @ gradient, member @ curvature)

    def update(self, sums: TypeSums, tilted: bool) -> ItemTypes:
        """One M-step: weights by their share, or, where units have priors, one step of scaling and one of the tilt."""
        share = sums.posterior / np.maximum(sums.posterior.sum(axis=1, keepdims=True), 1e-300)
        if not tilted:
            return replace(self, log_weight=np.log(np.maximum(share, 1e-12)), share=share)
        step = np.log(np.maximum(sums.posterior, 1e-9) / np.maximum(sums.prior, 1e-12))
        weight = self.log_weight + step
        weight -= logsumexp(weight, axis=1, keepdims=True)
        tilt = np.clip(self.tilt + sums.gradient / (sums.curvature + 1e-6), 0.0, _MOST_TILT)
        return replace(self, log_weight=np.maximum(weight, -30.0), tilt=tilt, share=share)
