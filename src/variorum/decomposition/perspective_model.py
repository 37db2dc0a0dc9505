"""Annotators in groups that read items differently, as a model of their votes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.sparse.linalg import svds
from scipy.special import gammaln, logsumexp
from sklearn.cluster import KMeans

from variorum.decomposition.entries import Entries
from variorum.decomposition.responses import CARELESS_PRIOR, STRATEGY_VOTES

__all__ = ["GroupFit", "fit_groups", "held_out"]

Array = NDArray[np.float64]

_ROUNDS: Final = 60
_SETTLED: Final = 1e-2
_EVERY: Final = 5
# Votes that an item's own distribution counts for beside a group's votes: least and most. The most is so much that
# where items or groups do not differ at all, nothing is gained by a group that differs by chance.
_LEAST, _MOST = 0.5, 10_000.0
# Departures smaller than this, of a scale of one, are rounding.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class GroupFit:
    """Groups fitted to votes.

    Attributes:
        membership: Probability of each group for each voter, shape (n_voters, n_groups); rows sum to one.
        careless: Careless votes expected of each entry, shape (n_entries,).
        rate: Careless rate of each voter.
        strategy: What careless answers are, shape (n_voters, n_classes).
        prior: Concentration that items start from, shape (n_classes,).
        pull: Votes that an item's distribution counts for in each group's.
        predicted: Mean log probability of a vote given all others, nats.
    """

    membership: Array
    careless: Array
    rate: Array
    strategy: Array
    prior: Array
    pull: float
    predicted: float


def fit_groups(entries: Entries, n_groups: int, rng: np.random.Generator, *, starts: int = 3) -> GroupFit:
    """Fit so many groups, from several starts, and keep the fit that predicts votes best from all others.

    A careful vote of a voter in group g on item i is drawn from the group's reading of the item, a Dirichlet around the
    item's distribution over all groups, which is a Dirichlet around the shares of the labels; a careless one from the
    voter's strategy. Every probability of a vote leaves that vote out, so that nobody agrees with themselves
    (collapsed variational inference of order zero).

    Args:
        entries: The votes.
        n_groups: Number of groups, 1 or more.
        rng: Draws the starts.
        starts: Number of starts; one is enough for a single group.

    Returns:
        The best fit.
    """
    if n_groups == 1:
        return _iterate(entries, np.ones((entries.n_voters, 1)))
    fits = [_iterate(entries, _start(entries, n_groups, rng, spectral=k == 0)) for k in range(starts)]
    return max(fits, key=lambda fit: fit.predicted)


def held_out(fit: GroupFit, train: Entries, test: Entries) -> Array:
    """Log probability of votes that the fit has not seen, shape (n_test_entries,), nats.

    Args:
        fit: What was fitted to `train`.
        train: Votes that were seen.
        test: Votes that were not; of the same voters and items.
    """
    counts = train.counts(train.weight - fit.careless)
    item = _item_share(fit.prior, counts, test, 0.0)
    chance = np.zeros((test.size, fit.membership.shape[1]))
    for g in range(fit.membership.shape[1]):
        own = train.counts((train.weight - fit.careless) * fit.membership[train.voter, g])
        chance[:, g] = _Seen.by(test, own, 0.0).share(fit.pull, item)
    careful = (fit.membership[test.voter] * chance).sum(axis=1)
    rate = fit.rate[test.voter]
    return np.asarray(np.log((1 - rate) * careful + rate * fit.strategy[test.voter, test.label]))


def _start(entries: Entries, n_groups: int, rng: np.random.Generator, *, spectral: bool) -> Array:
    n = entries.n_voters
    axes = _axes(entries, n_groups) if spectral else np.zeros((n, 0))
    # Annotators who vote alike lie on one point, and fewer points than groups are no clusters.
    if axes.shape[1] and len(np.unique(axes.round(6), axis=0)) >= n_groups:
        group = KMeans(n_groups, n_init=10, random_state=0).fit_predict(axes)
    else:
        group = rng.integers(n_groups, size=n)
    membership = np.full((n, n_groups), 0.2 / n_groups)
    membership[np.arange(n), group] += 0.8
    return membership


def _axes(entries: Entries, n_groups: int) -> Array:
    """Where voters lie on the main axes of their departures from each item's shares, at most n_groups - 1 of them."""
    k = entries.n_classes
    counts = entries.counts(entries.weight)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    departure = np.eye(k)[entries.label] - shares[entries.item]
    load = np.maximum(entries.per_voter(entries.weight), 1.0)
    departure *= (entries.weight / np.sqrt(load[entries.voter]))[:, None]
    if np.abs(departure).max() < _ROUNDING:
        return np.zeros((entries.n_voters, 0))
    column = entries.item[:, None] * k + np.arange(k)
    place = (np.repeat(entries.voter, k), column.ravel())
    matrix: Any = sparse.csr_array((departure.ravel(), place), shape=(entries.n_voters, entries.n_items * k))
    n_axes = min(n_groups - 1, min(matrix.shape) - 1)
    # Departures sum to zero over labels and over voters, so that a level vector would be no start.
    start = np.random.default_rng(0).standard_normal(min(matrix.shape))
    left, size, _ = svds(matrix, k=n_axes, v0=start)
    return np.asarray(left * size)


