"""Settings of the study of sparse votes on texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from variorum.errors import ArgumentError
from variorum.studies.text_heads import steps_of
from variorum.training import NetworkLearner, mlp

__all__ = ["DELIVERED", "SparseTextSettings"]

DELIVERED: Final = ("soft", "majority", "sls", "multipass", "repeated-labelling")
"""Deliveries that are compared, with soft labels."""


@dataclass(frozen=True)
class SparseTextSettings:
    """Settings of the study.

    Attributes:
        seeds: How many; each has a split, votes and initial weights of its own.
        corpora: Names.
        votes: Votes an item, those of which a corpus has more; all its votes come beside.
        few: Which of them count as few: the main tests are of the mean over them.
        budget: Votes bought where equal money is compared, those for validation included.
        tuned: Corpora on which an encoder is fine-tuned.
        tuned_seeds: Seeds of that.
        tuned_votes: Votes an item of that.
        tuned_epochs: Epochs of that.
        features: Name of the featurizer.
        hidden: Units of the head's hidden layer.
        dropout: Share of activations dropped.
        learning_rate: Of the head.
        steps: Optimizer steps of a head, whatever the delivery, to the rounding of epochs.
        evaluations: How often validation items choose a checkpoint on the way.
        batch_size: Examples a step, about: see `steps_of`.
        draws: Resamples behind an interval.

    Raises:
        ArgumentError: If there are too few resamples, or `few` or `tuned_votes` is not among `votes`.
    """

    seeds: int
    corpora: tuple[str, ...] = ("chaosnli-snli", "chaosnli-mnli", "hs-brexit")
    votes: tuple[int, ...] = (1, 2, 3, 5, 10, 25, 50)
    few: tuple[int, ...] = (2, 3, 5)
    budget: int = 1000
    tuned: tuple[str, ...] = ("chaosnli-snli", "hs-brexit")
    tuned_seeds: int = 3
    tuned_votes: int = 3
    tuned_epochs: int = 3
    features: str = "minilm"
    hidden: int = 128
    dropout: float = 0.3
    learning_rate: float = 1e-3
    steps: int = 500
    evaluations: int = 25
    batch_size: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        if self.draws < 20:
            raise ArgumentError(f"draws must be at least 20, not {self.draws}: an interval needs its ends.")
        strange = [few for few in self.few if few not in self.votes]
        if strange or not self.few:
            raise ArgumentError(f"few must hold some of votes = {self.votes}, not {self.few}.")
        if self.tuned and self.tuned_votes not in self.votes:
            raise ArgumentError(
                f"tuned_votes must be one of votes = {self.votes}, not {self.tuned_votes}: heads of the same votes "
                "stand beside encoders."
            )

    def head(self, delivery: str, n_examples: int) -> NetworkLearner:
        """The head, for a delivery of so many examples an epoch."""
        steps: dict[str, Any] = dict(steps_of(n_examples, self.steps, self.evaluations, self.batch_size))
        return mlp(
            delivery=delivery,
            hidden=(self.hidden,),
            dropout=self.dropout,
            learning_rate=self.learning_rate,
            device="cpu",
            **steps,
        )
