"""Mixup: pairs of items blended, and their labels with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples
from variorum.training.delivery.majority import majority_labels
from variorum.training.delivery.streams import stream
from variorum.training.delivery.voted import voted_items

__all__ = ["MixedSchedule", "Mixup"]


@dataclass(frozen=True, eq=False)
class MixedSchedule:
    """Examples with a fresh partner and share each, every epoch.

    Attributes:
        examples: What is mixed.
        alpha: Both parameters of the Beta distribution of shares.
        seed: Source of partners and shares.
    """

    examples: Examples
    alpha: float
    seed: int

    def epoch(self, t: int) -> Examples:
        """The examples, with a partner for each by a random permutation and a share."""
        item, rng = self.examples.item, stream(self.seed, "mixing", t)
        partner = rng.permutation(item.size)
        share = rng.beta(self.alpha, self.alpha, item.size).astype(np.float32)
        return Examples(item, self.examples.target, self.examples.weight, partner=partner, share=share)


@dataclass(frozen=True)
class Mixup:
    """Every item once an epoch, to be blended with another one: `share` of itself, the rest of its partner.

    Partners are a random permutation of the items and shares are Beta(alpha, alpha), one an item, both drawn anew for
    every epoch. The examples' targets are their own; inputs, and targets or losses, are mixed by who trains. A weight
    is that of the item itself.

    Attributes:
        alpha: Both parameters of the Beta distribution, positive; small ones hardly mix, 1 is uniform.
        of: What is mixed: hard labels of the ``majority`` (ties as in `Majority`) or ``soft`` labels.

    Raises:
        ArgumentError: If `alpha` is not positive and finite.
        UnknownNameError: If `of` is neither.

    Source:
        Zhang et al. 2018 (ICLR), "mixup: beyond empirical risk minimization"; one share an example as the paper writes
        it, where its code draws one a batch.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(3), np.array([[3, 1], [0, 2], [4, 0]]))
        >>> examples = Mixup()(data, seed=0).epoch(0)
        >>> examples.target, sorted(examples.partner.tolist())
        (array([0, 1, 0], dtype=uint8), [0, 1, 2])
    """

    alpha: float = 0.2
    of: Literal["majority", "soft"] = "majority"

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha < np.inf:
            raise ArgumentError(f"alpha must be positive and finite, not {self.alpha}.")
        as_choice("of", self.of, ("majority", "soft"))

    def __call__(self, data: TrainingData, seed: int) -> MixedSchedule:
        """Bind to data.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
            ArgumentError: If the seed is negative.
        """
        voted = voted_items(data)
        target = voted.shares if self.of == "soft" else majority_labels(voted, seed)
        return MixedSchedule(Examples(voted.item, target, voted.weight), self.alpha, seed)
