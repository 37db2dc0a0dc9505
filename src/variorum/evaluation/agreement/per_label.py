"""Agreement label by label: each against all others together."""

from __future__ import annotations

from dataclasses import dataclass

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

    def of_draws(self, weights: FloatArray | None) -> LabelAgreement:
        """Agreement for each draw of items.

        Args:
            weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

        Returns:
            Arrays of shape (n_draws, n_classes), or (n_classes,) without weights.
        """
        paired = self.answers >= 2.0
        w = np.ones((1, int(paired.sum()))) if weights is None else weights[:, paired]
        m, counts, own = self.answers[paired][:, None], self.counts[paired], self.own[paired]
        n, given = w @ m, w @ counts
        both = w @ ((counts**2 - own) / (m - 1.0))
        # Of n_c answers with the label and n - n_c without, an answer is paired with one of the other kind.
        apart = 2.0 * (given - both)
        pairs = 2.0 * (given * (n - given) - w @ (counts - own))
        some = n >= 2.0
        observed = np.divide(apart, n, out=np.full(given.shape, np.nan), where=some)
        expected = np.divide(pairs, n * (n - 1.0), out=np.zeros(given.shape), where=some)
        found = (
            np.divide(given, n, out=np.full(given.shape, np.nan), where=some),
            np.divide(both, given, out=np.full(given.shape, np.nan), where=given > 1e-9),
            chance_corrected(observed, expected, 1e-12),
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
