"""Labels drawn from label distributions, fast: one random number and a comparison a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.training.delivery.voted import label_type

__all__ = ["LEVELS", "Categorical"]

# 31 of 32 bits, so that a cumulative share of one is a number of the same type. The bit generators' streams are
# promised to stay, what is made of them by Generator's methods is not.
LEVELS = 2**31


@dataclass(frozen=True, eq=False)
class Categorical:
    """Distributions to draw from, as cumulative shares in units of 2^-31.

    The label is the number of cumulative shares at or below a uniform number. Every class has its probability to
    2^-31, as shares are rounded nowhere else; one of probability 0 is never drawn, and one below 2^-32 may be never.

    Attributes:
        thresholds: Cumulative share of classes 0 to k, shape (n_classes - 1, n_rows): class by class, as rows of one
            class are compared at once.
    """

    thresholds: NDArray[np.uint32]

    @classmethod
    def of(cls, counts: NDArray[np.float64]) -> Categorical:
        """Distributions in proportion to counts.

        Args:
            counts: Shape (n_rows, n_classes), 0 or more, no row of zeros.

        Returns:
            The distributions.
        """
        cumulative = np.cumsum(counts, axis=1)
        # Over the last sum, so that classes after the last voted one start at one, whatever was rounded on the way.
        cumulative /= cumulative[:, -1:]
        return cls(np.ascontiguousarray(np.rint(cumulative[:, :-1].T * LEVELS).astype(np.uint32)))

    def draw(self, rng: np.random.Generator) -> NDArray[Any]:
        """Draw one label a row.

        Args:
            rng: Source of randomness, of a bit generator of 64 bits.

        Returns:
            Class index, shape (n_rows,), in the smallest unsigned integer type that fits.
        """
        n_rows = self.thresholds.shape[1]
        # Low half first on every machine. A shift by a number of the same type keeps the type.
        raw: NDArray[Any] = np.asarray(rng.bit_generator.random_raw((n_rows + 1) // 2), np.dtype("<u8"))
        return self.at(raw.view(np.dtype("<u4"))[:n_rows] >> np.uint32(1))

    def at(self, level: NDArray[np.uint32]) -> NDArray[Any]:
        """The labels at given random numbers.

        Args:
            level: Whole numbers from 0 to 2^31 - 1, shape (n_rows,).

        Returns:
            Class index, shape (n_rows,).
        """
        label = np.zeros(level.size, label_type(self.thresholds.shape[0] + 1))
        passed = np.empty(level.size, np.bool_)
        for threshold in self.thresholds:
            np.greater_equal(level, threshold, out=passed)
            label += passed.view(np.uint8)
        return label
