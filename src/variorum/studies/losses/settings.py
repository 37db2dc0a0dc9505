"""Settings of the study of losses, and which losses it compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from variorum.errors import ArgumentError
from variorum.studies.text_heads import steps_of
from variorum.training import LOSSES, NetworkLearner, mlp

__all__ = ["REFERENCE", "REPEATED", "RIVALS", "SAME", "LossesSettings", "methods_of"]

REFERENCE: Final = "cross-entropy"
"""The loss that the others are compared with, delivered as soft labels."""

REPEATED: Final = "repeated-labelling"
"""The baseline: cross-entropy on every vote as an example of its own."""

SAME: Final[Mapping[str, str]] = {
    "kl": REFERENCE,
    "annotator-mean": REFERENCE,
    "soft-micro-f1": "total-variation",
}
"""Losses that are another one where an item has one label: the same gradients, run as a check and not as rivals."""

RIVALS: Final = tuple(name for name in LOSSES if name not in SAME)
"""Losses that are compared, cross-entropy first; those of an order on ordinal corpora alone."""


def methods_of(ordinal: bool) -> tuple[str, ...]:
    """What is compared on a corpus: its losses, and the baseline.

    Args:
        ordinal: Whether its classes are in order.

    Example:
        >>> len(methods_of(True)) - len(methods_of(False))
        2
    """
    return (*(name for name in RIVALS if ordinal or not LOSSES[name].ordinal), REPEATED)


@dataclass(frozen=True)
class LossesSettings:
    """Settings of the study.

    Attributes:
        seeds: How many; each has a split and initial weights of its own.
        corpora: Names.
        learning_rates: Tried in each run, so that no loss suffers from the scale of another's.
        check_seeds: Seeds on which the losses of `SAME` are run.
        features: Name of the featurizer.
        hidden: Units of the head's hidden layer.
        dropout: Share of activations dropped.
        steps: Optimizer steps, whatever the delivery, to the rounding of epochs.
        evaluations: How often validation items choose a checkpoint on the way.
        batch_size: Examples a step, about: see `steps_of`.
        draws: Resamples behind an interval.

    Raises:
        ArgumentError: If there are too few resamples, or no learning rate.
    """

    seeds: int
    corpora: tuple[str, ...] = (
        "chaosnli-snli",
        "chaosnli-mnli",
        "md-agreement",
        "hs-brexit",
        "convabuse",
        "multipico-english",
    )
    learning_rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2)
    check_seeds: int = 2
    features: str = "minilm"
    hidden: int = 128
    dropout: float = 0.3
    steps: int = 400
    evaluations: int = 20
    batch_size: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        if self.draws < 20:
            raise ArgumentError(f"draws must be at least 20, not {self.draws}: an interval needs its ends.")
        if not self.learning_rates:
            raise ArgumentError("learning_rates is empty; give one at least.")

    def head(self, method: str, n_examples: int, learning_rate: float, monitor: str) -> NetworkLearner:
        """The head of a method that gives so many examples an epoch."""
        steps: dict[str, Any] = dict(steps_of(n_examples, self.steps, self.evaluations, self.batch_size))
        repeated = method == REPEATED
        return mlp(
            delivery=REPEATED if repeated else "soft",
            loss=REFERENCE if repeated else method,
            hidden=(self.hidden,),
            dropout=self.dropout,
            learning_rate=learning_rate,
            monitor=monitor,
            device="cpu",
            **steps,
        )
