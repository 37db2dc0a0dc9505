"""BADGE: a batch of items whose gradients are large and point different ways."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import pick_by_level
from variorum.acquisition.distances import blocks
from variorum.annotations import Picks, PoolView

__all__ = ["badge", "sample_spread", "squared_gradient_distances"]

_DRAWS: Final = 64
"""Proposals drawn at a time; where all of them are refused, every bound is brought up to date."""
_ROUNDING: Final = 1e-12
"""Share of the squared norms below which a squared distance is rounding."""


def badge(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick a batch that is uncertain and diverse at once.

    An item stands for the gradient of the log-likelihood in the last layer, were its likeliest label true: the outer
    product of (prediction - that label) and the item's features. Its length is the model's uncertainty, with human
    variation in it; the batch is spread over these gradients as k-means++ spreads its starting points.

    Args:
        view: The pool, with features; they stand for what the last layer reads.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks. The first has the largest gradient; each other one is drawn with a probability proportional to the
        squared distance of its gradient to the nearest before it. Scores are that distance, and the first one's length.

    Raises:
        ArgumentError: If the view has no features.

    Source:
        Ash et al. (2020), algorithm 1, with the largest gradient first as in the authors' code. The prediction is the
        mean over members.
    """
    features = view.given("features", "badge")
    error = view.members.mean(axis=0)
    error[np.arange(view.n_pool), error.argmax(axis=1)] -= 1.0
    return pick_by_level(view, n, lambda rows, _, k: sample_spread(error, features, rows, k, rng))


def squared_gradient_distances(
    error: NDArray[np.float64], features: NDArray[np.float64], rows: NDArray[np.int64], others: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Squared distances between outer products of error and features, without forming one.

    ``|a h' - b g'|^2 = |a|^2 |h|^2 + |b|^2 |g|^2 - 2 (a.b)(h.g)`` for errors a, b and features h, g.

    Args:
        error: Prediction less label, shape (n_pool, n_classes).
        features: Shape (n_pool, n_features).
        rows: Rows of one side.
        others: Rows of the other.

    Returns:
        Shape (len(rows), len(others)), at least 0.

    Example:
        >>> squared_gradient_distances(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), np.array([0]), np.array([1]))
        array([[25.]])
    """
    a, h = error[rows], features[rows]
    b, g = error[others], features[others]
    lengths = (_squares(a) * _squares(h))[:, None] + _squares(b) * _squares(g)
    squared = lengths - 2 * (a @ b.T) * (h @ g.T)
    return np.where(squared > _ROUNDING * lengths, squared, 0.0)


def sample_spread(
    error: NDArray[np.float64],
    features: NDArray[np.float64],
    rows: NDArray[np.int64],
    k: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw rows by k-means++ over their gradients, the largest first.

    Distances to the nearest row drawn only shrink, so old ones are bounds: rows are proposed in proportion to the bound
    and kept with the probability that the distance is of it, which is a draw in proportion to the distance itself.

    Args:
        error: Prediction less label, shape (n_pool, n_classes).
        features: Shape (n_pool, n_features).
        rows: Candidates.
        k: How many, at least 1 and at most all of the candidates.
        rng: Source of randomness.

    Returns:
        The rows, and the distance of each to the nearest before it; of the first its length. Where all distances are 0
        the rest is any.
    """

    def to_nearest(at: NDArray[np.int64], others: list[int]) -> NDArray[np.float64]:
        pairs = squared_gradient_distances(error, features, rows[at], rows[others])
        return np.asarray(pairs.min(axis=1, initial=np.inf))

    everywhere = [np.arange(part.start, part.stop) for part in blocks(rows.size, features.shape[1])]
    length = np.concatenate([_squares(error[rows[part]]) * _squares(features[rows[part]]) for part in everywhere])
    chosen = [int(rng.choice(np.flatnonzero(length == length.max())))]
    squared = [float(length[chosen[0]])]
    # Bounds know of the first so many chosen rows, those proposed in vain of more.
    known, bound, refused = 0, np.full(rows.size, np.inf), True
    while len(chosen) < k:
        if refused:
            for part in everywhere:
                bound[part] = np.minimum(bound[part], to_nearest(part, chosen[known:]))
            known = len(chosen)
        total = np.cumsum(bound)
        if total[-1] == 0:
            break
        drawn = np.searchsorted(total, rng.random(_DRAWS) * total[-1], side="right")
        exact = np.minimum(bound[drawn], to_nearest(drawn, chosen[known:]))
        kept = drawn[rng.random(_DRAWS) * bound[drawn] < exact]
        bound[drawn] = exact
        refused = not kept.size
        if not refused:
            chosen.append(int(kept[0]))
            squared.append(float(bound[kept[0]]))
            bound[kept[0]] = 0.0
    # Where nothing tells those left apart, any of them.
    left = np.ones(rows.size, bool)
    left[chosen] = False
    rest = rng.choice(np.flatnonzero(left), k - len(chosen), replace=False)
    scores = np.sqrt(np.concatenate([squared, np.zeros(rest.size)]))
    return rows[np.concatenate([chosen, rest])], scores


def _squares(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors))
