"""What runs on a vote matrix alone: the seat of the kernels, which this room drives in memory and engines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.labels.base import LabelEstimate, population_statement
from variorum.labels.iteration import over_items
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = ["Fit", "Kernel", "Watch", "as_estimate", "climb", "fill", "unwatched"]

# Called after each iteration with its number, from 1, and the gain of the objective, nats a vote; nan at first.
Watch = Callable[[int, float], None]


@dataclass(frozen=True, eq=False)
class Fit:
    """What a kernel found, beside the posterior; fields that `LabelEstimate` has too mean the same.

    Attributes:
        method: Name of the method.
        priors: Shape (n_classes,).
        skill: Shape (n_annotators,).
        pooled_skill: The skill of unknown annotators, where there are any.
        strategy: Shape (n_annotators, n_classes).
        confusion: Shape (n_annotators, n_classes, n_classes).
        pooled_confusion: Shape (n_classes, n_classes).
        trace: Length n_iterations.
        converged: Whether the criterion was met.
        notes: One sentence each.
    """

    method: str
    priors: NDArray[np.float64]
    skill: NDArray[np.float64] | None = None
    pooled_skill: float | None = None
    strategy: NDArray[np.float64] | None = None
    confusion: NDArray[np.float64] | None = None
    pooled_confusion: NDArray[np.float64] | None = None
    trace: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    converged: bool = True
    notes: tuple[str, ...] = ()


class Kernel(Protocol):
    """A method that needs nothing but the votes, shard by shard, and a place for its posterior.

    The contract: memory grows with cells x classes and with the largest shard, never with items; each pass reads the
    shards in order, and reads no row of the posterior before writing it in the same pass; options are checked before
    the first shard is read.
    """

    def __call__(self, votes: VoteMatrix, posterior: Rows, watch: Watch, /) -> Fit:
        """Overwrite the posterior and return the rest."""
        ...


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
