"""BALD: the item on which the members of the model disagree."""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["bald"]


def bald(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose next vote tells most about the model.

    The score is the mutual information between a vote and the model's parameters: entropy of the mean prediction minus
    mean entropy of the members. Variation among people that all members predict alike scores 0.

    Args:
        view: The pool; with one member every score is 0.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores in [0, ln n_classes] nats.

    Source:
        Houlsby et al. (2011), equation 2, estimated from posterior draws.
    """
    of_mean = entr(view.members.mean(axis=0)).sum(axis=1)
    mean_of = entr(view.members).sum(axis=2).mean(axis=0)
    return pick_best(view, np.maximum(of_mean - mean_of, 0.0), n, rng)
