"""Answers that are sets of labels, and how far two sets are apart: MASI and Jaccard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation._codes import as_codes, number_of_codes
from variorum.evaluation.agreement._scale import FloatArray
from variorum.evaluation.agreement._votes import IntArray

__all__ = ["SetAnswers", "jaccard_distance", "label_sets", "masi_distance"]


@dataclass(frozen=True, eq=False)
class SetAnswers:
    """Answers that are sets: one row an item and annotator, whatever the number of labels.

    Attributes:
        item: Item code of each answer, shape (n_answers,).
        annotator: Annotator code, -1 for unknown, shape (n_answers,).
        code: Row of `sets` that the answer is, shape (n_answers,).
        sets: The distinct sets, shape (n_sets, n_labels), true where a label belongs.
    """

    item: IntArray
    annotator: IntArray
    code: IntArray
    sets: NDArray[np.bool_]


def label_sets(
    items: ArrayLike, annotators: ArrayLike, labels: ArrayLike, *, n_labels: int | None = None
) -> SetAnswers:
    """Gather the rows of each annotator on each item into one set.

    Args:
        items: Item code of each row, shape (n_rows,).
        annotators: Annotator code of each row, shape (n_rows,); -1 for unknown, whose rows are a set each.
        labels: Label code of each row, shape (n_rows,); -1 for none, which alone is the empty set.
        n_labels: How many labels there are; ``None`` takes the largest code plus one.

    Returns:
        The answers, by item and annotator, unknown ones first.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is out of range.

    Example:
        >>> found = label_sets([0, 0, 0], [0, 0, 1], [0, 1, 1])
        >>> found.sets[found.code].astype(int)
        array([[1, 1],
               [0, 1]])
    """
    item = as_codes("items", items)
    annotator = as_codes("annotators", annotators, length=item.size, unknown=True)
    label = as_codes("labels", labels, length=item.size, upper=n_labels, unknown=True)
    size = number_of_codes(label, n_labels)
    person = annotator.copy()
    unknown = np.flatnonzero(annotator < 0)
    person[unknown] = -1 - np.arange(unknown.size)
    order = np.lexsort((person, item))
    if not order.size:
        none = np.zeros(0, np.int64)
        return SetAnswers(none, none, none, np.zeros((0, size), np.bool_))
    new = np.ones(order.size, np.bool_)
    new[1:] = (np.diff(item[order]) != 0) | (np.diff(person[order]) != 0)
    answer = np.cumsum(new) - 1
    given = label[order] >= 0
    # One bit a label, eight a byte: distinct sets are distinct rows of bytes.
    member = np.zeros((int(answer[-1]) + 1, size), np.bool_)
    member[answer[given], label[order][given]] = True
    sets, code = np.unique(np.packbits(member, axis=1), axis=0, return_inverse=True)
    first = order[new]
    return SetAnswers(
        item[first],
        annotator[first],
        code.reshape(-1).astype(np.int64),
        np.unpackbits(sets, axis=1, count=size).astype(np.bool_),
    )


def jaccard_distance(sets: ArrayLike) -> FloatArray:
    """Jaccard distance of every two sets: 1 - size of the intersection / size of the union.

    Args:
        sets: Shape (n_sets, n_labels), true or 1 where a label belongs.

    Returns:
        Shape (n_sets, n_sets), in [0, 1]; two empty sets are the same.

    Raises:
        ShapeError: If it has another number of axes.
        ArgumentError: If a cell is neither 0 nor 1.

    Source:
        Jaccard 1901.

    Example:
        >>> jaccard_distance([[1, 1, 0], [0, 1, 0], [0, 0, 1]]).round(2)
        array([[0. , 0.5, 1. ],
               [0.5, 0. , 1. ],
               [1. , 1. , 0. ]])
    """
    return 1.0 - _overlaps(sets)[0]


def masi_distance(sets: ArrayLike) -> FloatArray:
    """MASI distance of every two sets: Jaccard, softened where one set holds the other.

    Args:
        sets: Shape (n_sets, n_labels), true or 1 where a label belongs.

    Returns:
        Shape (n_sets, n_sets), in [0, 1]: 1 - Jaccard index x monotonicity, which is 1 for equal sets, 2/3 where one
        holds the other, 1/3 where they overlap, 0 where they have nothing in common. Two empty sets are the same; an
        empty set and another have nothing in common.

    Raises:
        ShapeError: If it has another number of axes.
        ArgumentError: If a cell is neither 0 nor 1.

    Source:
        Passonneau 2006 (LREC, "Measuring agreement on set-valued items").

    Example:
        >>> masi_distance([[1, 1, 0], [0, 1, 0], [0, 1, 1]]).round(2)
        array([[0.  , 0.67, 0.89],
               [0.67, 0.  , 0.67],
               [0.89, 0.67, 0.  ]])
    """
    jaccard, shared, sizes = _overlaps(sets)
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    monotonicity = np.where(shared == smaller, 2.0 / 3.0, 1.0 / 3.0)
    monotonicity[jaccard == 1.0] = 1.0
    return 1.0 - jaccard * monotonicity


def _overlaps(sets: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Jaccard index and size of the intersection of every two sets, and size of each."""
    array = np.asarray(sets)
    if array.ndim != 2:
        raise ShapeError(f"sets must have 2 axes, not {array.ndim} (its shape is {array.shape}).")
    bad = np.argwhere(~np.isin(array, (0, 1)))
    if bad.size:
        row, column = bad[0]
        raise ArgumentError(
            f"sets[{row}, {column}] = {array[row, column]} is neither 0 nor 1; {len(bad)} of {array.size} cells are "
            "affected. Say of each label whether it belongs."
        )
    member = array.astype(np.float64)
    shared, sizes = member @ member.T, member.sum(axis=1)
    union = sizes[:, None] + sizes[None, :] - shared
    return np.divide(shared, union, out=np.ones_like(shared), where=union > 0.0), shared, sizes
