"""ACTOR: scores from a model of every annotator, over pairs of item and annotator."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr, softmax

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = [
    "actor_group",
    "actor_individual",
    "actor_mixed",
    "actor_vote_variance",
    "group_entropy",
    "vote_variance",
]

# An annotator who rules a class out for good would rule it out for the group.
_LEAST: Final = float(np.finfo(np.float64).tiny)


def actor_group(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items with the largest entropy of all annotators' logits, added up.

    Annotators who contradict each other cancel out, and the entropy is high; so it is where each of them is uncertain.
    The score alone decides: an item may be asked again while others were not asked at all. It is the same for all
    annotators of an item, so the choice among them is left to assignment.

    Args:
        view: The pool, with `by_annotator`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `by_annotator`.

    Source:
        Wang and Plank (2023), group-level entropy. An item is picked once in a batch, as in their ``instance_first``.
    """
    return pick_best(view, group_entropy(view.given("by_annotator", "ACTOR")), n, rng, revisit=True)


def actor_individual(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the pairs of item and annotator with the largest entropy of that annotator's predicted label.

    Args:
        view: The pool, with `by_annotator`; the entropy of an unknown annotator is the group's.
        n: How many pairs, of different items.
        rng: Source of randomness.

    Returns:
        The picks with their annotators; scores in [0, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `by_annotator`.

    Source:
        Wang and Plank (2023), individual-level entropy; an item is picked once in a batch.
    """
    return _pick_pairs(view, _individual_entropy(view), n, rng)


def actor_mixed(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the pairs with the largest sum of the group's and the annotator's own entropy.

    Args:
        view: The pool, with `by_annotator`.
        n: How many pairs, of different items.
        rng: Source of randomness.

    Returns:
        The picks with their annotators; scores in [0, 2 ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `by_annotator`.

    Source:
        Wang and Plank (2023), the mix of both; an item is picked once in a batch.
    """
    group = group_entropy(view.given("by_annotator", "ACTOR"))
    return _pick_pairs(view, group[_item_of_pair(view)] + _individual_entropy(view), n, rng)


def actor_vote_variance(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items on whose label the annotators' likeliest votes vary most.

    Args:
        view: The pool, with `by_annotator`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, (1 - 1 / n_classes) / 2].

    Raises:
        ArgumentError: If the view has no `by_annotator`.

    Source:
        Wang and Plank (2023), vote variance; see `vote_variance` for more than two classes.
    """
    return pick_best(view, vote_variance(view.given("by_annotator", "ACTOR")), n, rng, revisit=True)


def group_entropy(by_annotator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy of the softmax of all annotators' logits, added up.

    Log-probabilities are added: they differ from logits by a constant for each item and annotator, which the softmax
    takes away, so the result is the paper's. The more annotators, the sharper the sum.

    Args:
        by_annotator: Each annotator's predicted distribution, shape (n_annotators, n_items, n_classes).

    Returns:
        Nats, shape (n_items,), in [0, ln n_classes].

    Example:
        >>> group_entropy(np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.1, 0.9], [0.9, 0.1]]])).round(4)
        array([0.6931, 0.0659])
    """
    total = np.zeros(by_annotator.shape[1:])
    # One annotator after the other: a copy of all would double the largest array there is.
    for predicted in by_annotator:
        total += np.log(np.maximum(predicted, _LEAST))
    return np.asarray(entr(softmax(total, axis=1)).sum(axis=1), np.float64)


def vote_variance(by_annotator: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance among annotators of their likeliest label.

    Args:
        by_annotator: Each annotator's predicted distribution, shape (n_annotators, n_items, n_classes); classes that
            tie share the annotator's vote.

    Returns:
        Half the summed variance of the votes' indicators, shape (n_items,), in [0, (1 - 1 / n_classes) / 2]. With two
        classes it is the variance of the class number, which Wang and Plank use; with more, that would depend on the
        order of the classes.

    Example:
        >>> vote_variance(np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.4, 0.6], [0.8, 0.2]]]))
        array([0.25, 0.  ])
    """
    votes = np.zeros(by_annotator.shape[1:])
    for predicted in by_annotator:
        top = predicted == predicted.max(axis=1, keepdims=True)
        votes += top / top.sum(axis=1, keepdims=True)
    return np.asarray((1.0 - np.square(votes / by_annotator.shape[0]).sum(axis=1)) / 2, np.float64)


def _item_of_pair(view: PoolView) -> NDArray[np.int64]:
    return np.repeat(np.arange(view.n_pool), np.diff(view.pair_start))


def _individual_entropy(view: PoolView) -> NDArray[np.float64]:
    """Entropy of each pair that can be asked, shape (n_pairs,)."""
    by_annotator = view.given("by_annotator", "ACTOR")
    item, known = _item_of_pair(view), view.pair_annotator >= 0
    each = np.empty(item.size)
    each[known] = entr(by_annotator[view.pair_annotator[known], item[known]]).sum(axis=1)
    if not known.all():
        each[~known] = group_entropy(by_annotator)[item[~known]]
    return each


def _pick_pairs(view: PoolView, scores: NDArray[np.float64], n: int, rng: np.random.Generator) -> Picks:
    """The best pair of each item, then the n best items."""
    open_ = np.flatnonzero(view.pair_left > 0)
    order = open_[np.lexsort((rng.random(open_.size), -scores[open_]))]
    item = _item_of_pair(view)[order]
    first = np.sort(np.unique(item, return_index=True)[1])[:n]
    return Picks(item[first], scores[order[first]], view.pair_annotator[order[first]])
