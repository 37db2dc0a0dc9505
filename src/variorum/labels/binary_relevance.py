"""Binary relevance: a multilabel scheme as one two-class question a label, "was it given?"."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, LabelScheme
from variorum.errors import ConvergenceWarning, ShapeError
from variorum.labels.base import Aggregator, LabelEstimate, need_scheme
from variorum.labels.shares import dirichlet_smoothed

__all__ = ["binary_relevance"]

_QUESTION: Final = LabelScheme.nominal(["left out", "given"])


def binary_relevance(annotations: Annotations, *, aggregator: Aggregator = dirichlet_smoothed) -> LabelEstimate:
    """Aggregate each label of a multilabel scheme by itself: was it left out or given?

    All answered rows of an annotator on an item are one answer, the set of labels in them; a row without a label is
    the empty set. A row of an unknown annotator is an answer of its own. Each label's question is put to the aggregator
    with every answer as a vote for one of the classes ``left out`` and ``given``. Labels know nothing of each other:
    that two of them exclude each other, or that an answer is never empty, is lost.

    The default gives the share of annotators who give the label, shrunk by how much items differ in it: what people
    answer. Of ten methods it predicts the answers of unseen annotators best on both multilabel corpora here
    (docs/labels.md). Methods of one true label are for where there is one: ``dawid_skene`` learns for each label how
    often an annotator gives it rightly and wrongly, and takes a label that only some give for an error.

    Args:
        annotations: The answers.
        aggregator: Any method for nominal schemes of two classes; ``functools.partial`` binds its options.

    Returns:
        Estimate whose posterior is (n_items, n_labels, 2), the last axis left out and given, as
        `Annotations.counts`, and whose priors are (n_labels, 2); rows of nan for items without an answer. `by_label`
        holds the aggregator's estimate of each label, with all that it knows of annotators. The trace is the labels'
        traces, one behind the other.

    Raises:
        SchemeError: For other than multilabel schemes, and where the aggregator refuses the question.
        ShapeError: If the aggregator does not answer with two classes for each item.

    Warns:
        ConvergenceWarning: If the aggregator warns so; the label is named.

    Source:
        Boutell, Luo, Shen and Brown 2004, "Learning multi-label scene classification"; Tsoumakas and Katakis 2007 for
        the name. crowd-kit 1.4 does the same with the majority vote.

    Example:
        >>> from variorum.annotations import Annotators, Items
        >>> scheme = LabelScheme.multilabel(["joy", "anger"])
        >>> people = Annotators(("x:1", "x:2"))
        >>> votes = Annotations(scheme, Items(("a", "b")), people, [0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 0, -1])
        >>> from variorum.labels import vote_shares
        >>> binary_relevance(votes, aggregator=vote_shares).posterior[:, :, 1]
        array([[1. , 0.5],
               [0. , 0. ]])
    """
    need_scheme(annotations, "binary relevance", "multilabel")
    answers, answer = _answers(annotations)
    estimates = tuple(
        _estimate(annotations, label, answers, answer, aggregator) for label in range(annotations.scheme.n_classes)
    )
    notes = [f"each label by itself, with the method {estimates[0].method!r}"]
    for label, estimate in zip(annotations.scheme.labels, estimates, strict=True):
        if all(estimate.notes == other.notes for other in estimates):
            notes += [note for note in estimate.notes if note not in notes]
        else:
            notes += [f"label {label!r}: {note}" for note in estimate.notes]
    return LabelEstimate(
        "binary-relevance",
        np.stack([estimate.posterior for estimate in estimates], axis=1),
        np.stack([estimate.priors for estimate in estimates]),
        estimates[0].population,
        by_label=estimates,
        trace=np.concatenate([estimate.trace for estimate in estimates]),
        converged=all(estimate.converged for estimate in estimates),
        n_iterations=sum(estimate.n_iterations for estimate in estimates),
        notes=tuple(notes),
    )


def _answers(annotations: Annotations) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One row of each answer, shape (n_answers,), and the answer of each answered row, shape (n_answered,)."""
    rows = np.flatnonzero(annotations.status == ANSWERED)
    n_annotators = len(annotations.annotators)
    pair = annotations.item[rows].astype(np.int64) * (n_annotators + 1) + annotations.annotator[rows]
    unknown = annotations.annotator[rows] < 0
    pair[unknown] = -1 - np.arange(np.count_nonzero(unknown))
    _, first, answer = np.unique(pair, return_index=True, return_inverse=True)
    # Answers in the order of their first rows, for methods in which the order of votes can be told.
    order = np.argsort(first)
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    return rows[first[order]], place[answer]


def _estimate(
    annotations: Annotations,
    label: int,
    answers: NDArray[np.int64],
    answer: NDArray[np.int64],
    aggregator: Aggregator,
) -> LabelEstimate:
    """The aggregator's estimate of one label's question."""
    given = np.zeros(answers.size, np.int32)
    given[answer[annotations.label[annotations.status == ANSWERED] == label]] = 1
    question = Annotations(
        _QUESTION,
        annotations.items,
        annotations.annotators,
        annotations.item[answers],
        annotations.annotator[answers],
        given,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        estimate = aggregator(question)
    name = annotations.scheme.labels[label]
    for warning in caught:
        about = (
            f"label {name!r}: {warning.message}"
            if issubclass(warning.category, ConvergenceWarning)
            else warning.message
        )
        warnings.warn(about, warning.category, stacklevel=4)
    shape = (len(annotations.items), 2)
    if estimate.posterior.shape != shape:
        raise ShapeError(
            f"the aggregator's posterior of label {name!r} has shape {estimate.posterior.shape}; it must be {shape}."
        )
    return estimate
