"""What the iterative methods share: who voted, options, the E-step on shards, and the warning at the end."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError
from variorum.labels.base import LabelEstimate, population_statement
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = [
    "FLOOR",
    "Sums",
    "Ties",
    "Voters",
    "agreement",
    "check_stopping",
    "entries",
    "expect",
    "gather",
    "group_voters",
    "need_known",
    "no_votes",
    "over_items",
    "own",
    "pooled_note",
    "softmax",
    "start_from_shares",
    "top_classes",
    "votes_of_cells",
    "warn_unconverged",
    "weighted_counts",
]

Ties = Literal["share", "first"]

# Expected counts, priors and probabilities of a vote below it are raised to it: nobody can rule out a class for good.
FLOOR: Final = 1e-10


@dataclass(frozen=True, eq=False)
class Sums:
    """What an M-step needs of the posterior; shards add up.

    Attributes:
        cells: Votes in each cell, weighted by the posterior of each class, shape (n_cells, n_classes).
        classes: Posterior summed over items, shape (n_classes,).
    """

    cells: NDArray[np.float64]
    classes: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Voters:
    """The annotators with votes; unknown ones are one voter, the last.

    Attributes:
        annotator: Position of each voter among the annotators, n_annotators for the unknown, shape (n_voters,).
        of_cell: Voter of each cell, shape (n_cells,).
        pooled: Whether the last voter stands for unknown annotators.
    """

    annotator: NDArray[np.int64]
    of_cell: NDArray[np.int64]
    pooled: bool

    def total(self, per_cell: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over each voter's cells, shape (n_voters,)."""
        return np.bincount(self.of_cell, per_cell, minlength=self.annotator.size).astype(np.float64, copy=False)

    def spread(self, per_voter: NDArray[np.float64], n_annotators: int) -> NDArray[np.float64]:
        """One row for each known annotator, nan without votes, shape (n_annotators, ...)."""
        spread = np.full((n_annotators + 1, *per_voter.shape[1:]), np.nan)
        spread[self.annotator] = per_voter
        return spread[:n_annotators]


