"""Answers summed up item by item: every measure is a function of sums over these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_counts
from variorum.evaluation._codes import check_whole_counts, sum_by_code
from variorum.evaluation.agreement._scale import NOTHING, Distance, FloatArray, Scale, class_scale
from variorum.evaluation.agreement._votes import Votes

__all__ = ["COLUMNS", "Tally", "chance_corrected", "tally_classes", "tally_counts", "tally_votes", "votes_in"]


COLUMNS: Final = ("paired", "answered", "answers", "own", "moments", "apart", "mean_apart", "shares")
"""What `Tally.total` adds up."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums over the answers to each item.

    Resampled items are weights: with the multiplicities ``w`` of a draw, every sum over items becomes ``w @ column``,
    so that a thousand draws cost one product of matrices.

    Attributes:
        scale: How far two labels are apart.
        moments: Summed moments of the answers, shape (n_items, n_moments); vote counts for a one-hot scale.
        answers: Number of answers, shape (n_items,).
        apart: Distance summed over ordered pairs of answers by different annotators, shape (n_items,).
        own: Distance between two labels drawn from the same answer, summed over answers, shape (n_items,); ``None``
            where every answer is one label.
    """

    scale: Scale
    moments: FloatArray
    answers: FloatArray
    apart: FloatArray
    own: FloatArray | None = None

    @cached_property
    def is_paired(self) -> NDArray[np.bool_]:
        """Items with two answers or more, shape (n_items,)."""
        return self.answers >= 2.0

    @cached_property
    def mean_apart(self) -> FloatArray:
        """Mean distance of two answers to an item, shape (n_items,); 0 on items with one answer."""
        return self.apart * self._one_over(self.answers * (self.answers - 1.0))

    def _one_over(self, divisor: FloatArray) -> FloatArray:
        return np.divide(1.0, divisor, out=np.zeros(divisor.size), where=divisor > 0.0)

    def _column(self, name: str) -> tuple[FloatArray, FloatArray]:
        """What measures add up over items, and what each item counts: 0 where it has too few answers.

        - ``paired``, ``answered``: items with two answers or more, with one or more
        - ``answers``, ``own``, ``moments``: of items with two answers or more
        - ``apart``: distance of an answer to the others on its item, on average, summed over its answers
        - ``mean_apart``: mean distance of two answers to an item
        - ``shares``: moments of an item's average answer
        """
        m, ones = self.answers, np.ones(self.answers.size)
        paired = self.is_paired.astype(np.float64)
        columns: dict[str, Callable[[], tuple[FloatArray, FloatArray]]] = {
            "paired": lambda: (ones, paired),
            "answered": lambda: (ones, (m > 0.0).astype(np.float64)),
            "answers": lambda: (m, paired),
            "own": lambda: (0.0 * ones if self.own is None else self.own, paired),
            "moments": lambda: (self.moments, paired),
            "apart": lambda: (self.apart, self._one_over(m - 1.0)),
            "mean_apart": lambda: (self.apart, self._one_over(m * (m - 1.0))),
            "shares": lambda: (self.moments, self._one_over(m)),
        }
        return columns[name]()

    def total(self, name: str, weights: FloatArray | None) -> FloatArray:
        """A column summed over items.

        Args:
            name: One of `COLUMNS`.
            weights: Multiplicity of each item in each draw, shape (n_draws, n_items); ``None`` for 1 each.

        Returns:
            Shape (n_draws,) or (n_draws, n_moments); without weights, () or (n_moments,).
        """
        if weights is None:
            column, factor = self._column(name)
            return np.asarray(factor @ column)
        # Measures of one tally ask about the same draws one after another: all columns are added up at once.
        last, sums = self.__dict__.get("_last", (None, None))
        if last is not weights:
            sums = weights @ self._stacked
            self.__dict__["_last"] = (weights, sums)
        assert sums is not None
        first, width = self._places[name]
        return np.asarray(sums[:, first] if width == 0 else sums[:, first : first + width])

    @cached_property
    def _stacked(self) -> FloatArray:
        made = [self._column(name) for name in COLUMNS]
        return np.column_stack([(column.T * factor).T for column, factor in made])

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each column stands in the stack, and how many it is; 0 for one without an axis of its own."""
        places, at = {}, 0
        for name in COLUMNS:
            width = self.moments.shape[1] if name in ("moments", "shares") else 0
            places[name] = at, width
            at += max(width, 1)
        return places


def chance_corrected(observed: FloatArray, expected: FloatArray, nothing: float = NOTHING) -> FloatArray:
    """1 - observed / expected disagreement; nan where nothing is expected, or nothing was observed to divide by.

    Args:
        observed: Mean distance observed, nan where there is none.
        expected: Mean distance expected by chance, same shape.
        nothing: Expected distances up to this one are 0.

    Returns:
        Same shape.
    """
    defined = expected > nothing
    shape = np.broadcast(observed, expected).shape
    corrected: FloatArray = 1.0 - np.divide(observed, expected, out=np.full(shape, np.nan), where=defined)
    return corrected


def votes_in(counts: ArrayLike) -> FloatArray:
    """Validate counts of whole votes.

    Args:
        counts: Shape (n_items, n_classes).

    Returns:
        The same as float64.

    Raises:
        ShapeError: If it is not two-dimensional or has no classes.
        NotCountsError: If a count is negative, not finite or not whole.
    """
    votes = as_counts("counts", counts)
    if np.asarray(counts).dtype.kind not in "biu":
        check_whole_counts("counts", votes)
    return votes


def tally_counts(votes: FloatArray, scale: Scale) -> Tally:
    """Sum up vote counts, each vote by an annotator of its own.

    Args:
        votes: Shape (n_items, n_classes).
        scale: Over the classes.

    Returns:
        The tally.
    """
    moments = votes if scale.moments is None else votes @ scale.moments
    return Tally(scale, moments, votes @ np.ones(votes.shape[1]), scale.between(moments, moments))


def tally_classes(counts: ArrayLike, distance: Distance, positions: ArrayLike | None) -> Tally:
    """Validate counts of whole votes and sum them up on a scale over their classes.

    Args:
        counts: Shape (n_items, n_classes).
        distance: How far two labels are apart, as in `distance_matrix`.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...

    Returns:
        The tally.

    Raises:
        ShapeError: If counts are not two-dimensional or have no classes, or positions or matrix do not fit the classes.
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ArgumentError: If the matrix is no distance.
    """
    votes = votes_in(counts)
    return tally_counts(votes, class_scale(distance, votes.shape[1], positions))


def tally_votes(votes: Votes, labels: NDArray[np.int64], scale: Scale) -> Tally:
    """Sum up votes whose annotators are told apart, so that nobody is paired with themselves.

    Args:
        votes: The votes.
        labels: Label of each, shape (n_votes,).
        scale: Over the labels.

    Returns:
        The tally.
    """
    moments = scale.sums(votes.item, votes.n_items, labels, votes.weight)
    apart = scale.between(moments, moments)
    if votes.weight is None:
        # The moment of order 0 is the number of answers; for labels it is the sum of the counts.
        answers = moments @ np.ones(moments.shape[1]) if scale.moments is None else moments[:, 0]
        return Tally(scale, moments, answers, apart)
    own = sum_by_code(votes.item[votes.first_parts], votes.own(scale, labels), votes.n_items)
    return Tally(scale, moments, votes.answers, np.maximum(apart - own, 0.0), own)
