"""DAAL: the item on which the model's entropy and that of people lie apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from variorum.acquisition.base import pick_best
from variorum.annotations import Picks, PoolView

__all__ = ["daal", "daal_overconfident", "daal_underconfident"]


def daal(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items where the entropy of the mean prediction is farthest from the entropy expected among people.

    An item may be asked again while others were not asked at all: that is how a contested item comes to many votes.

    Args:
        view: The pool, with `disagreement`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are absolute differences, in [0, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `disagreement`.

    Source:
        Baumler, Sotnikova and Daumé III (2023). They predict people's entropy by a model trained on items with several
        votes; who predicts it here is up to the view.
    """
    return pick_best(view, np.abs(_model_minus_people(view)), n, rng, revisit=True)


def daal_overconfident(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """One sign of DAAL: pick items on which people differ and the model is sure, which call for many votes.

    Args:
        view: The pool, with `disagreement`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are people's entropy minus the model's, in [-ln n_classes, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `disagreement`.
    """
    return pick_best(view, -_model_minus_people(view), n, rng, revisit=True)


def daal_underconfident(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """The other sign of DAAL: pick items on which people agree and the model is unsure; a known contest is left alone.

    Args:
        view: The pool, with `disagreement`.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are the model's entropy minus people's, in [-ln n_classes, ln n_classes] nats.

    Raises:
        ArgumentError: If the view has no `disagreement`.
    """
    return pick_best(view, _model_minus_people(view), n, rng, revisit=True)


def _model_minus_people(view: PoolView) -> NDArray[np.float64]:
    return np.asarray(entr(view.members.mean(axis=0)).sum(axis=1) - view.given("disagreement", "DAAL"), np.float64)
