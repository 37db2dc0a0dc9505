"""Interval estimation: whoever may be the most reliable, the unknown included."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_best
from variorum.assignment.history import fall_back, votes_each

__all__ = ["interval_estimation", "upper_reliability"]

PRIOR_VOTES: Final = 10.0
"""As many votes as what was believed beforehand counts in an annotator's error rate."""

_UPPER: Final = 0.975


def interval_estimation(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask the annotator whose reliability has the highest upper end of its 95 % interval.

    Reliability is one minus the error rate: the share of votes that are no slips. Who was asked little has a wide
    interval and is tried; who was asked much needs few slips to be asked on. It is a rule for one truth: people who
    read an item unlike the model's expectation look less reliable, and the label distribution that is bought leans to
    those who agree with it.

    Args:
        picks: The picks.
        view: The pool, with error rates.
        rng: Source of randomness, for ties.

    Returns:
        The assignments; at random, and all `forced`, while fewer than two annotators have voted.

    Raises:
        ArgumentError: If the pool has no error rates.

    Source:
        Donmez, Carbonell and Schneider 2009 (KDD), IEThresh. There reliability is agreement with the majority, and all
        annotators with an upper end near the highest are asked; here the best one is, again after each pick, and a
        request narrows the interval at once, so that a round does not go to one annotator alone.
    """
    if np.count_nonzero(votes_each(view)) < 2:
        return fall_back(picks, view, rng)
    rates = view.given("error_rates", "interval-estimation")

    def score(_item: int, _candidates: NDArray[np.int32], asked: NDArray[np.int64]) -> NDArray[np.float64]:
        return upper_reliability(rates, asked)

    return assign_best(picks, view, rng, score)


def upper_reliability(error_rates: NDArray[np.float64], asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """Upper end of the 95 % interval of reliability: m + t s / sqrt(n), with n requests beside ten believed ones.

    Args:
        error_rates: Share of each annotator's votes that are slips, in [0, 1], shape (n_annotators,).
        asked: Requests to each, same shape; also those not answered, or who always abstains would stay unknown.

    Returns:
        Shape (n_annotators,), at least 0; it may exceed 1.

    Source:
        Donmez et al. 2009, equation 1.

    Example:
        >>> upper_reliability(np.array([0.1, 0.1, 0.02]), np.array([0, 40, 40])).round(3)
        array([1.126, 0.986, 1.02 ])
    """
    n, who = np.unique(asked + PRIOR_VOTES, return_inverse=True)
    width = stdtrit(n - 1.0, _UPPER) / np.sqrt(n - 1.0)
    upper: NDArray[np.float64] = 1.0 - error_rates + width[who] * np.sqrt(error_rates * (1.0 - error_rates))
    return upper