def _iterate(entries: Entries, membership: Array) -> GroupFit:
    n_groups = membership.shape[1]
    a, b = CARELESS_PRIOR
    careless = entries.weight * (a / (a + b))
    total = entries.per_voter(entries.weight)
    shares = np.bincount(entries.label, entries.weight, minlength=entries.n_classes)
    prior, pull = shares / shares.sum() * entries.n_classes, 4.0
    rate = strategy = predicted = np.empty(0)
    for step in range(_ROUNDS):
        careful = entries.weight - careless
        counts = entries.counts(careful)
        if step % _EVERY == 0:
            prior = prior / prior.sum() * _fit_precision(counts, prior / prior.sum())
        item = _item_share(prior, counts, entries, careful)
        of_voter = np.ascontiguousarray(membership[entries.voter].T)
        seen = [_Seen.by(entries, entries.counts(careful * each), careful * each) for each in of_voter]
        if step % _EVERY == 0:
            pull = _fit_pull(of_voter, item, seen, careful)
        chance = np.stack([each.share(pull, item) for each in seen])
        expected = entries.per_voter(careless)
        rate_left = (a + expected[entries.voter] - careless) / (a + b + total[entries.voter] - entries.weight)
        said = _said(entries, careless)
        given = said[entries.voter, entries.label] - careless + STRATEGY_VOTES / entries.n_classes
        given /= expected[entries.voter] - careless + STRATEGY_VOTES
        thoughtless = rate_left * given
        mixed = thoughtless + (1 - rate_left) * chance
        scores = np.stack([entries.per_voter(entries.weight * np.log(row)) for row in mixed], axis=1)
        scores += np.log((membership.sum(axis=0) + 1) / (entries.n_voters + n_groups))
        fresh = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
        whole = (of_voter * mixed).sum(axis=0)
        new = entries.weight * thoughtless / whole
        moved = max(float(np.abs(fresh - membership).max()), float(np.abs(new - careless).max()))
        membership, careless, predicted = fresh, new, np.log(whole)
        if step > _EVERY and moved < _SETTLED:
            break
    expected = entries.per_voter(careless)
    rate = (a + expected) / (a + b + total)
    strategy = (_said(entries, careless) + STRATEGY_VOTES / entries.n_classes) / (expected + STRATEGY_VOTES)[:, None]
    return GroupFit(
        membership, careless, rate, strategy, prior, pull, float(np.average(predicted, weights=entries.weight))
    )


def _said(entries: Entries, weight: Array) -> Array:
    """Weights summed by voter and label, shape (n_voters, n_classes)."""
    code = entries.voter * entries.n_classes + entries.label
    flat = np.bincount(code, weight, minlength=entries.n_voters * entries.n_classes)
    return np.asarray(flat.reshape(-1, entries.n_classes), np.float64)


def _item_share(prior: Array, counts: Array, entries: Entries, own: Array | float) -> Array:
    """Share of each entry's label in its item's distribution over all groups, without a vote of weight `own`."""
    seen = _Seen.by(entries, counts, own)
    return np.asarray(np.maximum((prior[entries.label] + seen.mine) / (prior.sum() + seen.all), 1e-12))


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a group's votes say of each entry's item, without the entry itself.

    Attributes:
        mine: Votes for the entry's label, shape (n_entries,).
        all: Votes.
    """

    mine: Array
    all: Array

    @classmethod
    def by(cls, entries: Entries, counts: Array, own: Array | float) -> _Seen:
        code = entries.item * entries.n_classes + entries.label
        return cls(counts.ravel()[code] - own, counts.sum(axis=1)[entries.item] - own)

    def share(self, pull: float, of_item: Array) -> Array:
        """Share of the entry's label in the group's reading of the item."""
        return np.asarray(np.maximum((pull * of_item + self.mine) / (pull + self.all), 1e-12))


def _fit_precision(counts: Array, mean: Array) -> float:
    """Precision of a Dirichlet around `mean` under which the counts are likeliest."""
    total = counts.sum(axis=1)

    def loss(log_precision: float) -> float:
        concentration = np.exp(log_precision) * np.maximum(mean, 1e-6)
        whole = (gammaln(concentration.sum()) - gammaln(concentration.sum() + total)).sum()
        return -float(whole + (gammaln(concentration + counts) - gammaln(concentration)).sum())

    bounds = (np.log(_LEAST / 10), np.log(_MOST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-2}).x))


def _fit_pull(of_voter: Array, item: Array, seen: list[_Seen], careful: Array) -> float:
    """The pull under which careful votes are best predicted from all others."""

    def loss(log_pull: float) -> float:
        pull = np.exp(log_pull)
        chance = sum(member * each.share(pull, item) for member, each in zip(of_voter, seen, strict=True))
        return -float(careful @ np.log(chance))

    bounds = (np.log(_LEAST), np.log(_MOST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-2}).x))
