"""The scores that are asked which vote to buy, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum import acquisition
from variorum.acquisition.distances import squared_to_nearest
from variorum.acquisition.population_error import vote_values
from variorum.annotations import PoolView

__all__ = ["OURS", "READS", "REFERENCE", "SCORES"]

Array = NDArray[np.float64]

OURS: Final = "population-error"
"""Whose correlation is compared with that of every other score."""

REFERENCE: Final = "entropy"
"""What ours is to be better than."""


def _by_method(view: PoolView, rng: np.random.Generator, *, name: str) -> Array:
    """What a method that scores items one by one says of all that can be asked; nan for the others."""
    picks = acquisition.METHODS[name](view, view.n_pool, rng)
    found = np.full(view.n_pool, np.nan)
    found[picks.item] = picks.score
    return found


def _distance(view: PoolView, _: np.random.Generator) -> Array:
    """k-center's first pick is the largest: the distance to the nearest item that was asked about."""
    features = view.given("features", "k-center")
    rows = np.arange(view.n_pool)
    return np.asarray(np.sqrt(squared_to_nearest(features, rows, np.flatnonzero(view.asked > 0))), np.float64)


def _chance(view: PoolView, rng: np.random.Generator) -> Array:
    return rng.random(view.n_pool)


_BY_METHOD: Final = (
    "entropy",
    "least-confidence",
    "margin",
    "bald",
    "epig",
    "variance-reduction",
    "daal",
    "most-disagreement",
    "activelab",
)

SCORES: Final[Mapping[str, Callable[[PoolView, np.random.Generator], Array]]] = {
    OURS: vote_values,
    **{name: partial(_by_method, name=name) for name in _BY_METHOD},
    "k-center": _distance,
    "random": _chance,
}
"""What a score says of every item of a pool, larger is better, shape (n_pool,)."""

READS: Final = frozenset({"features", "disagreement"})
"""What of a `PoolView` they read beside members and votes."""
