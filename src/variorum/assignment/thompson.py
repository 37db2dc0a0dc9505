"""Thompson sampling on information per cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_best
from variorum.assignment.expertise import PRIOR_VOTES
from variorum.assignment.history import fall_back, votes_each

__all__ = ["thompson", "vote_information"]


def thompson(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Draw each annotator's error rate, and ask whose vote would then tell most for its price.

    Error rates are drawn anew at each pick, from a Beta distribution with the view's error rate as its mean and the
    weight of the annotator's votes and ten believed ones: who is little known is sometimes drawn well and tried. What a
    vote tells is `vote_information`.

    Args:
        picks: The picks.
        view: The pool, with members, error rates and prices.
        rng: Source of randomness.

    Returns:
        The assignments; at random, and all `forced`, while fewer than two annotators have voted.

    Raises:
        ArgumentError: If the pool has no error rates.

    Source:
        Thompson 1933; information per cost as the reward is ours.
    """
    votes = votes_each(view)
    if np.count_nonzero(votes) < 2:
        return fall_back(picks, view, rng)
    rates = np.clip(view.given("error_rates", "thompson"), 1e-6, 1.0 - 1e-6)
    weight = votes + PRIOR_VOTES
    price = np.maximum(view.prices[:-1], 1)
    items = np.unique(picks.item)
    expected = view.members[:, items].mean(axis=0)

    def score(item: int, _candidates: NDArray[np.int32], _asked: NDArray[np.int64]) -> NDArray[np.float64]:
        drawn = rng.beta(weight * rates, weight * (1.0 - rates))
        told: NDArray[np.float64] = vote_information(expected[np.searchsorted(items, item)], drawn) / price
        return told

    return assign_best(picks, view, rng, score)


def vote_information(expected: NDArray[np.float64], error_rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """What one vote tells about an item's label distribution: signal squared over noise.

    A vote follows the item's distribution p, or with the probability e is a slip that takes any of K classes: it is
    drawn from q = (1 - e) p + e / K. When p moves, q moves by (1 - e) of it, the signal; the noise is the variance of
    one vote, 1 - sum q^2. Mutual information with the vote's reading would be the wrong measure: it is high wherever
    people differ, however well it is known that they do.

    Args:
        expected: The item's label distribution as it is expected, shape (n_classes,).
        error_rates: In (0, 1], shape (n_annotators,).

    Returns:
        Shape (n_annotators,), at least 0. The ratio of two annotators is that of the votes needed of them.

    Example:
        >>> vote_information(np.array([0.5, 0.5]), np.array([0.0, 0.5, 1.0]))
        array([2. , 0.5, 0. ])
    """
    n_classes = expected.size
    kept = 1.0 - error_rates
    same = kept**2 * np.square(expected).sum() + (1.0 - kept**2) / n_classes
    noise = np.maximum(1.0 - same, np.finfo(np.float64).tiny)
    told: NDArray[np.float64] = kept**2 / noise
    return told
