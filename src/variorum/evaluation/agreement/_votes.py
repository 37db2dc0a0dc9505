"""Votes as columns, and which of them are parts of one answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.evaluation._codes import as_codes, number_of_codes
from variorum.evaluation.agreement._scale import FloatArray, Scale

__all__ = ["IntArray", "Votes", "as_votes", "join_answers"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Votes:
    """Who voted on which item; an answer is all that one annotator says about one item, and weighs 1.

    Attributes:
        item: Item code, shape (n_votes,).
        annotator: Annotator code, shape (n_votes,); -1 for unknown.
        weight: Part of its answer that a vote makes up, shape (n_votes,); ``None`` where every vote is an answer.
        parts: Votes that are less than an answer, shape (n_parts,).
        whole: Which answer each of them belongs to, counted from 0, shape (n_parts,).
        n_items: Number of items.
        n_annotators: Number of annotators, the unknown ones left out.
    """

    item: IntArray
    annotator: IntArray
    weight: FloatArray | None
    parts: IntArray
    whole: IntArray
    n_items: int
    n_annotators: int

    @property
    def answers(self) -> FloatArray:
        """Number of answers to each item, shape (n_items,)."""
        if self.weight is None:
            return np.bincount(self.item, minlength=self.n_items).astype(np.float64)
        return np.rint(np.bincount(self.item, self.weight, minlength=self.n_items))

    @property
    def first_parts(self) -> IntArray:
        """A vote of each answer that has parts, shape (n_split,)."""
        first = np.zeros(int(self.whole.max(initial=-1)) + 1, np.int64)
        first[self.whole[::-1]] = self.parts[::-1]
        return first

    def own(self, scale: Scale, labels: IntArray) -> FloatArray:
        """Distance between two labels drawn from the same answer, for answers with parts.

        Args:
            scale: How far labels are apart.
            labels: Label of each vote, shape (n_votes,).

        Returns:
            Shape (n_split,); for all other answers it is 0.
        """
        if self.weight is None:
            return np.zeros(0)
        n_split = int(self.whole.max(initial=-1)) + 1
        moments = scale.sums(self.whole, n_split, labels[self.parts], self.weight[self.parts])
        return scale.between(moments, moments)


def as_votes(
    items: ArrayLike, annotators: ArrayLike | None, *, n_annotators: int | None = None, n_items: int | None = None
) -> Votes:
    """Validate columns of codes and find votes that belong to one answer.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown, whose votes are somebody else's each;
            ``None`` for unknown throughout.
        n_annotators: How many annotators there are; ``None`` takes the largest code plus one.
        n_items: How many items there are; ``None`` takes the largest code plus one.

    Returns:
        The votes. Those of one annotator on one item share the weight of one answer.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is out of range.

    Example:
        >>> as_votes([0, 0, 0], [1, 1, 0]).weight
        array([0.5, 0.5, 1. ])
    """
    item = as_codes("items", items, upper=n_items)
    size = number_of_codes(item, n_items)
    none = np.zeros(0, np.int64)
    if annotators is None:
        return Votes(item, np.broadcast_to(np.int64(-1), item.shape), None, none, none, size, n_annotators or 0)
    annotator = as_codes("annotators", annotators, length=item.size, upper=n_annotators, unknown=True)
    n_known = number_of_codes(annotator, n_annotators)
    key = item * max(n_known, 1)
    key += annotator
    if annotator.size and annotator.min() < 0:
        unknown = np.flatnonzero(annotator < 0)
        key[unknown] = -1 - np.arange(unknown.size)
    weight, parts, whole = join_answers(key, None)
    return Votes(item, annotator, weight, parts, whole, size, n_known)


def join_answers(key: IntArray, weight: FloatArray | None) -> tuple[FloatArray | None, IntArray, IntArray]:
    """Votes with the same key share the weight of one answer.

    Args:
        key: Of each vote, shape (n_votes,).
        weight: Of the votes before they share, shape (n_votes,); ``None`` for 1 each.

    Returns:
        `Votes.weight`, `Votes.parts` and `Votes.whole`.
    """
    # Sorting tells that nobody votes twice on an item much faster than numbering the answers does, in 32 bits faster
    # yet.
    narrow = key.size and key.min() >= -(2**31) and key.max() < 2**31
    ordered = np.sort(key.astype(np.int32)) if narrow else np.sort(key)
    again = ordered[1:] == ordered[:-1]
    if not again.any():
        return None, np.zeros(0, np.int64), np.zeros(0, np.int64)
    twice = np.unique(ordered[1:][again]).astype(np.int64)
    place = np.searchsorted(twice, key).clip(max=twice.size - 1)
    parts = np.flatnonzero(twice[place] == key)
    whole = place[parts]
    shared = np.ones(key.size)
    given = np.ones(parts.size) if weight is None else weight[parts]
    shared[parts] = given / np.bincount(whole, given)[whole]
    return shared, parts, whole
