"""Sums over the answers of sets of annotators, many sets at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from variorum.evaluation.agreement._scale import FloatArray, Scale
from variorum.evaluation.agreement._tally import chance_corrected
from variorum.evaluation.agreement._votes import IntArray, Votes
from variorum.evaluation.agreement.krippendorff import alpha_of_sums

__all__ = ["Across", "GroupSums", "Heap", "Within"]

_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class Heap:
    """Answers of sets of annotators, summed up item by item.

    Attributes:
        scale: How far labels are apart.
        moments: Shape (n_items, n_sets, n_moments).
        answers: Shape (n_items, n_sets).
        own: Distance between two labels drawn from the same answer, summed over answers, same shape.
    """

    scale: Scale
    moments: FloatArray
    answers: FloatArray
    own: FloatArray

    def less(self, part: Heap) -> Heap:
        """What is left without a part of it."""
        # Parts of answers leave rounding behind.
        moments = self.moments - part.moments
        return Heap(self.scale, moments, np.rint(self.answers - part.answers), self.own - part.own)


@dataclass(frozen=True, eq=False)
class GroupSums:
    """Answers by item and annotator, sparse, from which any set of annotators is summed up.

    Attributes:
        scale: How far labels are apart.
        moments: One table a moment, shape (n_items, n_annotators) each.
        answered: 1 for each answer, same shape.
        own: Distance between two labels drawn from the same answer, same shape.
        n_answers: Answers of each annotator, shape (n_annotators,).
    """

    scale: Scale
    moments: tuple[sparse.csr_array, ...]
    answered: sparse.csr_array
    own: sparse.csr_array
    n_answers: IntArray

    @classmethod
    def of_votes(cls, votes: Votes, labels: IntArray, scale: Scale) -> GroupSums:
        """Sum up votes; those of unknown annotators belong to no set."""
        known = np.flatnonzero(votes.annotator >= 0)
        shape = (votes.n_items, votes.n_annotators)
        weight = np.ones(known.size) if votes.weight is None else votes.weight[known]
        cells = (votes.item[known], votes.annotator[known])
        answered = sparse.csr_array((weight, cells), shape=shape)
        answered.sum_duplicates()
        answered.data[:] = 1.0
        if scale.moments is None:
            columns = [(labels[known] == c).astype(np.float64) for c in range(scale.n_values)]
        else:
            columns = [column[labels[known]] for column in scale.moments.T]
        tables = tuple(sparse.csr_array((weight * column, cells), shape=shape) for column in columns)
        at = votes.first_parts
        own, mine = votes.own(scale, labels), votes.annotator[at] >= 0
        own_table = sparse.csr_array((own[mine], (votes.item[at][mine], votes.annotator[at][mine])), shape=shape)
        n_answers = np.asarray(answered.sum(axis=0)).ravel().astype(np.int64)
        return cls(scale, tables, answered, own_table, n_answers)

    @property
    def n_annotators(self) -> int:
        """Number of annotators."""
        return self.answered.shape[1]

    @property
    def n_sets_at_once(self) -> int:
        """How many sets fit into a fair share of memory."""
        return max(1, _CELLS // max(1, self.answered.shape[0] * len(self.moments)))

    def heap(self, sets: NDArray[np.bool_]) -> Heap:
        """Sum up sets of annotators.

        Args:
            sets: Shape (n_sets, n_annotators), true for members.

        Returns:
            The answers of each set.
        """
        chosen = np.ascontiguousarray(sets.T.astype(np.float64))
        moments = [np.asarray(table @ chosen) for table in self.moments]
        none = np.zeros((self.answered.shape[0], sets.shape[0]))
        return Heap(
            self.scale,
            np.stack(moments, axis=-1) if moments else none[..., None],
            np.asarray(self.answered @ chosen),
            np.asarray(self.own @ chosen) if self.own.nnz else none,
        )


class Within:
    """Sums over items for Krippendorff's alpha among the annotators of each set.

    Args:
        heap: Their answers.
    """

    def __init__(self, heap: Heap) -> None:
        paired = heap.answers >= 2.0
        apart = np.maximum(heap.scale.between(heap.moments, heap.moments) - heap.own, 0.0)
        self._scale = heap.scale
        self._answers = heap.answers * paired
        self._apart = np.divide(apart, heap.answers - 1.0, out=np.zeros_like(apart), where=paired)
        self._own = heap.own * paired
        self._moments = heap.moments * paired[..., None]

    def alpha(self, weights: FloatArray | None) -> FloatArray:
        """Alpha of each set.

        Args:
            weights: Multiplicity of each item in each draw, shape (n_draws, n_items); ``None`` for the data as they
                are.

        Returns:
            Shape (n_sets,), or (n_draws, n_sets).
        """
        w = np.ones(self._answers.shape[0]) if weights is None else weights
        moments = np.tensordot(w, self._moments, 1)
        pairs = self._scale.between(moments, moments) - w @ self._own
        return alpha_of_sums(w @ self._answers, w @ self._apart, pairs)


class Across:
    """Sums over items for the cross-replication reliability of two sets of annotators with nobody in common.

    Args:
        one: Answers of the one, for each of several pairs of sets.
        other: Answers of the other.
    """

    def __init__(self, one: Heap, other: Heap) -> None:
        both = (one.answers > 0.0) & (other.answers > 0.0)
        apart = one.scale.between(one.moments, other.moments)
        mean = np.divide(apart, one.answers * other.answers, out=np.zeros_like(apart), where=both)
        self._scale = one.scale
        self._one, self._other = one.answers * both, other.answers * both
        self._apart = (self._one + self._other) * mean
        self._left, self._right = one.moments * both[..., None], other.moments * both[..., None]

    def alpha(self, weights: FloatArray | None) -> FloatArray:
        """Reliability of each pair of sets.

        Args:
            weights: Multiplicity of each item in each draw, shape (n_draws, n_items); ``None`` for the data as they
                are.

        Returns:
            Shape (n_sets,), or (n_draws, n_sets); nan where no item has answers of both.
        """
        w = np.ones(self._one.shape[0]) if weights is None else weights
        n_one, n_other = w @ self._one, w @ self._other
        some = n_one > 0.0
        observed = np.divide(w @ self._apart, n_one + n_other, out=np.full(n_one.shape, np.nan), where=some)
        left, right = np.tensordot(w, self._left, 1), np.tensordot(w, self._right, 1)
        pairs = self._scale.between(left, right)
        expected = np.divide(pairs, n_one * n_other, out=np.zeros(n_one.shape), where=some)
        return chance_corrected(observed, expected)
