"""How votes reach the loss: what a learner is shown in each epoch.

- base: `Delivery`, the seat; `Schedule`, one bound to data; `Examples`, one epoch; `FixedSchedule`, all epochs the same
- soft, majority, sls, multipass, repeated, smoothing, mixup, annotators: one idea a file; `DELIVERIES` names them all,
  `delivery_of` makes one by its name
- voted: items that have votes; single_votes: counts taken apart; categorical: labels drawn fast; streams: randomness of
  an epoch
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from variorum.checks import as_choice
from variorum.errors import UnknownNameError
from variorum.training.delivery.annotators import VotesByAnnotator
from variorum.training.delivery.base import Delivery, Examples, FixedSchedule, Schedule
from variorum.training.delivery.majority import Majority
from variorum.training.delivery.mixup import Mixup
from variorum.training.delivery.multipass import DeterministicControl, Multipass
from variorum.training.delivery.repeated import RepeatedLabelling
from variorum.training.delivery.sls import SLS, ShuffledSLS, StaleSLS
from variorum.training.delivery.smoothing import LabelSmoothing
from variorum.training.delivery.soft import Soft

__all__ = [
    "DELIVERIES",
    "SLS",
    "WHOLE_VOTES",
    "Delivery",
    "DeterministicControl",
    "Examples",
    "FixedSchedule",
    "LabelSmoothing",
    "Majority",
    "Mixup",
    "Multipass",
    "RepeatedLabelling",
    "Schedule",
    "ShuffledSLS",
    "Soft",
    "StaleSLS",
    "VotesByAnnotator",
    "delivery_of",
]

DELIVERIES: Final[Mapping[str, type[Any]]] = {
    "soft": Soft,
    "majority": Majority,
    "sls": SLS,
    "multipass": Multipass,
    "deterministic-control": DeterministicControl,
    "shuffled-sls": ShuffledSLS,
    "stale-sls": StaleSLS,
    "repeated-labelling": RepeatedLabelling,
    "label-smoothing": LabelSmoothing,
    "mixup": Mixup,
    "annotators": VotesByAnnotator,
}

WHOLE_VOTES: Final = frozenset({"multipass", "deterministic-control", "repeated-labelling"})
"""Deliveries that show votes one by one, and so take no weighted ones."""


def delivery_of(name: str, **parameters: Any) -> Delivery:
    """A delivery by its name.

    Args:
        name: One of `DELIVERIES`.
        **parameters: Parameters of that delivery; the others keep their defaults.

    Returns:
        The delivery.

    Raises:
        UnknownNameError: If there is no delivery, or no parameter of it, of that name.
        ArgumentError: If a parameter is outside its range.

    Example:
        >>> delivery_of("stale-sls", hold=5)
        StaleSLS(hold=5)
    """
    kind = DELIVERIES[as_choice("delivery", name, DELIVERIES)]
    known = [field.name for field in fields(kind)]
    for parameter in parameters:
        if parameter not in known:
            there = f"it takes: {', '.join(known)}" if known else "it takes none"
            raise UnknownNameError(f"delivery {name!r} has no parameter {parameter!r}; {there}.")
    delivery: Delivery = kind(**parameters)
    return delivery
