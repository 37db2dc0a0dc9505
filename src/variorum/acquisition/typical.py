"""Typical items: one from each dense region of the pool that nobody was asked about."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning

from variorum.acquisition.base import pick_by_level
from variorum.acquisition.distances import blocks, squared_distances
from variorum.annotations import Picks, PoolView

__all__ = ["pick_typical", "typical", "typicality"]

_CLUSTERS: Final = 500
_NEIGHBOURS: Final = 20
_PAIRS: Final = 1 << 20
"""Items times clusters up to which k-means reads every item in every step."""
_SMALL: Final = 5
"""Clusters of fewer items come last: they are outliers more often than regions."""
_SAMPLE: Final = 2048
"""Items that stand for a cluster where it is larger."""


def typical(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick typical items of regions that no item asked about lies in.

    The pool is cut into as many clusters as items were asked about and are to be picked. Clusters without an item asked
    about come first, large ones before small ones, and from each the item is taken that lies closest to its neighbours.
    It reads features alone, needs no model, and is made for the beginning of a campaign.

    Args:
        view: The pool, with features.
        n: How many items.
        rng: Source of randomness: k-means, ties, and which 2,048 items stand for a larger cluster.

    Returns:
        The picks; scores are typicalities, see `typicality`.

    Raises:
        ArgumentError: If the view has no features.

    Source:
        Hacohen, Dekel and Weinshall (2022), TypiClust: at most 500 clusters, neighbours within the cluster, 20 or half
        of it, and clusters of fewer than 5 items last, as in the authors' code; k-means on mini-batches where items
        times clusters exceed 2^20.
    """
    features = view.given("features", "typical")
    return pick_by_level(view, n, lambda rows, covered, k: pick_typical(features, rows, covered, k, rng))


def typicality(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How dense the neighbourhood of each point of a cluster is.

    Args:
        points: Shape (n_points, n_features).

    Returns:
        Inverse mean distance to the 20 nearest other points, or to half as many as there are points, in [0, 1e12]; 0
        for a lone point.

    Example:
        >>> typicality(np.array([[0.0], [1.0], [5.0], [10.0]])).round(2)
        array([0.33, 0.4 , 0.22, 0.14])
    """
    n = points.shape[0]
    neighbours = min(_NEIGHBOURS, n // 2)
    if not neighbours:
        return np.zeros(n)
    centred = np.subtract(points, points.mean(axis=0), dtype=np.float32, casting="same_kind")
    mean = np.empty(n)
    for part in blocks(n, n):
        squared = squared_distances(centred[part], centred)
        # A point is no neighbour of its own.
        squared[np.arange(squared.shape[0]), np.arange(part.start, part.stop)] = np.inf
        nearest = np.partition(squared, neighbours - 1, axis=1)[:, :neighbours]
        mean[part] = np.sqrt(nearest).mean(axis=1)
    return 1 / np.maximum(mean, 1e-12)


def pick_typical(
    features: NDArray[np.float64],
    rows: NDArray[np.int64],
    covered: NDArray[np.int64],
    k: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choose the most typical rows of the clusters that hold fewest covered ones.

    Args:
        features: Shape (n_pool, n_features).
        rows: Candidates.
        covered: Rows that were asked about, possibly none.
        k: How many, at most all of the candidates.
        rng: Source of randomness.

    Returns:
        The chosen rows, and the typicality of each.
    """
    n_clusters = min(covered.size + k, _CLUSTERS, features.shape[0])
    of = _clusters(features, n_clusters, rng)
    size, asked, n_candidates = (np.bincount(of[at], minlength=n_clusters) for at in (slice(None), covered, rows))
    # By cluster, candidates first, and otherwise in random order, so that any start of a cluster is a sample of it.
    other = np.ones(of.size, bool)
    other[rows] = False
    pool = rng.permutation(of.size)
    pool = pool[np.lexsort((other[pool], of[pool]))]
    start = np.cumsum(size) - size
    # Each candidate is a turn of its cluster; a second turn counts as if the first were asked about already.
    cluster = np.repeat(np.arange(n_clusters), n_candidates)
    turn = np.arange(rows.size) - np.repeat(np.cumsum(n_candidates) - n_candidates, n_candidates)
    tie = rng.random(n_clusters)[cluster]
    cluster = cluster[np.lexsort((tie, -size[cluster], asked[cluster] + turn, size[cluster] < _SMALL))[:k]]
    chosen, scores = np.zeros(k, np.int64), np.zeros(k)
    for code in np.unique(cluster):
        turns = np.flatnonzero(cluster == code)
        members = pool[start[code] :][: min(size[code], max(_SAMPLE, turns.size))]
        score = typicality(features[members])[: n_candidates[code]]
        best = np.argsort(-score, kind="stable")[: turns.size]
        chosen[turns], scores[turns] = members[best], score[best]
    return chosen, scores


def _clusters(features: NDArray[np.float64], n_clusters: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Cluster of each row by k-means, in float32, shifted to the mean before anything is rounded."""
    points = np.subtract(features, features.mean(axis=0), dtype=np.float32, casting="same_kind")
    method = KMeans if points.shape[0] * n_clusters <= _PAIRS else MiniBatchKMeans
    with warnings.catch_warnings():
        # Items that are alike leave clusters empty, and so they should.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = method(n_clusters, n_init=1, random_state=int(rng.integers(2**31))).fit(points)
    return np.asarray(fitted.labels_, np.int64)
