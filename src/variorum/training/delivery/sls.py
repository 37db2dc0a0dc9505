"""Stochastic label sampling: a fresh hard label an item and epoch, drawn from its vote shares; and two probes."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.errors import ArgumentError
from variorum.training.base import TrainingData
from variorum.training.delivery.base import Examples
from variorum.training.delivery.categorical import Categorical
from variorum.training.delivery.streams import stream
from variorum.training.delivery.voted import Voted, voted_items

__all__ = ["SLS", "SampledSchedule", "ShuffledSLS", "StaleSLS"]


@dataclass(frozen=True, eq=False)
class SampledSchedule:
    """Labels drawn anew from the same distributions.

    Attributes:
        voted: The items.
        distributions: Theirs, in their order, one row an item, or an item and label.
        seed: Source of the draws.
        hold: Epochs that share a draw.
    """

    voted: Voted
    distributions: Categorical
    seed: int
    hold: int = 1

    def epoch(self, t: int) -> Examples:
        """One drawn label an item (and label of a multilabel scheme)."""
        label = self.distributions.draw(stream(self.seed, "labels", t // self.hold))
        return Examples(self.voted.item, label.reshape(self.voted.counts.shape[:-1]), self.voted.weight)


@dataclass(frozen=True)
class SLS:
    """Every item once an epoch, with a label drawn from its vote shares at the start of the epoch as target.

    In expectation the gradient is that of the soft label, with extra noise in the logits exactly where annotators
    disagree: for p the shares, q the prediction and y the draw, `E[-log q_y] = H(p, q)`, `E[grad] = q - p` and
    `Cov[grad] = Diag(p) - p p^T`. Counts need not be whole numbers. For a multilabel scheme each label is drawn by
    itself: that delivers the share of each label, and not which labels annotators give together.

    Source:
        Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), stochastic label sampling and Proposition 1.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(2), np.array([[3, 1], [0, 2]]))
        >>> schedule = SLS()(data, seed=0)
        >>> np.mean([schedule.epoch(t).target for t in range(4000)], axis=0).round(1)
        array([0.2, 1. ])
    """

    def __call__(self, data: TrainingData, seed: int) -> SampledSchedule:
        """Bind to data.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
        """
        voted = voted_items(data)
        return SampledSchedule(voted, Categorical.of(voted.rows), seed)


@dataclass(frozen=True)
class ShuffledSLS:
    """Stochastic label sampling from the distribution of another item, the same one in every epoch.

    A control: label distributions are dealt out to the items at random, once, by the seed. That keeps the set of
    distributions and breaks what they have to do with the items, whose weights stay theirs.

    Source:
        Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), shuffled SLS.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.eye(3), np.array([[2, 0], [2, 0], [0, 2]]))
        >>> sorted(ShuffledSLS()(data, seed=0).epoch(0).target.tolist())
        [0, 0, 1]
    """

    def __call__(self, data: TrainingData, seed: int) -> SampledSchedule:
        """Bind to data and deal out the distributions.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
            ArgumentError: If the seed is negative.
        """
        voted = voted_items(data)
        order = stream(seed, "pairing").permutation(voted.item.size)
        dealt = Voted(voted.item, voted.counts[order], voted.weight)
        return SampledSchedule(dealt, Categorical.of(dealt.rows), seed)


@dataclass(frozen=True)
class StaleSLS:
    """Stochastic label sampling whose draws are held for several epochs.

    A probe of how much fresh draws matter. With `hold` = 1 it is `SLS`, draw by draw.

    Attributes:
        hold: Epochs that share a draw, 1 or more.

    Raises:
        ArgumentError: If `hold` is not positive.

    Source:
        Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), stale targets held for 1, 5, 10 and 50 epochs.

    Example:
        >>> import numpy as np
        >>> schedule = StaleSLS(hold=5)(TrainingData(np.eye(9), np.ones((9, 2))), seed=0)
        >>> bool((schedule.epoch(0).target == schedule.epoch(4).target).all())
        True
    """

    hold: int = 10

    def __post_init__(self) -> None:
        if self.hold < 1:
            raise ArgumentError(f"hold must be at least 1 epoch, not {self.hold}.")

    def __call__(self, data: TrainingData, seed: int) -> SampledSchedule:
        """Bind to data.

        Raises:
            NotCountsError: If an item of a multilabel scheme has votes for some of its labels only.
        """
        voted = voted_items(data)
        return SampledSchedule(voted, Categorical.of(voted.rows), seed, self.hold)
