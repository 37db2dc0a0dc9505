"""What a campaign can know of each annotator while it runs: where they lean, and how often they slip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import UNKNOWN
from variorum.checks import as_distribution
from variorum.errors import ArgumentError, ShapeError

__all__ = ["AnnotatorProfiles", "annotator_profiles"]

_PRIOR_SLIPS, _PRIOR_VOTES = 1.0, 10.0  # one slip in ten votes, before any was seen
_STEPS = 20


@dataclass(frozen=True, eq=False)
class AnnotatorProfiles:
    """How annotators depart from what is expected of an item.

    Attributes:
        effects: What is to be added to an item's expected distribution, shape (n_annotators, n_classes); rows sum to
            zero, zero for who has not voted.
        error_rates: Share of votes that are slips, in (0, 1), shape (n_annotators,); .1 for who has not voted.
        n_votes: Votes behind both, shape (n_annotators,).
    """

    effects: NDArray[np.float64]
    error_rates: NDArray[np.float64]
    n_votes: NDArray[np.int64]


def annotator_profiles(
    expected: ArrayLike, annotator: ArrayLike, label: ArrayLike, n_annotators: int
) -> AnnotatorProfiles:
    """Estimate leanings and error rates from votes and the distributions that a model expects, in one pass.

    An annotator's effect is the mean of (vote - expected), shrunk towards zero by how much annotators differ beyond
    what chance explains. The error rate is that of a mixture: a vote follows the item's distribution, or is a slip that
    takes any class. Both are rough as long as votes are few, and cheap: for a full account see `decompose`.

    Args:
        expected: Distribution expected for the item of each vote, shape (n_votes, n_classes).
        annotator: Annotator of each vote, -1 for the unknown one, who is passed over; shape (n_votes,).
        label: Class of each vote, shape (n_votes,).
        n_annotators: How many annotators there are.

    Returns:
        The profiles.

    Raises:
        ShapeError: If the votes have different lengths.
        ArgumentError: If a label or an annotator is out of range.
        NotADistributionError: If a row of `expected` is none.

    Source:
        Effects: DerSimonian and Laird (1986), a method of moments. Error rates: a one-coin mixture with a Beta(1, 9)
        prior, by expectation maximisation.

    Example:
        >>> fair = np.full((40, 2), 0.5)
        >>> found = annotator_profiles(fair, np.repeat([0, 1], 20), [0] * 20 + [0, 1] * 10, 2)
        >>> found.effects.round(2)
        array([[ 0.47, -0.47],
               [ 0.  ,  0.  ]])
    """
    who, what = np.asarray(annotator, np.int64), np.asarray(label, np.int64)
    shares = as_distribution("expected", expected) if np.size(expected) else np.asarray(expected, np.float64)
    if not shares.ndim == 2 or not shares.shape[0] == who.size == what.size:
        raise ShapeError(f"expected has shape {shares.shape}, for {who.size} annotators and {what.size} labels.")
    n_classes = shares.shape[1]
    for name, codes, low, high in (("annotator", who, UNKNOWN, n_annotators), ("label", what, 0, n_classes)):
        bad = np.flatnonzero((codes < low) | (codes >= high))
        if bad.size:
            raise ArgumentError(f"{name}[{bad[0]}] = {codes[bad[0]]} is out of range; it must be below {high}.")
    known = who >= 0
    who, what, shares = who[known], what[known], shares[known]
    n_votes = np.bincount(who, minlength=n_annotators).astype(np.int64)
    effects = _effects(shares, who, what, n_votes)
    chosen = shares[np.arange(what.size), what]
    return AnnotatorProfiles(effects, _error_rates(chosen, who, n_votes, n_classes), n_votes)


def _effects(
    shares: NDArray[np.float64], who: NDArray[np.int64], what: NDArray[np.int64], n_votes: NDArray[np.int64]
) -> NDArray[np.float64]:
    n_annotators, n_classes = n_votes.size, shares.shape[1]
    residual = -shares
    residual[np.arange(what.size), what] += 1.0
    total = np.column_stack(
        [np.bincount(who, residual[:, k], minlength=n_annotators) for k in range(n_classes)]
    ).reshape(n_annotators, n_classes)
    variance = float((1.0 - np.square(shares).sum(axis=1)).mean()) if who.size else 0.0  # of one vote, over classes
    voted = n_votes > 0
    if voted.sum() < 2 or variance <= 0.0:
        return np.zeros((n_annotators, n_classes))
    squares = float((np.square(total[voted]).sum(axis=1) / n_votes[voted]).sum())
    n = float(n_votes.sum())
    between = (squares - variance * voted.sum()) / (n - float(np.square(n_votes).sum()) / n)
    if between <= 0.0:
        return np.zeros((n_annotators, n_classes))
    effects: NDArray[np.float64] = total / (n_votes + variance / between)[:, None]
    return effects


def _error_rates(
    chosen: NDArray[np.float64], who: NDArray[np.int64], n_votes: NDArray[np.int64], n_classes: int
) -> NDArray[np.float64]:
    rate = np.full(n_votes.size, _PRIOR_SLIPS / _PRIOR_VOTES)
    for _ in range(_STEPS):
        slip = rate[who] / n_classes
        slips = np.bincount(who, slip / (slip + (1.0 - rate[who]) * chosen), minlength=n_votes.size)
        rate = (slips + _PRIOR_SLIPS) / (n_votes + _PRIOR_VOTES)
    return rate
