"""Cohen's kappa of every two annotators who share items, found by sparse products and never as annotators x items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from variorum.evaluation._codes import as_codes, number_of_codes
from variorum.evaluation.agreement._scale import Distance, FloatArray, Scale, class_scale
from variorum.evaluation.agreement._tally import chance_corrected
from variorum.evaluation.agreement._votes import IntArray, Votes, as_votes

__all__ = ["PairwiseKappas", "cohen_kappas", "kappas_of"]


@dataclass(frozen=True, eq=False)
class PairwiseKappas:
    """Cohen's kappa of pairs of annotators; only pairs that share an item are there.

    Attributes:
        first: Annotator code of one, shape (n_pairs,), increasing.
        second: Annotator code of the other, always the larger, shape (n_pairs,).
        n_items: Items that both annotated, shape (n_pairs,).
        agreement: Share of these on which they agree, or mean partial agreement, in [0, 1], shape (n_pairs,).
        kappa: At most 1, 0 for chance, shape (n_pairs,); nan where both give one and the same label throughout.
        n_annotators: How many annotators there are, those without a pair included.
    """

    first: IntArray
    second: IntArray
    n_items: IntArray
    agreement: FloatArray
    kappa: FloatArray
    n_annotators: int

    def matrix(self) -> FloatArray:
        """Kappa as a symmetric table, shape (n_annotators, n_annotators); nan where undefined and on the diagonal."""
        table = np.full((self.n_annotators, self.n_annotators), np.nan)
        table[self.first, self.second] = table[self.second, self.first] = self.kappa
        return table

    def ranked(self, *, min_items: int = 1) -> IntArray:
        """Positions of the pairs with a kappa and at least so many shared items, lowest kappa first."""
        pairs = np.flatnonzero((self.n_items >= min_items) & ~np.isnan(self.kappa))
        return pairs[np.lexsort((pairs, -self.n_items[pairs], self.kappa[pairs]))]

    def mean(self, *, min_items: int = 1) -> float:
        """Mean kappa of the pairs that share at least so many items, each pair counting once; nan if there is none.

        For annotators who all annotated everything this is Light's kappa (Light 1971, Psychological Bulletin 76).
        """
        kappa = self.kappa[self.ranked(min_items=min_items)]
        return float(kappa.mean()) if kappa.size else float("nan")


def cohen_kappas(
    items: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    *,
    distance: Distance = "nominal",
    positions: ArrayLike | None = None,
    n_annotators: int | None = None,
    n_classes: int | None = None,
) -> PairwiseKappas:
    """Cohen's kappa of every two annotators who share items.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown, which pairs with nobody. The votes of
            one annotator on one item are one answer, in equal parts.
        labels: Label code of each vote, shape (n_votes,).
        distance: How far two labels are apart: ``"nominal"``, 1 if they differ; ``"linear"``, the difference of
            positions; ``"quadratic"`` or ``"interval"``, its square; ``"ratio"``; or a matrix, shape (n_classes,
            n_classes). A weight of the weighted kappa is 1 - distance, in units of the largest.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...
        n_annotators: How many annotators there are; ``None`` takes the largest code plus one.
        n_classes: How many classes there are; ``None`` takes the largest code plus one.

    Returns:
        The pairs. What either would agree on by chance follows from their labels on the items that they share.

    Raises:
        ShapeError: If the lengths differ, or positions or matrix do not fit the classes.
        ArgumentError: If a code is out of range, or the matrix is no distance.
        UnknownNameError: If there is no distance of that name.

    Source:
        Cohen 1960 (Educational and Psychological Measurement 20) and 1968 (Psychological Bulletin 70, weighted).

    Example:
        >>> pairs = cohen_kappas([0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, [0, 0, 0, 1, 1, 1, 1, 1])
        >>> pairs.kappa, pairs.n_items
        (array([0.5]), array([4]))
    """
    votes = as_votes(items, annotators, n_annotators=n_annotators)
    label = as_codes("labels", labels, length=votes.item.size, upper=n_classes)
    size = number_of_codes(label, n_classes)
    return kappas_of(votes, label, class_scale(distance, size, positions))


def kappas_of(votes: Votes, labels: IntArray, scale: Scale) -> PairwiseKappas:
    """Cohen's kappas of votes on any scale.

    Args:
        votes: The votes.
        labels: Label of each, or row of the scale's moments, shape (n_votes,).
        scale: With distances in [0, 1].

    Returns:
        The pairs.
    """
    known = np.flatnonzero(votes.annotator >= 0)
    shape = (votes.n_annotators, votes.n_items)
    weight = np.ones(known.size) if votes.weight is None else votes.weight[known]
    cells = (votes.annotator[known], votes.item[known])
    answered = _table(weight, cells, shape)
    # The parts of an answer add up to 1 but for rounding.
    answered.data[:] = 1.0
    moments = [_table(weight * column, cells, shape) for column in _columns(scale, labels[known])]
    shared = sparse.triu(answered @ answered.T, k=1).tocoo()
    pairs = np.sort(shared.row.astype(np.int64) * votes.n_annotators + shared.col)
    n = _cells(shared, pairs, votes.n_annotators)
    apart = np.zeros(n.size)
    left, right = np.zeros((n.size, len(moments))), np.zeros((n.size, len(moments)))
    for j, moment in enumerate(moments):
        sums = moment @ answered.T
        left[:, j] = _cells(sums, pairs, votes.n_annotators)
        right[:, j] = _cells(sums.T, pairs, votes.n_annotators)
        apart += _cells(moment @ _weighed(scale, moments, answered, j).T, pairs, votes.n_annotators)
    observed = np.maximum(apart, 0.0) / n
    expected = scale.between(left / n[:, None], right / n[:, None])
    return PairwiseKappas(
        first=pairs // max(votes.n_annotators, 1),
        second=pairs % max(votes.n_annotators, 1),
        n_items=np.rint(n).astype(np.int64),
        agreement=1.0 - observed,
        kappa=chance_corrected(observed, expected),
        n_annotators=votes.n_annotators,
    )


def _table(data: FloatArray, cells: tuple[IntArray, IntArray], shape: tuple[int, int]) -> sparse.csr_array:
    kept = data != 0.0
    table = sparse.csr_array((data[kept], (cells[0][kept], cells[1][kept])), shape=shape)
    table.sum_duplicates()
    return table


def _columns(scale: Scale, labels: IntArray) -> list[FloatArray]:
    if scale.moments is not None:
        return [column[labels] for column in scale.moments.T]
    return [(labels == c).astype(np.float64) for c in range(scale.n_values)]


def _weighed(scale: Scale, moments: list[sparse.csr_array], answered: sparse.csr_array, j: int) -> sparse.csr_array:
    """Row j of the form, times the moments."""
    if scale.form is None:
        return sparse.csr_array(answered - moments[j])
    total = sparse.csr_array(answered.shape)
    for weight, moment in zip(scale.form[j], moments, strict=True):
        if weight != 0.0:
            total = total + weight * moment
    return total


def _cells(table: Any, pairs: IntArray, n_annotators: int) -> FloatArray:
    """Cells above the diagonal, at ``row * n_annotators + column`` of each pair; 0 where the table has none."""
    cells = table.tocoo()
    above = np.flatnonzero(cells.row < cells.col)
    found = np.zeros(pairs.size)
    found[np.searchsorted(pairs, cells.row[above].astype(np.int64) * n_annotators + cells.col[above])] = cells.data[
        above
    ]
    return found
