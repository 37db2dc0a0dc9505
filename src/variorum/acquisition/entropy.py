"""Entropy sampling: the item whose predicted label is least certain."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.acquisition.base import pick_best
from variorum.acquisition.distances import blocks
from variorum.annotations import Picks, PoolView

__all__ = ["entropy", "entropy_revisiting"]

_ENTRIES: Final = 1 << 14


def entropy(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items with the largest entropy of the mean prediction, in nats.

    It cannot tell an item that the model does not know from one on which people differ: where the label is a
    distribution, much of the entropy it chases is the answer itself.

    Args:
        view: The pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, ln n_classes].

    Source:
        Lewis and Gale (1994), uncertainty sampling, in its entropy form.
    """
    return pick_best(view, _entropy(view), n, rng)


def entropy_revisiting(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Entropy sampling in which an item stays in the pool as long as it can be asked again.

    What happens to entropy sampling when a tool allows several votes an item and changes nothing else: contested items
    keep their entropy, however often they are asked.

    Args:
        view: The pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, ln n_classes].
    """
    return pick_best(view, _entropy(view), n, rng, revisit=True)


def _entropy(view: PoolView) -> NDArray[np.float64]:
    """Entropy of the mean prediction, nats, in blocks that stay in the cache and share their memory."""
    n_members, n_pool, n_classes = view.members.shape
    found = np.empty(n_pool)
    log = np.empty((min(n_pool, max(1, _ENTRIES // (n_members * n_classes))), n_classes))
    for part in blocks(n_pool, n_members * n_classes, _ENTRIES):
        members = view.members[:, part]
        mean = members[0] if n_members == 1 else members.mean(axis=0)
        into = log[: mean.shape[0]]
        # The logarithm of 0 would be multiplied by 0; nothing else is changed by adding so little.
        np.log(np.add(mean, np.finfo(np.float64).tiny, out=into), out=into)
        np.einsum("ij,ij->i", mean, into, out=found[part])
    return np.negative(found, out=found)
