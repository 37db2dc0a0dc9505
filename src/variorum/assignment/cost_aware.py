"""Cost-aware: the cheap more often, nobody never."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Assignments, Picks, PoolView
from variorum.assignment.base import assign_each

__all__ = ["cost_aware"]

_ANYBODY: Final = 0.5


def cost_aware(picks: Picks, view: PoolView, rng: np.random.Generator) -> Assignments:
    """Ask every second time anybody, else with a probability proportional to one over the price.

    Of n who can be asked everyone has a chance of at least 1 / (2n), however dear, so that what the cheap ones say can
    be weighed against the others. With equal prices it is `random`.

    Args:
        picks: The picks.
        view: The pool, with prices.
        rng: Source of randomness.

    Returns:
        The assignments; the policy wants nobody in particular, so `forced` holds without a choice alone.

    Source:
        Ours; a mixture with the uniform distribution as in Auer et al. 2002 (Exp3).
    """
    cheapness = 1.0 / np.maximum(view.prices, 1)

    def choose(_: int, open_: NDArray[np.int32]) -> tuple[int, bool]:
        # The unknown annotator, -1, has the last price.
        share = cheapness[open_] / cheapness[open_].sum()
        chance = _ANYBODY / open_.size + (1.0 - _ANYBODY) * share
        return int(open_[np.searchsorted(np.cumsum(chance)[:-1], rng.random(), side="right")]), True

    return assign_each(picks, view, choose)
