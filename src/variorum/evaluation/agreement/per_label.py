"""Agreement label by label: each against all others together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from variorum.evaluation.agreement._scale import FloatArray
from variorum.evaluation.agreement._tally import chance_corrected, votes_in

__all__ = ["LabelAgreement", "LabelSums", "label_agreement"]


@dataclass(frozen=True, eq=False)
class LabelAgreement:
    """Each label against all others together.

    Attributes:
        share: Share of the answers that give the label, on items with two or more, in [0, 1], shape (n_classes,).
        specific: If one annotator gives it, the chance that another one does, in [0, 1], shape (n_classes,); nan for a
            label that nobody gives.
        alpha: Krippendorff's alpha of "this label or not", shape (n_classes,); nan for a label that nobody gives, or
            everybody.
    """

    share: FloatArray
    specific: FloatArray
    alpha: FloatArray


@dataclass(frozen=True, eq=False)
class LabelSums:
    """Sums over the answers to each item, for "this label or not".

    Attributes:
        counts: Answers that give each label, one that gives several in parts, shape (n_items, n_classes).
        answers: Number of answers, shape (n_items,).
        own: Square of the parts, summed over answers, shape (n_items, n_classes); the counts themselves where every
            answer is one label.
    """

    counts: FloatArray
    answers: FloatArray
    own: FloatArray

    @cached_property
    def _columns(self) -> FloatArray:
        """Answers; and for each label how many give it, are met by one who does, and differ from themselves in part."""
        paired = self.answers >= 2.0
        m = np.where(paired, self.answers, 2.0)[:, None]
        both, split = (self.counts**2 - self.own) / (m - 1.0), self.counts - self.own
        return np.column_stack([self.answers, self.counts, both, split]) * paired[:, None]

    def of_draws(self, weights: FloatArray | None) -> LabelAgreement:
        """Agreement for each draw of items.

        Args:
            weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

        Returns:
            Arrays of shape (n_draws, n_classes), or (n_classes,) without weights.
        """
        columns = self._columns
        sums = np.ones((1, len(columns))) @ columns if weights is None else weights @ columns
        n, given, both, split = sums[:, :1], *np.split(sums[:, 1:], 3, axis=1)
        # Of the answers paired with one that gives the label, those that do not; and, of all pairs, those that differ.
        apart, pairs = 2.0 * (given - both), 2.0 * (given * (n - given) - split)
        some = n >= 2.0
        observed = np.divide(apart, n, out=np.full(given.shape, np.nan), where=some)
        expected = np.divide(pairs, n * (n - 1.0), out=np.zeros(given.shape), where=some)
        found = (
            np.divide(given, n, out=np.full(given.shape, np.nan), where=some),
            np.divide(both, given, out=np.full(given.shape, np.nan), where=given > 1e-9),
            chance_corrected(observed, expected),
        )
        return LabelAgreement(*(each if weights is not None else each[0] for each in found))


def label_agreement(counts: ArrayLike) -> LabelAgreement:
    """Agreement of each label against all others together.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes), each vote by another annotator; or, for several
            labels at once, (n_items, n_labels, 2): how many left the label out and how many gave it.

    Returns:
        Share, specific agreement and alpha of each label; items with one vote pair with nothing and are left out.

    Raises:
        ShapeError: If the counts have other axes.
        NotCountsError: If a count is negative, not finite or not whole.

    Source:
        Krippendorff 2004, section 11.3 (binary distinctions); specific agreement as in Cicchetti and Feinstein 1990
        (Journal of Clinical Epidemiology 43), an item with m votes weighing its pairs by 1 / (m - 1).

    Example:
        >>> found = label_agreement([[3, 0, 0], [0, 2, 1], [0, 1, 2], [3, 0, 0]])
        >>> found.alpha.round(3), found.specific.round(3)
        (array([1.   , 0.185, 0.185]), array([1.   , 0.333, 0.333]))
    """
    array = np.asarray(counts)
    if array.ndim != 3 or array.shape[2] != 2:
        votes = votes_in(counts)
        return LabelSums(votes, votes.sum(axis=1), votes).of_draws(None)
    both = votes_in(array.reshape(array.shape[0], -1)).reshape(array.shape)
    # A label at a time: not everybody need have been asked about every label.
    each = [LabelSums(of[:, 1:], of.sum(axis=1), of[:, 1:]).of_draws(None) for of in both.transpose(1, 0, 2)]
    names = ("share", "specific", "alpha")
    return LabelAgreement(*(np.concatenate([getattr(found, name) for found in each]) for name in names))
