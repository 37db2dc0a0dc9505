"""Variorum's own model as the studies ask it: all annotators in one group, then by the perspectives that votes show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.decomposition import Decomposition, Perspectives, decompose, find_perspectives

__all__ = ["Ours", "ours"]


@dataclass(frozen=True, eq=False)
class Ours:
    """What the model says.

    Attributes:
        pooled: With all annotators in one group.
        perspectives: Groups that were found among those who are not careless throughout.
        found: By these groups; `pooled` where there is one.
    """

    pooled: Decomposition
    perspectives: Perspectives
    found: Decomposition


def ours(annotations: Annotations, rng: np.random.Generator, prior: NDArray[np.float64] | None = None) -> Ours:
    """Take votes apart, look for perspectives, and take the votes apart by them.

    Args:
        annotations: The votes.
        rng: Draws folds and starts.
        prior: A classifier's predictions, shape (n_items, n_classes).
    """
    pooled = decompose(annotations, prior=prior)
    groups = find_perspectives(annotations, rng, careless=pooled.annotators.throughout, weights=pooled.weight)
    found = pooled if groups.n_groups == 1 else decompose(annotations, prior=prior, groups=groups.group)
    return Ours(pooled, groups, found)
