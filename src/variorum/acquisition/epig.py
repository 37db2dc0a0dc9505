"""EPIG: the item whose vote tells most about the predictions that count."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from variorum.acquisition.base import pick_best, some_targets
from variorum.annotations import Picks, PoolView

__all__ = ["epig", "expected_information"]

_TARGETS: Final = 200
# Cells of the joint distributions held at a time: 16 MB, which stays near the processor.
_CELLS: Final = 1 << 21


def epig(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose next vote tells most about votes on the items that are to be predicted.

    BALD asks what a vote tells about the model, of use or not; this asks what it tells about predictions. Variation
    among people that all members predict alike scores 0.

    Args:
        view: The pool; the items to be predicted are those of `target_members`, else the pool's, or 200 random ones.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, ln n_classes] nats.

    Source:
        Bickford Smith et al. (2023), estimated from posterior draws; their target inputs are items here.
    """
    target = some_targets(view, _TARGETS, rng)
    return pick_best(view, expected_information(view.members, target), n, rng)


def expected_information(members: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mutual information between a vote on each item and a vote on a target item, averaged over the target items.

    Members tie the two: the joint distribution of two votes is the mean over members of the product of their
    distributions. Time grows with items x target items x classes squared, memory does not.

    Args:
        members: Draws of the predictive distribution, shape (n_members, n_items, n_classes).
        target: Draws of the same members for the target items, at least one, shape (n_members, n_target, n_classes).

    Returns:
        Nats, shape (n_items,), in [0, ln n_classes].

    Example:
        >>> opposed = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])
        >>> expected_information(opposed, opposed[:, :1]).round(4)
        array([0.6931, 0.    ])
    """
    n_members, n_items, n_classes = members.shape
    n_target = target.shape[1]
    second = target.reshape(n_members, -1) / n_members
    of_target = float(entr(target.mean(axis=0)).sum()) / n_target
    scores = entr(members.mean(axis=0)).sum(axis=1) + of_target
    step = max(1, _CELLS // (n_classes * second.shape[1]))
    for start in range(0, n_items, step):
        block = members[:, start : start + step]
        joint = block.reshape(n_members, -1).T @ second
        entr(joint, out=joint)
        scores[start : start + step] -= joint.reshape(block.shape[1], -1).sum(axis=1) / n_target
    return np.asarray(np.maximum(scores, 0.0), np.float64)