def group_voters(votes: VoteMatrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First cell and number of cells of each annotator with votes; cells are in annotator order."""
    first = np.flatnonzero(np.diff(votes.cell_annotator, prepend=-1))
    return first, np.diff(first, append=votes.cell_annotator.size)


def need_known(votes: VoteMatrix, what: str, parameter: str) -> Voters:
    """Find the annotators with votes, and refuse votes of unknown annotators alone.

    Args:
        votes: The votes.
        what: Name of the method.
        parameter: What it estimates for each annotator.

    Returns:
        The voters.

    Raises:
        SchemeError: If there are votes and all are of unknown annotators.
    """
    pooled = bool(votes.cell_annotator.size and votes.cell_annotator[-1] == votes.n_annotators)
    if pooled and votes.cell_annotator[0] == votes.n_annotators:
        raise SchemeError(
            f"{what} needs to know who voted, and all annotators are unknown: "
            f'no {parameter} can be told from another. Use the method "soft" or "majority".'
        )
    first, size = group_voters(votes)
    return Voters(votes.cell_annotator[first], np.repeat(np.arange(first.size), size), pooled)


def check_stopping(max_iterations: int, tolerance: float) -> None:
    """Refuse a number of iterations below 1 and a tolerance below 0."""
    if max_iterations < 1:
        raise ArgumentError(f"max_iterations = {max_iterations} must be 1 or more.")
    if not tolerance >= 0:
        raise ArgumentError(f"tolerance = {tolerance} must be 0 or more.")


def warn_unconverged(what: str, max_iterations: int, criterion: str, *, stacklevel: int = 3) -> None:
    """Warn, on behalf of the caller's caller unless said otherwise, that the iterations ran out."""
    warnings.warn(
        f"{what} stopped after {max_iterations} iterations before {criterion}; raise max_iterations or the tolerance.",
        ConvergenceWarning,
        stacklevel=stacklevel,
    )


def over_items(rows: NDArray[Any], votes: VoteMatrix, n_items: int) -> NDArray[np.float64]:
    """Rows of the items with votes, among rows of nan, shape (n_items, ...)."""
    spread = np.full((n_items, *rows.shape[1:]), np.nan)
    spread[votes.voted] = rows
    return spread


def no_votes(method: str, annotations: Annotations) -> LabelEstimate:
    """The estimate where there is nothing to estimate from: nan."""
    shape = (len(annotations.items), annotations.scheme.n_classes)
    return LabelEstimate(method, np.full(shape, np.nan), np.full(shape[1], np.nan), population_statement(annotations))


def pooled_note(voters: Voters, parameter: str) -> tuple[str, ...]:
    """Say that unknown annotators share a parameter, where they do."""
    return (f"votes of unknown annotators share one {parameter}",) if voters.pooled else ()


def entries(votes: VoteMatrix) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Row, cell and weight of every vote, each of shape (n_entries,), rows in order."""
    if not votes.shards:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    sizes = np.concatenate([np.diff(shard.indptr) for shard in votes.shards])
    cell = np.concatenate([shard.indices for shard in votes.shards]).astype(np.int64)
    weight = np.concatenate([shard.data for shard in votes.shards]).astype(np.float64)
    return np.repeat(np.arange(votes.n_rows), sizes), cell, weight


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of unnormalised log-probabilities as distributions, shape (n_rows, n_classes)."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def votes_of_cells(votes: VoteMatrix) -> NDArray[np.float64]:
    """Sum of the vote weights in each cell, shape (n_cells,)."""
    total = np.zeros(votes.cell_label.size)
    for shard in votes.shards:
        total += shard.T @ np.ones(shard.shape[0], shard.dtype)
    return total


def weighted_counts(votes: VoteMatrix, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the weights of each item's votes by class.

    Args:
        votes: The votes.
        weight: Weight of a vote in each cell, shape (n_cells,).

    Returns:
        Shape (n_rows, n_classes).
    """
    by_class = np.eye(votes.n_classes)[votes.cell_label] * weight[:, None]
    blocks = [shard @ by_class for shard in votes.shards]
    return np.concatenate(blocks) if blocks else np.empty((0, votes.n_classes))


def top_classes(scores: NDArray[np.float64], ties: Ties) -> NDArray[np.float64]:
    """All mass of each row on its top class.

    Args:
        scores: Shape (n_rows, n_classes).
        ties: ``share``: classes that tie, rounding apart, share the mass; ``first``: the first of them has it.

    Returns:
        Shape (n_rows, n_classes), rows sum to one.
    """
    top = scores.max(axis=1, keepdims=True)
    tied = scores >= top - 1e-9 * np.abs(top)
    if ties == "first":
        tied &= np.cumsum(tied, axis=1) == 1
    return np.asarray(tied / tied.sum(axis=1, keepdims=True))


def agreement(
    votes: VoteMatrix, voters: Voters, n_votes: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean mass that each voter's votes have in a target.

    Args:
        votes: The votes.
        voters: Who gave them.
        n_votes: Votes of each voter, shape (n_voters,).
        target: A distribution for each row, shape (n_rows, n_classes).

    Returns:
        Shape (n_voters,), in [0, 1].
    """
    sums = gather(votes, lambda _, first, last: target[first:last])
    return np.asarray(voters.total(own(votes, sums)) / n_votes)


def own(votes: VoteMatrix, sums: Sums) -> NDArray[np.float64]:
    """What each cell's own label has of the cell's sums, shape (n_cells,)."""
    return sums.cells[np.arange(votes.cell_label.size), votes.cell_label]


def gather(votes: VoteMatrix, fill: Callable[[Any, int, int], NDArray[Any]]) -> Sums:
    """Let `fill` make each shard's posterior, and add up its sums."""
    cells = np.zeros((votes.cell_label.size, votes.n_classes))
    classes = np.zeros(votes.n_classes)
    for shard, first, last in votes.blocks():
        block = fill(shard, first, last)
        cells += shard.T @ block
        classes += np.ones(last - first, block.dtype) @ block
    return Sums(cells, classes)


def start_from_shares(votes: VoteMatrix, posterior: Rows) -> Sums:
    """Overwrite the posterior, shape (n_rows, n_classes), with vote shares."""
    one_hot = np.eye(votes.n_classes, dtype=posterior.dtype)[votes.cell_label]

    def shares(shard: Any, first: int, last: int) -> NDArray[Any]:
        block = posterior[first:last]
        np.copyto(block, shard @ one_hot)
        block /= (block @ np.ones(votes.n_classes, block.dtype))[:, None]
        return block

    return gather(votes, shares)


def expect(
    votes: VoteMatrix, probability: NDArray[np.float64], priors: NDArray[np.float64], posterior: Rows
) -> tuple[float, Sums]:
    """E-step of a model in which votes are independent given the true class.

    Args:
        votes: The votes.
        probability: Probability of each cell's label given each true class, shape (n_cells, n_classes), above 0.
        priors: Class priors, shape (n_classes,).
        posterior: Overwritten, shape (n_rows, n_classes); its type is that of the arithmetic.

    Returns:
        Log-likelihood of the votes, nats, and the sums for the M-step.
    """
    dtype = posterior.dtype
    log_probability = np.log(probability).astype(dtype)
    log_priors = np.log(np.maximum(priors, FLOOR)).astype(dtype)[:, None]
    log_likelihood = 0.0

    def posterior_of(shard: Any, first: int, last: int) -> NDArray[Any]:
        nonlocal log_likelihood
        # Classes as rows: reductions over classes then run along memory.
        scores = np.ascontiguousarray((shard @ log_probability).T)
        scores += log_priors
        top = scores.max(axis=0)
        scores -= top
        np.exp(scores, out=scores)
        total = scores.sum(axis=0)
        scores /= total
        log_likelihood += float(top.sum(dtype=np.float64) + np.log(total).sum(dtype=np.float64))
        block = posterior[first:last]
        np.copyto(block, scores.T)
        return block

    sums = gather(votes, posterior_of)
    return log_likelihood, sums
