"""Answers on a label scheme, as the measures take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from variorum.annotations import ANSWERED, Annotations
from variorum.errors import SchemeError
from variorum.evaluation.agreement._ratio import RatioSums, ratio_sums
from variorum.evaluation.agreement._scale import FloatArray, Scale, class_scale, one_hot, squared
from variorum.evaluation.agreement._tally import Tally, tally_votes
from variorum.evaluation.agreement._votes import IntArray, Votes, as_votes, join_answers
from variorum.evaluation.agreement.krippendorff import ordinal_alpha
from variorum.evaluation.agreement.label_sets import jaccard_distance, label_sets, masi_distance
from variorum.evaluation.agreement.per_label import LabelSums

__all__ = ["Answers", "answers_of"]

# Cells of a table of items and values up to which it is dense.
_DENSE = 20_000_000
_MOST_CELLS = 100_000_000
# Of three answers to "which of two?", the last is a tie, half way between the others.
_TIE_LAST = (0.0, 1.0, 0.5)


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to items: labels, numbers or sets of labels.

    Attributes:
        votes: Who answered what item.
        labels: Class of each vote, shape (n_votes,); the vote's own position for numbers.
        n_classes: Number of classes, 0 for numbers.
        at: Which item each one with an answer is, shape (n_items,); items without an answer are left out.
        positions: Where each class lies, shape (n_classes,); the numbers themselves, shape (n_votes,); ``None`` for
            labels without an order.
        bounds: Lowest and highest number that could be given, for numbers.
        sets: The labels that belong to each class, shape (n_classes, n_labels), for sets of labels.
    """

    votes: Votes
    labels: IntArray
    n_classes: int
    at: IntArray
    positions: FloatArray | None = None
    bounds: tuple[float, float] | None = None
    sets: NDArray[np.bool_] | None = None

    @classmethod
    def of_counts(cls, counts: FloatArray, positions: FloatArray) -> Answers:
        """Answers of which only the counts are known.

        Args:
            counts: In whole votes, shape (n_items, n_classes).
            positions: Where each class lies, shape (n_classes,).

        Returns:
            The answers, each by another annotator.
        """
        at = np.flatnonzero(counts.any(axis=1))
        n_classes = counts.shape[1]
        cells = np.repeat(np.arange(at.size * n_classes), counts[at].ravel().astype(np.int64))
        votes = as_votes(cells // n_classes, None, n_items=at.size)
        return cls(votes, cells % n_classes, n_classes, at, positions)

    def scale(self, distance: str, *, counted: bool = False) -> Scale:
        """How far answers are apart.

        Args:
            distance: A distance of `AGREEMENT`, ordinal and ratio of numbers excepted.
            counted: Whether moments must be counts of labels.

        Returns:
            The scale, distances in [0, 1].
        """
        if self.sets is not None and distance in ("masi", "jaccard"):
            return one_hot(
                masi_distance(self.sets) if distance == "masi" else jaccard_distance(self.sets), self.n_classes
            )
        if distance in ("interval", "quadratic") and not counted and self.positions is not None:
            return squared(self.positions, self.bounds)
        return class_scale(distance, self.n_classes, self.positions)

    def tally(self, distance: str, *, counted: bool = False) -> Tally:
        """Answers summed up by item, for a distance as in `scale`; the same tally for the same scale."""
        key = distance, counted and distance != "nominal"
        if key not in self._tallies:
            self._tallies[key] = tally_votes(self.votes, self.labels, self.scale(distance, counted=counted))
        return self._tallies[key]

    @cached_property
    def _tallies(self) -> dict[tuple[str, bool], Tally]:
        return {}

    def label_sums(self) -> LabelSums:
        """Sums for "this label or not", for each label."""
        counted = one_hot(None, self.n_classes)
        votes = self.votes
        counts = counted.sums(votes.item, votes.n_items, self.labels, votes.weight)
        if self.sets is not None:
            given = counts @ self.sets.astype(np.float64)
            return LabelSums(given, votes.answers, given)
        own = counts
        if votes.weight is not None:
            whole = np.ones(votes.item.size)
            whole[votes.parts] = 0.0
            split = counted.sums(
                votes.whole, votes.first_parts.size, self.labels[votes.parts], votes.weight[votes.parts]
            )
            own = counted.sums(votes.item, votes.n_items, self.labels, whole)
            np.add.at(own, votes.item[votes.first_parts], np.square(split))
        return LabelSums(counts, votes.answers, own)

    def ratio(self, *, exact: bool) -> RatioSums:
        """Sums for the ratio metric of numbers."""
        assert self.positions is not None
        return ratio_sums(self.votes, self.positions, exact=exact)

    def ordinal(self) -> Callable[[FloatArray | None], FloatArray]:
        """Alpha with the ordinal metric, as a function of multiplicities."""
        votes = self.votes
        codes, n = self.labels, self.n_classes
        if not n:
            assert self.positions is not None
            distinct, codes = np.unique(self.positions, return_inverse=True)
            codes, n = codes.astype(np.int64), distinct.size
        counts: FloatArray | sparse.csr_array
        if votes.n_items * n <= _DENSE:
            counts = one_hot(None, n).sums(votes.item, votes.n_items, codes, votes.weight)
        else:
            weight = np.ones(codes.size) if votes.weight is None else votes.weight
            counts = sparse.csr_array((weight, (votes.item, codes)), shape=(votes.n_items, n))
        parts = None
        if votes.weight is not None:
            at = votes.parts
            split = one_hot(None, n).sums(votes.whole, votes.first_parts.size, codes[at], votes.weight[at])
            parts = votes.item[votes.first_parts], split
        return lambda w: ordinal_alpha(counts, votes.answers, parts, w)


def answers_of(annotations: Annotations) -> Answers:
    """The answers that annotations hold.

    Args:
        annotations: Of any scheme; only answered rows are votes.

    Returns:
        The answers: the rows of one annotator on one item are one, in equal parts, or one set for a multilabel scheme;
        an elicited distribution is an answer in parts as large as its shares.

    Raises:
        SchemeError: If there are too many distinct sets of labels.
    """
    rows = np.flatnonzero(annotations.status == ANSWERED)
    at, item = np.unique(annotations.item[rows].astype(np.int64), return_inverse=True)
    annotator, n_annotators = annotations.annotator[rows].astype(np.int64), len(annotations.annotators)
    scheme = annotations.scheme
    if scheme.kind == "multilabel":
        found = label_sets(item, annotator, annotations.label[rows], n_labels=scheme.n_classes)
        if at.size * len(found.sets) > _MOST_CELLS:
            raise SchemeError(
                f"{len(found.sets):,} distinct sets of labels on {at.size:,} items are too many to compare "
                "every two of them. Look at each label with label_agreement(annotations.counts())."
            )
        votes = as_votes(found.item, found.annotator, n_items=at.size, n_annotators=n_annotators)
        return Answers(votes, found.code, len(found.sets), at, sets=found.sets)
    votes = as_votes(item.astype(np.int64), annotator, n_items=at.size, n_annotators=n_annotators)
    if scheme.kind == "numeric":
        assert annotations.value is not None
        values = annotations.value[rows]
        return Answers(votes, np.arange(values.size), 0, at, values, scheme.bounds)
    positions = None if scheme.positions is None else np.array(scheme.positions)
    if scheme.kind == "pairwise" and scheme.n_classes == len(_TIE_LAST):
        positions = np.array(_TIE_LAST)
    label = annotations.label[rows].astype(np.int64)
    if annotations.distribution is not None:
        elicited = np.flatnonzero(~np.isnan(annotations.distribution[rows, 0]))
        if elicited.size:
            votes, label = _spread(votes, label, elicited, annotations.distribution[rows])
    return Answers(votes, label, scheme.n_classes, at, positions)


def _spread(votes: Votes, label: IntArray, elicited: IntArray, distribution: FloatArray) -> tuple[Votes, IntArray]:
    """Votes with each elicited distribution as one vote a label, weighted by its share."""
    n_votes = len(distribution)
    person = np.arange(n_votes)
    # Rows of one answer go on together: they are known by the first of them.
    person[votes.parts] = votes.first_parts[votes.whole]
    given = distribution[elicited] > 0.0
    which, more = np.nonzero(given)
    plain = np.setdiff1d(np.arange(n_votes), elicited)
    source = np.concatenate([plain, elicited[which]])
    weight = np.concatenate([np.ones(plain.size), distribution[elicited][given]])
    shared, parts, whole = join_answers(person[source], weight)
    labels = np.concatenate([label[plain], more])
    spread = Votes(votes.item[source], votes.annotator[source], shared, parts, whole, votes.n_items, votes.n_annotators)
    return spread, labels
