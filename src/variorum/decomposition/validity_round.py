"""The validity round of VariErr: annotators judge reasons, their own and each other's, and say which make sense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, ValidityJudgments
from variorum.labels import need_classes

__all__ = ["ValidityRates", "error_labels", "judged_own", "judged_same_label", "validity_rates"]

Array = NDArray[np.float64]


def judged_own(annotations: Annotations, validity: ValidityJudgments) -> NDArray[np.bool_]:
    """Which judgments are authors' of their own annotations, shape (n_judgments,).

    Args:
        annotations: The annotations judged.
        validity: The judgments.
    """
    return np.asarray(annotations.annotator[validity.annotation] == validity.judge)


def judged_same_label(annotations: Annotations, validity: ValidityJudgments) -> NDArray[np.bool_]:
    """Which judgments are by somebody who gave the item the same label, shape (n_judgments,).

    Args:
        annotations: The annotations judged.
        validity: The judgments.
    """
    k, n_annotators = annotations.scheme.n_classes, len(annotations.annotators)
    labelled = annotations.label >= 0
    known = labelled & (annotations.annotator >= 0)
    pair = annotations.item.astype(np.int64) * k + annotations.label
    given = pair[known] * n_annotators + annotations.annotator[known]
    asked = pair[validity.annotation] * n_annotators + validity.judge
    return np.isin(asked, given) & labelled[validity.annotation]


def error_labels(annotations: Annotations, validity: ValidityJudgments) -> NDArray[np.bool_]:
    """Which labels are errors by VariErr's rule: none of a label's reasons is validated by its own author.

    Args:
        annotations: The annotations judged, of a nominal, ordinal or pairwise scheme.
        validity: The judgments; a reason that its author did not judge is not validated.

    Returns:
        Mask, shape (n_items, n_classes); labels that nobody gave are no errors.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Source:
        Weber-Genzel, Peng, de Marneffe and Plank 2024, "VariErr NLI" (ACL), section 3: it matches the published
        ``error_labels`` on 500 of 500 items.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme, people = LabelScheme.nominal(["no", "yes"]), Annotators(("x:1", "x:2"))
        >>> votes = Annotations(scheme, Items(("a",)), people, [0, 0], [0, 1], [0, 1])
        >>> error_labels(votes, ValidityJudgments([0, 1, 1], [0, 1, 0], [True, False, True]))
        array([[False,  True]])
    """
    need_classes(annotations, "the rule for error labels")
    shape = (len(annotations.items), annotations.scheme.n_classes)
    given, validated = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    # Rows without a single label, unanswered or elicited as a distribution, give none.
    labelled = annotations.label >= 0
    given[annotations.item[labelled], annotations.label[labelled]] = True
    stood_by = validity.annotation[judged_own(annotations, validity) & validity.makes_sense]
    stood_by = stood_by[labelled[stood_by]]
    validated[annotations.item[stood_by], annotations.label[stood_by]] = True
    return given & ~validated


@dataclass(frozen=True, eq=False)
class ValidityRates:
    """Shares of reasons that were validated; nan where nobody judged.

    Attributes:
        own: Share of each annotator's reasons that they validated themselves, shape (n_annotators,).
        by_peers: Share of others' judgments of the annotator's reasons that validate them.
        of_peers: Share of the annotator's judgments of others' reasons that validate them: leniency.
        own_by_label: Share of the reasons for each label that their authors validated, shape (n_classes,).
        peers_by_label: Share of others' judgments of the reasons for each label that validate them.
        n_own: Judgments behind `own`, shape (n_annotators,).
        n_by_peers: Judgments behind `by_peers`.
        n_of_peers: Judgments behind `of_peers`.
    """

    own: Array
    by_peers: Array
    of_peers: Array
    own_by_label: Array
    peers_by_label: Array
    n_own: NDArray[np.int64]
    n_by_peers: NDArray[np.int64]
    n_of_peers: NDArray[np.int64]


def validity_rates(annotations: Annotations, validity: ValidityJudgments) -> ValidityRates:
    """How often reasons are validated, by their authors and by others, for each annotator and label.

    Args:
        annotations: The annotations judged, of a nominal, ordinal or pairwise scheme.
        validity: The judgments.

    Returns:
        The rates.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme, people = LabelScheme.nominal(["no", "yes"]), Annotators(("x:1", "x:2"))
        >>> votes = Annotations(scheme, Items(("a",)), people, [0, 0], [0, 1], [0, 1])
        >>> validity_rates(votes, ValidityJudgments([0, 1, 1], [0, 1, 0], [True, False, True])).own
        array([1., 0.])
    """
    need_classes(annotations, "validity rates")
    own = judged_own(annotations, validity)
    author, label = annotations.annotator[validity.annotation], annotations.label[validity.annotation]
    n, k = len(annotations.annotators), annotations.scheme.n_classes

    def rate(code: NDArray[np.int32], chosen: NDArray[np.bool_], size: int) -> tuple[Array, NDArray[np.int64]]:
        chosen = chosen & (code >= 0)
        count = np.bincount(code[chosen], minlength=size)
        good = np.bincount(code[chosen], validity.makes_sense[chosen], minlength=size)
        return np.where(count > 0, good / np.maximum(count, 1), np.nan), count.astype(np.int64)

    (by_self, n_self), (by_peers, n_by), (of_peers, n_of) = (
        rate(author, own, n),
        rate(author, ~own, n),
        rate(validity.judge, ~own, n),
    )
    return ValidityRates(
        by_self, by_peers, of_peers, rate(label, own, k)[0], rate(label, ~own, k)[0], n_self, n_by, n_of
    )
