"""Majority vote: the hard label as an aggregation method."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.labels.base import Fit, LabelEstimate, Watch, class_shares, need_classes, population_statement
from variorum.labels.counts import normalize
from variorum.labels.fit import fill, unwatched
from variorum.labels.hard import majority_set
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = ["fit_majority_vote", "majority_vote"]


def majority_vote(annotations: Annotations, *, weights: ArrayLike | None = None) -> LabelEstimate:
    """All mass on the class with the most votes; top classes that tie share it equally.

    Args:
        annotations: The votes.
        weights: The population: weight of each annotator, shape (n_annotators,); equal by default.

    Returns:
        Estimate whose posterior rows are 1 on one class, or 1/m on each of m that tie.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 0, 1])
        >>> majority_vote(votes).posterior
        array([[0.5, 0.5],
               [0. , 1. ]])
    """
    need_classes(annotations, "majority vote")
    posterior = _tops(annotations.counts(weights))
    return LabelEstimate("majority", posterior, class_shares(posterior), population_statement(annotations, weights))


def fit_majority_vote(votes: VoteMatrix, posterior: Rows, _watch: Watch = unwatched) -> Fit:
    """Majority vote of equal annotators, on a vote matrix whose shards and posterior need not be in memory.

    Args:
        votes: The votes.
        posterior: Overwritten, shape (n_rows, n_classes).

    Returns:
        The fit.
    """
    return fill("majority", votes, posterior, _tops)


def _tops(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return normalize(majority_set(counts).astype(np.float64))
