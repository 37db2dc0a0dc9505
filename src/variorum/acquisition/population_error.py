"""Expected reduction of the error of the population's label distribution, per unit of money, over (item, annotator)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import some_targets
from variorum.acquisition.vote_value import VoteValue, further_vote, intra_correlation, whitened
from variorum.annotations import UNKNOWN, Picks, PoolView

__all__ = ["batch_gain", "population_error", "population_error_items", "vote_values"]

Array = NDArray[np.float64]

_TARGETS = 600
_CANDIDATES = 4000
_CHUNK = 24
_PART = 2000
_MILLION = 1e6
# Before any two votes of an item, or by an annotator, were seen: worth as many pairs.
_ITEM_CORRELATION, _ANNOTATOR_CORRELATION, _PAIRS = 0.2, 0.02, 50.0


def population_error(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the (item, annotator) pairs whose votes are expected to lower the error of predicted distributions most.

    The error is the model's part of the expected Jensen-Shannon divergence of predictions for the target items
    (`PoolView.target_members`, else the pool), to second order in the spread of the members. A vote is a noisy look at
    one item's distribution; what it tells about all others follows from how the members move together. What all members
    agree on is worth nothing, be it contested or not. A further vote on an item, or by an annotator, tells less than
    the first, by as much as votes on one item, or by one annotator, were seen to go together beyond the prediction. The
    gain is divided by the annotator's price; a batch is chosen one by one, each pick counting what those before it
    will tell.

    Args:
        view: The pool. The more members the better, 100 at least.
        n: How many votes.
        rng: Source of randomness: ties, and which items stand for a large pool.

    Returns:
        The picks with their annotators, no item twice, nobody beyond their quota; scores are nats of expected JS
        divergence for a million units of money, at least 0, and fall from pick to pick but for chance.

    Source:
        Ours; derivation in docs/population-error.md. The target population is the idea of Bickford Smith et al. (2023),
        conditioning by the ensemble Kalman filter (Evensen 1994).
    """
    if n == 0 or not view.pair_annotator.size:
        none = np.zeros(0)
        return Picks(none.astype(np.int64), none, none.astype(np.int32))
    mean = view.members.mean(axis=0)
    value, market = VoteValue.of(some_targets(view, _TARGETS, rng)), _Market.of(view, mean)
    rows = np.flatnonzero(view.left > 0)
    if rows.size > _CANDIDATES:
        gain = np.concatenate(
            [
                _gain(*value.looks(whitened(view.members[:, part], mean[part])), market.item_worth[part])
                for part in (slice(first, first + _PART) for first in range(0, view.n_pool, _PART))
            ]
        )
        rows = rows[np.sort(np.argpartition(-gain[rows], _CANDIDATES)[:_CANDIDATES])]
    if rows.size < view.n_pool:
        white = whitened(np.take(view.members, rows, axis=1), mean[rows])
    else:  # a copy of all members costs as much as what is made of them
        white = whitened(view.members, mean)
    return _one_by_one(white, value, market, rows, min(n, rows.size), rng)


