"""What kernels share: iterating until little is gained, rows made of counts, and the way to an estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.labels.base import Fit, LabelEstimate, Watch, population_statement
from variorum.labels.iteration import over_items
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = ["as_estimate", "climb", "fill", "unwatched"]


def unwatched(iteration: int, gain: float) -> None:
    """The watch of those who do not watch."""


def climb(
    step: Callable[[], float], n_votes: float, max_iterations: int, tolerance: float, watch: Watch
) -> tuple[list[float], bool]:
    """Iterate until the objective gains less than the tolerance a vote.

    Args:
        step: One iteration; returns the objective before its update, nats.
        n_votes: Sum of the vote weights.
        max_iterations: Most iterations.
        tolerance: Nats a vote.
        watch: Called after each iteration.

    Returns:
        The objective of each iteration, and whether the criterion was met.

    Example:
        >>> values = iter([-9.0, -5.0, -4.0, -3.9])
        >>> climb(lambda: next(values), 2, 100, 1.0, unwatched)
        ([-9.0, -5.0, -4.0], True)
    """
    trace: list[float] = []
    converged = False
    while not converged and len(trace) < max_iterations:
        trace.append(step())
        gain = trace[-1] - trace[-2] if len(trace) > 1 else np.nan
        watch(len(trace), gain / n_votes)
        converged = bool(gain < tolerance * n_votes)
    return trace, converged


def fill(
    method: str, votes: VoteMatrix, posterior: Rows, form: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Fit:
    """Make each row of an item's vote counts alone.

    Args:
        method: Name of the method.
        votes: The votes.
        posterior: Overwritten.
        form: Turns counts, shape (n_rows, n_classes), into distributions.

    Returns:
        The fit, whose priors are the mean row.
    """
    by_class = np.eye(votes.n_classes)[votes.cell_label]
    total = np.zeros(votes.n_classes)
    for shard, first, last in votes.blocks():
        rows = form(shard @ by_class)
        total += rows.sum(axis=0)
        np.copyto(posterior[first:last], rows, casting="same_kind")
    return Fit(method, total / votes.n_rows if votes.n_rows else np.full(votes.n_classes, np.nan))


def as_estimate(annotations: Annotations, votes: VoteMatrix, posterior: NDArray[Any], fit: Fit) -> LabelEstimate:
    """A fit and its posterior, one row an item."""
    return LabelEstimate(
        fit.method,
        over_items(posterior, votes, len(annotations.items)),
        fit.priors,
        population_statement(annotations),
        confusion=fit.confusion,
        pooled_confusion=fit.pooled_confusion,
        skill=fit.skill,
        pooled_skill=fit.pooled_skill,
        strategy=fit.strategy,
        trace=fit.trace,
        converged=fit.converged,
        n_iterations=fit.trace.size,
        notes=fit.notes,
    )
