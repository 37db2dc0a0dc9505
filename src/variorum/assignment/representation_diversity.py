"""Representation diversity: whoever is least like the others who could be asked."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.history import (
    assign_by_history,
    fall_back,
    history_means,
    item_means,
    unit_rows,
    votes_each,
)

__all__ = ["annotator_representations", "representation_diversity"]

_DIMENSIONS: Final = 10


def representation_diversity(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask the annotator whose representation has the lowest mean similarity to those of the other candidates.

    A representation says what an annotator has read and which labels they gave, see `annotator_representations`. The
    candidates are those who can be asked about the item. Representations stand still within a round. Those never asked
    come first, at random.

    Args:
        picks: The picks.
        view: The pool, with features.
        rng: Source of randomness, for newcomers and ties.

    Returns:
        The assignments; at random, and all `forced`, while fewer than two annotators have voted.

    Raises:
        ArgumentError: If the pool has no features.

    Source:
        Van der Meer et al. 2024 (ACAL), T_D.
    """
    if np.count_nonzero(votes_each(view)) < 2:
        return fall_back(picks, view, rng)
    who = annotator_representations(view)
    voted = votes_each(view) > 0

    def score(_item: int, candidates: NDArray[np.int32], _asked: NDArray[np.int64]) -> NDArray[np.float64]:
        among = np.zeros(voted.size, bool)
        among[candidates] = voted[candidates]
        total = who @ who[among].sum(axis=0)
        itself = np.where(among, np.square(who).sum(axis=1), 0.0)
        others = np.maximum(among.sum() - among, 1)
        unlike: NDArray[np.float64] = (itself - total) / others
        # Two candidates are as far from each other as the other way round, rounding errors aside.
        return unlike.round(9)

    return assign_by_history(picks, view, rng, score)


def annotator_representations(view: PoolView) -> NDArray[np.float64]:
    """What each annotator has read and answered, as a point on a sphere.

    The mean over the annotator's votes of the item's features, of length one, followed by the label, one-hot; centred
    on the mean over annotators, in the ten directions in which annotators vary most, scaled to length one.

    Args:
        view: The pool, with features.

    Returns:
        Shape (n_annotators, 10), fewer columns where annotators span fewer directions; products of rows are cosine
        similarities. Zeros for who has not voted, and for who equals the mean.

    Raises:
        ArgumentError: If the pool has no features.

    Source:
        Van der Meer et al. 2024 (ACAL), T_D. There the label stands as the embedding of its name, of length one, too;
        here names need not mean anything, so that all labels are equally far apart.
    """
    features = view.given("features", "representation-diversity")
    voted = votes_each(view) > 0
    labels = history_means(view, np.eye(view.counts.shape[1]), view.vote_label)
    means = np.hstack([item_means(view, features), labels])[voted]
    found = np.zeros((voted.size, min(_DIMENSIONS, *means.shape)))
    if voted.any():
        found[voted] = _principal(means - means.mean(axis=0), found.shape[1])
    return unit_rows(found)


def _principal(centred: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Coordinates of rows in their first n principal directions, from the smaller of the two products."""
    wide = centred.shape[0] < centred.shape[1]
    square = centred @ centred.T if wide else centred.T @ centred
    values, vectors = eigh(square, subset_by_index=[square.shape[0] - n, square.shape[0] - 1])
    # Directions without variance are rounding error, which scaling to length one would blow up.
    real = values > values[-1] * 1e-12
    vectors = np.where(real, vectors, 0.0)
    coordinates: NDArray[np.float64] = vectors * np.sqrt(np.maximum(values, 0.0)) if wide else centred @ vectors
    return coordinates