def population_error_items(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items alone, by `population_error` with an average annotator; who answers is left to an assignment.

    Prices differ for reasons that a vote's worth does not know: those who ask for little may slip more, or lean.
    Whoever chooses by price buys another population than the one whose distribution is the goal; this form does not.

    Args:
        view: The pool. The more members the better, 100 at least.
        n: How many votes.
        rng: Source of randomness: ties, and which items stand for a large pool.

    Returns:
        The picks, no item twice; scores are nats of expected JS divergence for a million units of money, at the mean
        price of the pairs that can be asked.

    Source:
        Ours; derivation in docs/population-error.md.
    """
    price = view.prices[view.pair_annotator].mean() if view.pair_annotator.size else 1.0
    open_ = view.left > 0
    left = view.left[open_]
    anyone = replace(
        view,
        pair_start=np.concatenate([[0], np.cumsum(open_)]),
        pair_annotator=np.full(left.size, UNKNOWN, np.int32),
        pair_left=left,
        asked_annotator=np.full(view.asked_annotator.size, UNKNOWN, np.int32),
        vote_annotator=np.full(view.vote_annotator.size, UNKNOWN, np.int32),
        prices=np.full(view.prices.size, max(round(float(price)), 1)),
        quota_left=None,
    )
    picks = population_error(anyone, n, rng)
    return Picks(picks.item, picks.score)


def vote_values(view: PoolView, rng: np.random.Generator) -> Array:
    """What one vote on each item is worth, by the best annotator for it, if nothing else is bought.

    The first pick of `population_error` is the largest of these; later ones count what those before them will tell.

    Args:
        view: The pool.
        rng: Source of randomness: which items stand for a large pool.

    Returns:
        Nats of expected JS divergence for a million units of money, at least 0, shape (n_pool,); nan where nothing can
        be asked.
    """
    found, mean = np.full(view.n_pool, np.nan), view.members.mean(axis=0)
    value, market = VoteValue.of(some_targets(view, _TARGETS, rng)), _Market.of(view, mean)
    rows = np.flatnonzero(view.left > 0)
    for part in np.array_split(rows, -(-rows.size // _CANDIDATES)) if rows.size else ():
        found[part], _ = market.best(part, *value.looks(whitened(view.members[:, part], mean[part])), rng)
    return found


def _gain(signal: Array, gain: Array, precision: Array) -> Array:
    """Reduction of the error by a vote of a precision; shapes (n, n_classes - 1), (n, n_classes - 1) and (n,)."""
    each = (g * precision / (1.0 + s * precision) for s, g in zip(signal.T, gain.T, strict=True))
    return np.asarray(sum(each, start=np.zeros(precision.size)), np.float64)


@dataclass(eq=False)
class _Market:
    """What a vote of each annotator on each item is worth, in independent votes, and costs; changes as picks are made.

    Attributes:
        n_item: Requests about each pool item so far.
        n_annotator: Votes of each annotator so far, the unknown one last.
        quota: How many further requests each takes, the unknown one last.
        item_correlation: Of two votes on one item, beyond the prediction.
        annotator_correlation: Of two votes by one annotator, beyond the prediction.
        item_worth: What a further vote on each pool item is worth, in votes on one nobody was asked about.
        annotator_worth: What a further vote by each annotator is worth, in votes by one who was not asked.
        price: Price of each annotator, the unknown one last.
    """

    view: PoolView
    n_item: Array
    n_annotator: Array
    quota: Array
    item_correlation: float
    annotator_correlation: float
    item_worth: Array = field(init=False)
    annotator_worth: Array = field(init=False)
    price: Array = field(init=False)

    def __post_init__(self) -> None:
        self.item_worth = further_vote(self.n_item, self.item_correlation)
        self.annotator_worth = further_vote(self.n_annotator, self.annotator_correlation)
        self.price = self.view.prices.astype(np.float64)

    @classmethod
    def of(cls, view: PoolView, mean: Array) -> _Market:
        expected, known = mean[view.vote_item], view.vote_annotator != UNKNOWN
        of_item = intra_correlation(expected, view.vote_item, view.vote_label, _ITEM_CORRELATION, _PAIRS)
        of_annotator = intra_correlation(
            expected[known],
            view.vote_annotator[known].astype(np.int64),
            view.vote_label[known],
            _ANNOTATOR_CORRELATION,
            _PAIRS,
        )
        asked = np.bincount(view.asked_annotator + 1, minlength=view.n_annotators + 1).astype(np.float64)
        n_annotator = np.append(asked[1:], 0.0)
        quota = np.full(view.n_annotators + 1, np.inf)
        if view.quota_left is not None:
            quota[:-1] = view.quota_left
        return cls(view, view.asked.astype(np.float64), n_annotator, quota, of_item, of_annotator)

    def best(
        self, rows: NDArray[np.int64], signal: Array, gain: Array, rng: np.random.Generator
    ) -> tuple[Array, NDArray[np.int32]]:
        """The best annotator for each item: gain for a unit of money, and who."""
        start = self.view.pair_start[rows]
        size = self.view.pair_start[rows + 1] - start
        first = np.cumsum(size) - size
        owner = np.repeat(np.arange(rows.size), size)
        who = self.view.pair_annotator[np.arange(owner.size) + (start - first)[owner]]
        precision = self.annotator_worth[who] * self.item_worth[rows][owner]
        score = _gain(signal[owner], gain[owner], precision) * _MILLION / self.price[who]
        score[self.quota[who] <= 0] = -np.inf
        # The best of each item; among equals the one who draws the least.
        best = np.maximum.reduceat(score, first)
        draw = np.where(score == best[owner], rng.random(who.size), np.inf)
        at = np.flatnonzero(draw == np.minimum.reduceat(draw, first)[owner])
        return best, who[at[np.searchsorted(at, first)]]

    def sell(self, row: int, who: int) -> float:
        """Enter a pick; returns what it was worth, in independent votes."""
        worth = float(self.annotator_worth[who] * self.item_worth[row])
        self.n_item[row] += 1.0
        self.quota[who] -= 1.0
        self.item_worth[row] = further_vote(self.n_item[row], self.item_correlation)
        if who != UNKNOWN:
            self.n_annotator[who] += 1.0
            self.annotator_worth[who] = further_vote(self.n_annotator[who], self.annotator_correlation)
        return worth


def _one_by_one(
    white: Array,
    value: VoteValue,
    market: _Market,
    rows: NDArray[np.int64],
    n: int,
    rng: np.random.Generator,
) -> Picks:
    """Greedy, with lazy evaluation: a gain can hardly rise by other picks, so the old one bounds the new one."""
    bound, who = market.best(rows, *value.looks(white), rng)
    # Ties at random, also among what is worth nothing any more.
    tie = 1e-12 * rng.random(bound.size)
    bound = bound + tie
    fresh = np.ones(rows.size, bool)
    items, annotators, scores = [], [], []
    for _ in range(n):
        while True:
            top = int(bound.argmax())
            if fresh[top] or bound[top] == -np.inf:
                break
            stale = np.argpartition(-bound, min(_CHUNK, bound.size - 1))[:_CHUNK]
            stale = stale[~fresh[stale] & (bound[stale] > -np.inf)]
            if not stale.size:  # more ties than a chunk holds, the fresh ones of which fill it
                stale = np.array([top])
            best, who[stale] = market.best(rows[stale], *value.looks(white[stale]), rng)
            bound[stale], fresh[stale] = best + tie[stale], True
        if bound[top] == -np.inf:  # all who could be asked are at their quota
            break
        row = int(rows[top])
        items.append(row)
        annotators.append(int(who[top]))
        scores.append(max(float(bound[top] - tie[top]), 0.0))
        worth = market.sell(row, int(who[top]))
        if worth > 0.0:
            value = value.after(white[top], worth)
        fresh[:] = False
        bound[top], fresh[top] = -np.inf, True
    return Picks(np.array(items, np.int64), np.array(scores), np.array(annotators, np.int32))


def batch_gain(view: PoolView, item: NDArray[np.int64], annotator: NDArray[np.int32]) -> float:
    """What votes that any policy chose are expected to tell together, by the calculus of `population_error`.

    Args:
        view: The pool before these votes; without `PoolView.target_members` the whole pool is the target.
        item: Pool row of each vote, in order.
        annotator: Who shall give it, -1 for the unknown annotator.

    Returns:
        The fall of the expected JS divergence of the targets, nats, at least 0; of the votes that `population_error`
        picks, the sum of their scores times their prices, but for chance. Nan without a vote.

    Source:
        Ours; derivation in docs/population-error.md.

    Example:
        >>> from variorum.annotations import PoolView
        >>> sure, unsure = np.full((3, 2), 0.5), np.array([[0.2, 0.8], [0.5, 0.5], [0.8, 0.2]])
        >>> none = np.zeros(0, np.int64)
        >>> view = PoolView(
        ...     np.stack([sure, unsure], axis=1), counts=np.zeros((2, 2)), asked=np.zeros(2, np.int64),
        ...     pair_start=np.array([0, 1, 2]), pair_annotator=np.full(2, -1, np.int32), pair_left=np.ones(2, np.int64),
        ...     asked_item=none, asked_annotator=none.astype(np.int32), prices=np.array([50_000]))
        >>> [round(batch_gain(view, np.array(rows), np.array([-1] * len(rows))), 4) for rows in ([0], [1], [1, 1])]
        [0.0, 0.006, 0.0084]
    """
    if not item.size:
        return float("nan")
    mean = view.members.mean(axis=0)
    value = VoteValue.of(view.targets)
    market, before = _Market.of(view, mean), value.error
    white = whitened(view.members[:, item], mean[item])
    for nth, (row, who) in enumerate(zip(item.tolist(), annotator.tolist(), strict=True)):
        worth = market.sell(row, who)
        if worth > 0.0:
            value = value.after(white[nth], worth)
    return max(before - value.error, 0.0)
