"""What annotators have voted so far, and what a policy does about those who have not voted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from variorum.annotations import UNKNOWN, Assignments, Picks, PoolView
from variorum.assignment.base import Score, assign_best
from variorum.assignment.random import random

__all__ = ["assign_by_history", "fall_back", "history_means", "item_means", "unit_rows", "votes_each"]


def votes_each(view: PoolView) -> NDArray[np.int64]:
    """Votes of each annotator on the pool, shape (n_annotators,); abstentions are none."""
    known = view.vote_annotator != UNKNOWN
    return np.bincount(view.vote_annotator[known], minlength=view.n_annotators).astype(np.int64)


def history_means(
    view: PoolView, rows: NDArray[np.float64], row: NDArray[np.int64], weight: NDArray[np.float64] | float = 1.0
) -> NDArray[np.float64]:
    """Mean over each annotator's votes of a vector that stands for the vote.

    Args:
        view: The pool.
        rows: The vectors, shape (n_rows, n_dimensions).
        row: Which of them stands for each vote, shape (n_votes,).
        weight: What it is multiplied by, one for all or shape (n_votes,).

    Returns:
        Shape (n_annotators, n_dimensions); zeros for who has not voted.
    """
    known = view.vote_annotator != UNKNOWN
    weights = np.broadcast_to(np.asarray(weight, np.float64), row.shape)[known]
    # As a product with a sparse matrix, since a vector for each vote would be copied for nothing.
    where = (view.vote_annotator[known], row[known])
    sums = csr_array((weights, where), shape=(view.n_annotators, rows.shape[0])) @ rows
    means: NDArray[np.float64] = sums / np.maximum(votes_each(view), 1)[:, None]
    return means


def item_means(view: PoolView, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over each annotator's votes of the item's features, scaled to length one; as `history_means`."""
    items, vote = np.unique(view.vote_item, return_inverse=True)
    length = np.linalg.norm(features[items], axis=1)
    return history_means(view, features, view.vote_item, 1.0 / np.where(length > 0.0, length, 1.0)[vote])


def unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of length one; zero rows stay as they are."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0.0, length, 1.0)


def fall_back(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Assign at random where a policy has nothing to choose by; all of it counts as forced."""
    made = random(picks, view, rng)
    return replace(made, forced=np.ones(len(made), bool))


def assign_by_history(picks: Picks, view: PoolView, rng: np.random.Generator, score: Score) -> Assignments:
    """Assign those first who were never asked, at random, then by a score of people's votes.

    Whoever was asked and gave no vote, because the answer is pending or an abstention, comes last: nothing is known of
    them, and asking on would not make them known.

    Args:
        picks: The picks.
        view: The pool, with votes of two annotators at least; with fewer see `fall_back`.
        rng: Source of randomness.
        score: How much each annotator is wanted; read for those who have voted.

    Returns:
        The assignments.
    """
    voted = votes_each(view) > 0

    def newcomers_first(item: int, candidates: NDArray[np.int32], asked: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.where(voted, score(item, candidates, asked), np.where(asked == 0, np.inf, -np.inf))

    return assign_best(picks, view, rng, newcomers_first)
