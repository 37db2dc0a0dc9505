"""Answers summed up item by item: every measure is a function of sums over these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_counts
from variorum.evaluation._codes import check_whole_counts, sum_by_code
from variorum.evaluation.agreement._scale import FloatArray, Scale
from variorum.evaluation.agreement._votes import Votes

__all__ = ["Tally", "chance_corrected", "tally_counts", "tally_votes", "votes_in"]


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
    def paired_answers(self) -> FloatArray:
        """Number of answers, 0 on items with one, which pairs with nothing."""
        return self.answers if self.is_paired.all() else np.where(self.is_paired, self.answers, 0.0)

    @cached_property
    def paired_moments(self) -> FloatArray:
        """Moments, 0 on items with one answer."""
        return self.moments if self.is_paired.all() else self.moments * self.is_paired[:, None]

    @cached_property
    def paired_own(self) -> FloatArray | None:
        """Own distances, 0 on items with one answer."""
        return None if self.own is None else self.own * self.is_paired

    @cached_property
    def apart_from_each(self) -> FloatArray:
        """Distance of an answer to the others on its item, on average, summed over the answers."""
        return np.divide(self.apart, self.answers - 1.0, out=np.zeros(self.answers.size), where=self.is_paired)

    @cached_property
    def mean_apart(self) -> FloatArray:
        """Mean distance of two answers to an item, shape (n_items,); 0 on items with one answer."""
        return np.divide(self.apart_from_each, self.answers, out=np.zeros(self.answers.size), where=self.is_paired)

    @cached_property
    def shares(self) -> FloatArray:
        """Moments of an item's average answer, shape (n_items, n_moments); 0 without an answer."""
        return np.divide(
            self.moments, self.answers[:, None], out=np.zeros_like(self.moments), where=self.answers[:, None] > 0.0
        )

    @staticmethod
    def total(column: NDArray[np.generic], weights: FloatArray | None) -> FloatArray:
        """A column summed over items.

        Args:
            column: Shape (n_items,) or (n_items, n_columns).
            weights: Multiplicity of each item in each draw, shape (n_draws, n_items); ``None`` for 1 each.

        Returns:
            Shape (n_draws,) or (n_draws, n_columns); without weights, () or (n_columns,).
        """
        w = np.ones(column.shape[0]) if weights is None else weights
        return np.asarray(w @ column.astype(np.float64, copy=False))


def chance_corrected(observed: FloatArray, expected: FloatArray, nothing: float) -> FloatArray:
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
