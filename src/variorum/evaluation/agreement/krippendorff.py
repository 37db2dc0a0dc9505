"""Krippendorff's alpha: 1 - observed / expected disagreement, for labels and for numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from variorum.checks import as_choice, as_vector
from variorum.evaluation._codes import as_codes, sum_by_code
from variorum.evaluation.agreement._ratio import ratio_alpha
from variorum.evaluation.agreement._scale import (
    Distance,
    FloatArray,
    Scale,
    as_positions,
    class_scale,
    mid_ranks,
    one_hot,
    squared,
)
from variorum.evaluation.agreement._tally import Tally, chance_corrected, tally_counts, tally_votes, votes_in
from variorum.evaluation.agreement._votes import Votes, as_votes

__all__ = ["alpha", "alpha_of_sums", "krippendorff_alpha", "krippendorff_alpha_of_votes", "ordinal_alpha"]

_METRICS = ("nominal", "ordinal", "interval", "quadratic", "ratio", "linear")
# Cells of a table of votes by item and value up to which counting beats sorting, per vote.
_DENSE = 32


def krippendorff_alpha(
    counts: ArrayLike, *, distance: Distance = "nominal", positions: ArrayLike | None = None
) -> float:
    """Krippendorff's alpha of vote counts: 1 - observed / expected disagreement.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes), each vote by another annotator; items with one
            vote pair with nothing and are left out.
        distance: How far two labels are apart. ``"nominal"``: 1 if they differ. ``"ordinal"``: the votes between them
            in class order, squared. ``"interval"``: the squared difference of positions. ``"ratio"``: the same over the
            squared sum. ``"linear"``: the difference, not squared. Or a matrix of your own, shape (n_classes,
            n_classes).
        positions: Where each class lies, shape (n_classes,), for interval, ratio and linear; ``None`` for 0, 1, 2, ...

    Returns:
        At most 1 (perfect agreement), 0 for chance, below 0 for systematic disagreement; nan without two votes on one
        item, or where everybody uses one and the same label.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If there is no distance of that name.
        ShapeError: If positions or matrix do not fit the classes.
        ArgumentError: If the matrix is no distance, or a position of a ratio scale is negative.

    Source:
        Krippendorff 2004, "Content Analysis", chapter 11, and 2011, "Computing Krippendorff's Alpha-Reliability":
        coincidences of an item with m votes weigh 1 / (m - 1).

    Example:
        >>> round(krippendorff_alpha([[2, 0], [0, 2], [1, 1]]), 4)
        0.4444
        >>> round(krippendorff_alpha([[2, 0, 0], [0, 1, 1], [0, 0, 2]], distance="interval"), 4)
        0.8276
    """
    votes = votes_in(counts)
    if isinstance(distance, str) and distance == "ordinal":
        return float(ordinal_alpha(votes, votes @ np.ones(votes.shape[1]), None, None))
    return float(alpha(tally_counts(votes, _scale_of(distance, votes.shape[1], positions)), None))


def _scale_of(distance: Distance, n_classes: int, positions: ArrayLike | None) -> Scale:
    if isinstance(distance, str):
        as_choice("distance", distance, _METRICS)
        if distance in ("interval", "quadratic"):
            return squared(as_positions(positions, n_classes))
    return class_scale(distance, n_classes, positions)


def krippendorff_alpha_of_votes(
    items: ArrayLike, annotators: ArrayLike | None, values: ArrayLike, *, distance: Distance = "nominal"
) -> float:
    """Krippendorff's alpha of a column of votes: labels, or numbers that may all be different.

    Time and memory grow with the number of votes (and, sorting, its logarithm) for every named distance; the number of
    distinct values does not matter.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown, whose votes are somebody else's each;
            ``None`` for unknown throughout. The votes of one annotator on one item are one answer, in equal parts, and
            are not paired with each other: nobody agrees or disagrees with themselves.
        values: The vote, shape (n_votes,): label codes for nominal and for a matrix, numbers for the other distances.
        distance: As in `krippendorff_alpha`; positions are the values themselves. ``"linear"`` needs a matrix of the
            distinct values, so that there should be few.

    Returns:
        As `krippendorff_alpha`.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is out of range, a value is not finite or, for ratio, negative.
        UnknownNameError: If there is no distance of that name.

    Source:
        As `krippendorff_alpha`. Interval: the sum over all pairs of (x - y) squared is 2 (n sum x^2 - (sum x)^2).
        Ordinal: the metric is the interval metric of mid-ranks. Ratio: `variorum.evaluation.agreement._ratio`. Answers
            in
        parts are ours: each part counts by its weight.

    Example:
        >>> round(krippendorff_alpha_of_votes([0, 0, 1, 1], [0, 1, 0, 1], [1.5, 1.7, 8.0, 7.0], distance="interval"), 3)
        0.978
    """
    votes = as_votes(items, annotators)
    if not isinstance(distance, str):
        codes = as_codes("values", values, length=votes.item.size, upper=np.shape(distance)[0])
        scale = class_scale(distance, np.shape(distance)[0])
        return float(alpha(tally_votes(votes, codes, scale), None))
    as_choice("distance", distance, _METRICS)
    if distance == "nominal":
        return _nominal(votes, _codes_of(values, votes.item.size))
    x = as_vector("values", values, length=votes.item.size)
    if distance in ("ratio", "linear"):
        distinct, codes = np.unique(x, return_inverse=True)
        if distance == "ratio" and distinct.size > _DENSE:
            return ratio_alpha(votes, x)
        scale = class_scale(distance, distinct.size, distinct)
        return float(alpha(tally_votes(votes, codes.astype(np.int64), scale), None))
    x = _ranks(votes, x) if distance == "ordinal" else x
    return float(alpha(tally_votes(votes, np.arange(x.size), squared(x)), None))


def alpha(tally: Tally, weights: FloatArray | None) -> FloatArray:
    """Alpha of a tally, for each draw of items.

    Args:
        tally: With a distance that does not depend on the votes.
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        Shape (n_draws,), or () without weights.
    """
    n, moments = tally.total("answers", weights), tally.total("moments", weights)
    pairs = tally.scale.between(moments, moments)
    if tally.own is not None:
        pairs = pairs - tally.total("own", weights)
    return alpha_of_sums(n, tally.total("apart", weights), pairs)


def alpha_of_sums(n: FloatArray, apart: FloatArray, pairs: FloatArray) -> FloatArray:
    """Alpha from sums over items with two answers or more; nan where there are none.

    Args:
        n: Number of answers.
        apart: Distance of an answer to the others on its item, on average, summed over answers.
        pairs: Distance summed over all ordered pairs of answers, of whatever items.

    Returns:
        Of the shape that the three broadcast to.
    """
    enough = n >= 2.0
    observed = np.divide(apart, n, out=np.full(np.broadcast(apart, n).shape, np.nan), where=enough)
    expected = np.divide(pairs, n * (n - 1.0), out=np.zeros(np.broadcast(pairs, n).shape), where=enough)
    return chance_corrected(observed, expected)


def ordinal_alpha(
    counts: FloatArray | sparse.csr_array,
    answers: FloatArray,
    parts: tuple[NDArray[np.int64], FloatArray] | None,
    weights: FloatArray | None,
) -> FloatArray:
    """Alpha with the ordinal metric, whose ranks every draw of items has of its own.

    Args:
        counts: Counts of the classes in order, a split answer in parts, shape (n_items, n_classes).
        answers: Number of answers, shape (n_items,).
        parts: Item and parts, shape (n_split,) and (n_split, n_classes), of answers that are more than one label;
            ``None`` where there are none.
        weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

    Returns:
        Shape (n_draws,), or () without weights.
    """
    paired = answers >= 2.0
    m = answers[paired]
    w = np.ones((1, m.size)) if weights is None else weights[:, paired]
    votes = counts[paired]
    n, marginal = w @ m, w @ votes
    ranks = mid_ranks(marginal) / np.maximum(n, 1.0)[:, None]
    # Squared differences as 2 (m sum r^2 - (sum r)^2), for every item (rows) and draw (columns).
    apart = 2.0 * (m[:, None] * (votes @ np.square(ranks).T) - np.square(votes @ ranks.T))
    own = np.zeros_like(apart)
    if parts is not None:
        place = np.cumsum(paired) - 1
        kept = paired[parts[0]]
        split = parts[1][kept]
        np.add.at(own, place[parts[0][kept]], 2.0 * (split @ np.square(ranks).T - np.square(split @ ranks.T)))
    each = np.einsum("dn,nd->d", w, (apart - own) / (m - 1.0)[:, None])
    pairs = 2.0 * (n * (marginal * np.square(ranks)).sum(axis=1) - np.square((marginal * ranks).sum(axis=1)))
    found = alpha_of_sums(n, each, pairs - np.einsum("dn,nd->d", w, own))
    return found if weights is not None else found[0]


def _codes_of(values: ArrayLike, n_votes: int) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.ndim == 1 and array.size and array.dtype.kind == "f":
        return np.unique(as_vector("values", array, length=n_votes), return_inverse=True)[1].astype(np.int64)
    return as_codes("values", values, length=n_votes)


def _nominal(votes: Votes, codes: NDArray[np.int64]) -> float:
    n_values = int(codes.max(initial=0)) + 1
    if votes.n_items * n_values <= _DENSE * max(codes.size, 1):
        return float(alpha(tally_votes(votes, codes, one_hot(None, n_values)), None))
    # Too many values for a table of items and values: those that agree are found by sorting.
    answers = votes.answers
    weight = np.ones(codes.size) if votes.weight is None else votes.weight
    cell, which = np.unique(votes.item * n_values + codes, return_inverse=True)
    same = sum_by_code(cell // n_values, np.square(sum_by_code(which, weight)), votes.n_items)
    own = np.zeros(votes.n_items)
    if votes.weight is not None:
        cell_of, part = np.unique(votes.whole * n_values + codes[votes.parts], return_inverse=True)
        together = sum_by_code(cell_of // n_values, np.square(sum_by_code(part, weight[votes.parts])))
        own = sum_by_code(votes.item[votes.first_parts], 1.0 - together, votes.n_items)
    paired = answers >= 2.0
    apart = np.divide(answers**2 - same - own, answers - 1.0, out=np.zeros(votes.n_items), where=paired)
    n, marginal = answers[paired].sum(), sum_by_code(codes, weight * paired[votes.item])
    pairs = np.asarray(n**2 - np.square(marginal).sum() - own[paired].sum())
    return float(alpha_of_sums(np.asarray(n), np.asarray(apart.sum()), pairs))


def _ranks(votes: Votes, values: FloatArray) -> FloatArray:
    """Mid-ranks among the votes that pair."""
    paired = (votes.answers >= 2.0)[votes.item]
    weight = paired.astype(np.float64) if votes.weight is None else paired * votes.weight
    which = np.unique(values, return_inverse=True)[1]
    return mid_ranks(sum_by_code(which, weight))[which]
