"""Each annotator against all others: how often they agree, and how much more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from variorum.evaluation._codes import as_codes, number_of_codes, sum_by_code
from variorum.evaluation.agreement._scale import Distance, FloatArray, Scale, class_scale
from variorum.evaluation.agreement._tally import chance_corrected
from variorum.evaluation.agreement._votes import IntArray, Votes, as_votes

__all__ = ["AnnotatorAgreement", "agreement_with_rest", "annotator_agreement", "rest_of"]


@dataclass(frozen=True, eq=False)
class AnnotatorAgreement:
    """Each annotator against the others on the same items.

    Attributes:
        agreement: Mean over the annotator's answers of the share of others who agree, in [0, 1], shape (n_annotators,);
            nan for an annotator who never shares an item with anyone.
        expected: The same if labels were given by chance, each side as often as it gives them on these items.
        kappa: (agreement - expected) / (1 - expected), at most 1, 0 for chance, shape (n_annotators,); nan as well
            where both sides give one and the same label.
        n_items: Items shared with somebody, shape (n_annotators,).
        n_answers: Items annotated, shared or not, shape (n_annotators,).
    """

    agreement: FloatArray
    expected: FloatArray
    kappa: FloatArray
    n_items: IntArray
    n_answers: IntArray

    def ranked(self, *, min_items: int = 1) -> IntArray:
        """Codes of the annotators with a kappa and at least so many shared items, lowest kappa first."""
        codes = np.flatnonzero((self.n_items >= min_items) & ~np.isnan(self.kappa))
        return codes[np.lexsort((codes, -self.n_items[codes], self.kappa[codes]))]


def annotator_agreement(
    items: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    *,
    distance: Distance = "nominal",
    positions: ArrayLike | None = None,
    n_annotators: int | None = None,
    n_classes: int | None = None,
) -> AnnotatorAgreement:
    """Agreement of each annotator with the others on the same items, corrected for chance.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown: such a vote is somebody else's for
            everyone, and has no score of its own. The votes of one annotator on one item are one answer, in equal
            parts.
        labels: Label code of each vote, shape (n_votes,).
        distance: How far two labels are apart, as in `cohen_kappas`.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...
        n_annotators: How many annotators there are; ``None`` takes the largest code plus one.
        n_classes: How many classes there are; ``None`` takes the largest code plus one.

    Returns:
        A score an annotator. A low one may be a reading of one's own as well as a slip.

    Raises:
        ShapeError: If the lengths differ, or positions or matrix do not fit the classes.
        ArgumentError: If a code is out of range, or the matrix is no distance.
        UnknownNameError: If there is no distance of that name.

    Source:
        Agreement between an isolated annotator and a group: Schouten 1982 (Statistica Neerlandica 36), Vanbelle and
        Albert 2009 (Statistica Neerlandica 63). The latter divide by the largest kappa that the group's own
        disagreement leaves within reach; this one does not, so that kappas of annotators on the same items compare.

    Example:
        >>> found = annotator_agreement([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0, 0, 1, 1, 1, 0])
        >>> found.agreement, found.kappa
        (array([0.5, 0.5, 0. ]), array([ 0.,  0., -1.]))
    """
    votes = as_votes(items, annotators, n_annotators=n_annotators)
    label = as_codes("labels", labels, length=votes.item.size, upper=n_classes)
    size = number_of_codes(label, n_classes)
    return rest_of(votes, label, class_scale(distance, size, positions))


def agreement_with_rest(
    items: ArrayLike, annotators: ArrayLike, labels: ArrayLike, *, n_annotators: int | None = None
) -> FloatArray:
    """Share of the other annotators of the same items who agree with an annotator, for each annotator.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown: such a vote is somebody else's for
            everyone, and has no score of its own.
        labels: Label code of each vote, shape (n_votes,).
        n_annotators: How many annotators there are; ``None`` takes the largest code plus one.

    Returns:
        Shape (n_annotators,), in [0, 1]: the mean over the annotator's answers of the share of the others on that item
        with that label. nan for an annotator who never shares an item with anyone.

    Raises:
        ShapeError: If the lengths differ.
        ArgumentError: If a code is out of range.

    Source:
        Leave-one-out agreement. Who gives an item two labels gives half of an answer to each, on either side.

    Example:
        >>> agreement_with_rest([0, 0, 0, 1], [0, 1, 2, 2], [0, 0, 1, 1])
        array([0.5, 0.5, 0. ])
    """
    return annotator_agreement(items, annotators, labels, n_annotators=n_annotators).agreement


def rest_of(votes: Votes, labels: IntArray, scale: Scale) -> AnnotatorAgreement:
    """Agreement with the rest for votes on any scale.

    Args:
        votes: The votes.
        labels: Label of each, or row of the scale's moments, shape (n_votes,).
        scale: With distances in [0, 1].

    Returns:
        A score an annotator.
    """
    answers, n_annotators = votes.answers, votes.n_annotators
    known = np.flatnonzero(votes.annotator >= 0)
    item, annotator = votes.item[known], votes.annotator[known]
    weight = np.ones(known.size) if votes.weight is None else votes.weight[known]
    paired = answers[item] >= 2.0
    others = np.where(paired, answers[item] - 1.0, 1.0)

    def by_annotator(values: FloatArray) -> FloatArray:
        return sum_by_code(annotator, values, n_annotators)

    # Distances to everybody on the item, less those to oneself; then both sides' mean answers, the same way.
    moments = scale.sums(votes.item, votes.n_items, labels, votes.weight)
    apart = by_annotator(weight * scale.from_each(moments, item, labels[known]) / others * paired)
    if votes.weight is not None:
        at = votes.first_parts
        own = (
            votes.own(scale, labels) / np.maximum(answers[votes.item[at]] - 1.0, 1.0) * (answers[votes.item[at]] >= 2.0)
        )
        mine = votes.annotator[at] >= 0
        apart -= sum_by_code(votes.annotator[at][mine], own[mine], n_annotators)
    n_items = by_annotator(weight * paired)
    per_item = sparse.csr_array((weight / others * paired, (annotator, item)), shape=(n_annotators, votes.n_items))
    mine_by_others = scale.sums(annotator, n_annotators, labels[known], weight / others * paired)
    theirs = np.asarray(per_item @ moments) - mine_by_others
    mine_sum = scale.sums(annotator, n_annotators, labels[known], weight * paired)
    n = np.maximum(n_items, 1.0)[:, None]
    expected = np.where(n_items > 0.5, scale.between(mine_sum / n, theirs / n), np.nan)
    observed = np.divide(np.maximum(apart, 0.0), n_items, out=np.full(n_annotators, np.nan), where=n_items > 0.5)
    return AnnotatorAgreement(
        agreement=1.0 - observed,
        expected=1.0 - expected,
        kappa=chance_corrected(observed, expected),
        n_items=np.rint(n_items).astype(np.int64),
        n_answers=np.rint(by_annotator(weight)).astype(np.int64),
    )
