"""Which votes are errors while votes are sparse: even one an item, beside what a model predicts of each item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import UNKNOWN
from variorum.checks import as_distribution
from variorum.errors import ArgumentError, ShapeError

__all__ = ["SparseErrors", "sparse_errors"]

Array = NDArray[np.float64]

_RATES: Final = np.concatenate([[0.0], np.linspace(0.025, 0.975, 20), [1.0]])
# One annotator more, whose rate is exponential with mean .1: what few votes say of rates leans on it.
_BEFORE: Final = np.exp(-_RATES / 0.1) / np.exp(-_RATES / 0.1).sum()
_STEPS: Final = 30
# How many of an item's other votes the prediction outweighs; without end, other votes tell nothing.
_PRECISIONS: Final = np.append(np.geomspace(0.5, 200.0, 15), np.inf)
_LEAST: Final = 1e-6


@dataclass(frozen=True, eq=False)
class SparseErrors:
    """Errors among sparse votes.

    Attributes:
        error: Probability that a vote was made whatever the item, shape (n_votes,), in [0, 1]; nan for votes of the
            unknown annotator.
        error_rates: Each annotator's expected share of such votes, shape (n_annotators,), in [0, 1]; nan for who has
            not voted.
        precision: How many of an item's other votes the prediction outweighs, as these votes have it; infinite where
            other votes tell nothing beside it, as where every item has one.
    """

    error: Array
    error_rates: Array
    precision: float


def sparse_errors(
    predicted: ArrayLike, item: ArrayLike, annotator: ArrayLike, label: ArrayLike, n_annotators: int
) -> SparseErrors:
    """Tell errors from readings by what is predicted of the items and by how each annotator votes elsewhere.

    A vote of annotator a has label l with probability ``rate_a / n_classes + (1 - rate_a) q(l)``, where q is what the
    item's other votes and the prediction make of it, a Dirichlet around the prediction with these votes added. Rates
    come from one distribution over annotators, learned from all votes on a grid: where nobody is careless it shrinks
    towards 0, and where some click at random and others do not it has two ends. Votes that are rare for the item
    are errors as far as their annotator is careless; a whole population's slips are not seen, since the prediction
    holds them too. With many votes an item `decompose` tells more.

    Args:
        predicted: Label distribution predicted of each item by a model that has not seen its votes, shape
            (n_items, n_classes), rows sum to one. One that has seen them finds errors expected.
        item: Item of each vote, a row of `predicted`, shape (n_votes,).
        annotator: Annotator of each vote, -1 for the unknown one; shape (n_votes,).
        label: Class of each vote, shape (n_votes,).
        n_annotators: How many annotators there are.

    Returns:
        Errors and rates.

    Raises:
        ShapeError: If the votes have different lengths.
        ArgumentError: If an item, a label or an annotator is out of range.
        NotADistributionError: If a row of `predicted` is none.

    Source:
        Ours: a one-coin mixture as in `annotator_profiles`, with the distribution of rates estimated on a grid (Kiefer
        and Wolfowitz 1956), by expectation maximisation; the precision maximises the leave-one-out likelihood.

    Example:
        Two of five people click at random, on items whose label is nearly certain.

        >>> rng = np.random.default_rng(0)
        >>> predicted = np.tile([0.9, 0.1], (100, 1))
        >>> who = np.arange(100) % 5
        >>> label = np.where(who < 2, rng.integers(0, 2, 100), rng.random(100) < 0.1)
        >>> found = sparse_errors(predicted, np.arange(100), who, label, 5)
        >>> found.error_rates.round(1)
        array([1. , 1. , 0.1, 0.1, 0. ])
    """
    shares = as_distribution("predicted", predicted)
    row, who, what = (np.asarray(each, np.int64) for each in (item, annotator, label))
    if not row.ndim == 1 or not row.shape == who.shape == what.shape:
        raise ShapeError(f"item, annotator and label have shapes {row.shape}, {who.shape} and {what.shape}.")
    n_items, n_classes = shares.shape
    for name, codes, low, high in (
        ("item", row, 0, n_items), ("annotator", who, UNKNOWN, n_annotators), ("label", what, 0, n_classes)
    ):  # fmt: skip
        bad = np.flatnonzero((codes < low) | (codes >= high))
        if bad.size:
            raise ArgumentError(f"{name}[{bad[0]}] = {codes[bad[0]]} is out of range; it must be below {high}.")
    error, rates = np.full(row.size, np.nan), np.full(n_annotators, np.nan)
    if not row.size:
        return SparseErrors(error, rates, float("inf"))
    read, precision = _as_read(shares, row, what)
    known = who != UNKNOWN
    people, of_vote = np.unique(who[known], return_inverse=True)
    if people.size:
        error[known], rates[people] = _careless(read[known], of_vote, people.size, n_classes)
    return SparseErrors(error, rates, precision)


def _as_read(shares: Array, row: NDArray[np.int64], what: NDArray[np.int64]) -> tuple[Array, float]:
    """Probability of each vote as a reading, by the prediction and the item's other votes."""
    counts = np.zeros(shares.shape)
    np.add.at(counts, (row, what), 1.0)
    expected = np.maximum(shares[row, what], _LEAST)
    same, others = counts[row, what] - 1.0, counts.sum(axis=1)[row] - 1.0
    found = [expected if np.isinf(p) else (p * expected + same) / (p + others) for p in _PRECISIONS]
    # Where other votes tell nothing, all precisions are alike and the largest stands.
    best = max(range(len(found)), key=lambda k: (round(float(np.log(found[k]).sum()), 9), k))
    return found[best], float(_PRECISIONS[best])


def _careless(
    read: Array, of_vote: NDArray[np.int64], n_people: int, n_classes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Error of each vote, and rate of each person, over a distribution of rates that all votes learn."""
    careless = _RATES / n_classes
    either = careless + (1.0 - _RATES) * read[:, None]
    log_likelihood = np.zeros((n_people, _RATES.size))
    np.add.at(log_likelihood, of_vote, np.log(either))
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    share, posterior = _BEFORE, likelihood
    for _ in range(_STEPS):
        posterior = likelihood * share
        posterior /= posterior.sum(axis=1, keepdims=True)
        share = (posterior.sum(axis=0) + _BEFORE) / (n_people + 1.0)
    return (posterior[of_vote] * (careless / either)).sum(axis=1), posterior @ _RATES
