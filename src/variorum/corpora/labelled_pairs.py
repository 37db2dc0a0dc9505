"""Pairs of texts with a label distribution each, for what is published without single votes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.checks import as_distribution
from variorum.corpora.base import RemoteFile
from variorum.errors import ShapeError

__all__ = ["LabelledPairs", "PairFiles"]


@dataclass(frozen=True)
class PairFiles:
    """Published files of such pairs.

    Attributes:
        title: Their name for people.
        licence: The licence that their publishers state, or "none stated".
        home: Web page of their publishers.
        files: The files.
    """

    title: str
    licence: str
    home: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, eq=False)
class LabelledPairs:
    """Premises and hypotheses with their label distributions.

    Attributes:
        ids: Item ids.
        premise: The first text of each pair.
        hypothesis: The second.
        labels: Labels, in class order.
        distribution: Shape (n_items, n_classes), rows sum to one; a hard label is a row of zeros and a one.

    Raises:
        ShapeError: If the columns have different lengths.
        NotADistributionError: If a row is not a distribution.

    Example:
        >>> pairs = LabelledPairs(("a", "b"), ("It rains.",) * 2, ("It is wet.", "No."), ("yes", "no"), np.eye(2))
        >>> pairs.take(np.array([1])).hypothesis
        ('No.',)
    """

    ids: tuple[str, ...]
    premise: tuple[str, ...]
    hypothesis: tuple[str, ...]
    labels: tuple[str, ...]
    distribution: NDArray[np.float64]

    def __post_init__(self) -> None:
        rows = as_distribution("distribution", self.distribution)
        object.__setattr__(self, "distribution", rows)
        sizes = {"ids": len(self.ids), "premise": len(self.premise), "hypothesis": len(self.hypothesis)}
        for name, size in sizes.items():
            if size != rows.shape[0]:
                raise ShapeError(f"{name} has {size} items, and distribution has {rows.shape[0]}.")
        if len(self.labels) != rows.shape[1]:
            raise ShapeError(f"there are {len(self.labels)} labels, and distribution has {rows.shape[1]} columns.")

    def __len__(self) -> int:
        """Number of items."""
        return len(self.ids)

    def take(self, rows: NDArray[np.integer]) -> LabelledPairs:
        """Some of the items.

        Args:
            rows: Positions, shape (n,).
        """
        at = rows.tolist()
        ids, premise, hypothesis = (
            tuple(column[i] for i in at) for column in (self.ids, self.premise, self.hypothesis)
        )
        return LabelledPairs(ids, premise, hypothesis, self.labels, self.distribution[rows])
