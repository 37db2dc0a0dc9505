"""The seat of an acquisition: which item to ask about next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Picks, PoolView

__all__ = ["Acquisition", "Choose", "pick_best", "pick_by_level", "some_targets"]

Rows = NDArray[np.int64]
Choose = Callable[[Rows, Rows, int], tuple[Rows, NDArray[np.float64]]]
"""(candidates, covered, k) -> k of the candidates, best first, and their scores; all are pool rows."""


class Acquisition(Protocol):
    """Chooses items from the arrays of a pool; never sees a model, or a vote that was not bought.

    The contract: at most n picks, each a pool row with a request left, no row twice, best first, finite scores or nan;
    the same view, n and generator state give the same picks.
    """

    def __call__(self, view: PoolView, n: int, rng: np.random.Generator) -> Picks:
        """Choose up to n items.

        Args:
            view: The pool.
            n: How many items, at least 0.
            rng: Source of randomness, ties included.

        Returns:
            The picks, best first.
        """
        ...


def pick_best(
    view: PoolView, scores: NDArray[np.float64], n: int, rng: np.random.Generator, *, revisit: bool = False
) -> Picks:
    """Take the n best-scored items among those asked least often.

    An item is asked again only when every other item has been asked as often, as in active learning with one label an
    item, where what is labelled leaves the pool; within a level the score decides, and ties are broken at random.

    Args:
        view: The pool.
        scores: Shape (n_pool,), larger is better.
        n: How many items.
        rng: Source of randomness.
        revisit: Let the score alone decide, so that an item can be asked again while others have not been asked at all.

    Returns:
        The picks, best first; fewer than n where fewer can still be asked.
    """
    can_be_asked = view.left > 0
    # Every array of the pool's size costs as much as most scores do, and often the whole pool is open.
    open_rows = slice(None) if can_be_asked.all() else np.flatnonzero(can_be_asked)
    worse = np.negative(scores[open_rows], dtype=np.float64)
    level = np.zeros(worse.size, np.int64) if revisit else view.asked[open_rows]
    if 0 < n < worse.size:
        # So does sorting: only what can be among the n best is sorted, ties with the last of them included. Nothing is
        # larger than nan, so that nan stays in.
        upto = np.cumsum(np.bincount(level))
        last = int(np.searchsorted(upto, n))
        of_last = worse[level == last]
        place = n - 1 - int(upto[last] - of_last.size)
        of_last.partition(place)
        near = np.flatnonzero(~(worse > of_last[place]) & (level <= last) | (level < last))
    else:
        near = np.arange(worse.size)
    tie = rng.random(near.size)
    best = near[np.lexsort((tie, worse[near], level[near]))[:n]]
    chosen = (best if isinstance(open_rows, slice) else open_rows[best]).astype(np.int64)
    return Picks(chosen, scores[chosen].astype(np.float64))


def pick_by_level(view: PoolView, n: int, choose: Choose) -> Picks:
    """Let a method that looks at items together choose among those asked least often, then among the next, up to n.

    The rule is that of `pick_best`. To the candidates of a level, what is covered already are the items that were asked
    more often than they: at first all that were asked at all, and in the second time around those asked twice.

    Args:
        view: The pool.
        n: How many items.
        choose: Called once a level with its open rows, the covered rows and how many to choose, at least 1 and at most
            all; both are in pool order.

    Returns:
        The picks; fewer than n where fewer can still be asked.
    """
    open_rows = np.flatnonzero(view.left > 0)
    rows, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
    for level in np.flatnonzero(np.bincount(view.asked[open_rows])):
        candidates = open_rows[view.asked[open_rows] == level]
        k = min(n, candidates.size)
        if k == 0:
            break
        chosen, score = choose(candidates, np.flatnonzero(view.asked > level), k)
        rows.append(chosen)
        scores.append(score)
        n -= k
    return Picks(np.concatenate(rows), np.concatenate(scores))


def some_targets(view: PoolView, most: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Members for the items whose distributions are to be right, or for random ones of them where they are many.

    Args:
        view: The pool; the items are those of `PoolView.targets`.
        most: How many at most.
        rng: Source of randomness.

    Returns:
        Shape (n_members, n_target, n_classes).
    """
    n = view.targets.shape[1]
    return view.targets if n <= most else np.take(view.targets, rng.choice(n, most, replace=False), axis=1)
