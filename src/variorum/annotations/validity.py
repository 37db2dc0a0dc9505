"""Validity judgments: does this reason make sense for its label?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ArgumentError, ShapeError

__all__ = ["ValidityJudgments"]


@dataclass(frozen=True, eq=False)
class ValidityJudgments:
    """One row a judgment: an annotator looked at a reason, their own or another's, and said whether it makes sense.

    Attributes:
        annotation: Row of the judged annotation, int64, shape (n_judgments,).
        judge: Position of the judging annotator, int32.
        makes_sense: The verdict.

    Raises:
        ShapeError: If columns differ in length.
        ArgumentError: If a position is negative.

    Example:
        >>> len(ValidityJudgments([0, 0], [0, 1], [True, False]))
        2
    """

    annotation: NDArray[np.int64]
    judge: NDArray[np.int32]
    makes_sense: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name, dtype in (("annotation", np.int64), ("judge", np.int32), ("makes_sense", np.bool_)):
            column = np.array(getattr(self, name), dtype=dtype)
            if column.shape != (len(self.annotation),):
                raise ShapeError(f"validity.{name} has shape {column.shape} for {len(self.annotation)} judgments.")
            if dtype is not np.bool_ and column.size and column.min() < 0:
                raise ArgumentError(f"validity.{name} holds the negative position {column.min()}.")
            column.flags.writeable = False
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return int(self.annotation.shape[0])
