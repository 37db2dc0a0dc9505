"""What else could clean votes: every method of the comparison, from votes to a label distribution an item."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.errors import ConvergenceWarning
from variorum.evaluation import agreement_with_rest
from variorum.labels import (
    crowdlab,
    dawid_skene,
    empirical_bayes_labels,
    glad,
    mace,
    majority_vote,
    normalize,
)

__all__ = ["RIVALS", "rival_labels", "vote_errors"]

Array = NDArray[np.float64]


def _raw(annotations: Annotations, _: Array | None) -> Array:
    return normalize(annotations.counts(), empty="uniform")


def _empirical_bayes(annotations: Annotations, _: Array | None) -> Array:
    return empirical_bayes_labels(annotations.counts())


def _reliability(annotations: Annotations, _: Array | None) -> Array:
    """Shares of votes weighted by their annotators' agreement with others."""
    people = len(annotations.annotators)
    weight = agreement_with_rest(annotations.item, annotations.annotator, annotations.label, n_annotators=people)
    known = np.isfinite(weight)
    mean = float(weight[known].mean()) if known.any() else 1.0
    return normalize(annotations.counts(np.where(known, weight, mean)), empty="uniform")


def _uniform(annotations: Annotations, _: Array | None) -> Array:
    return np.full((len(annotations.items), annotations.scheme.n_classes), 1 / annotations.scheme.n_classes)


def _crowdlab(annotations: Annotations, prior: Array | None) -> Array:
    assert prior is not None
    return crowdlab(annotations, prior).posterior


RIVALS: Final[dict[str, Callable[[Annotations, Array | None], Array]]] = {
    "raw shares": _raw,
    "empirical Bayes": _empirical_bayes,
    "reliability-weighted": _reliability,
    "uniform": _uniform,
    "majority": lambda annotations, _: majority_vote(annotations).posterior,
    "Dawid-Skene": lambda annotations, _: dawid_skene(annotations).posterior,
    "MACE": lambda annotations, _: mace(annotations).posterior,
    "GLAD": lambda annotations, _: glad(annotations).posterior,
    "CROWDLAB": _crowdlab,
}
"""Methods of (votes, a classifier's out-of-sample predictions); CROWDLAB alone looks at the latter."""


def rival_labels(name: str, annotations: Annotations, prior: Array | None) -> Array:
    """Label distributions by one of the rivals, shape (n_items, n_classes); uniform for an item without a vote.

    Args:
        name: One of `RIVALS`.
        annotations: The votes.
        prior: Predictions, shape (n_items, n_classes).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = RIVALS[name](annotations, prior)
    rows = np.where(np.isnan(found), 1 / found.shape[1], found)
    # Averages of distributions may miss one by rounding.
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def vote_errors(name: str, labels: Array, annotations: Annotations) -> Array:
    """How likely each vote is an error by one of the rivals, shape (n_rows,), in [0, 1].

    Args:
        name: One of `RIVALS`.
        labels: Its label distributions, shape (n_items, n_classes).
        annotations: The votes, all of known annotators.

    Returns:
        How improbable the vote's label is; for MACE, which has one, the posterior that the annotator spammed.
    """
    of_vote = labels[annotations.item, annotations.label]
    if name != "MACE":
        return np.asarray(1 - of_vote)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = mace(annotations)
    assert estimate.skill is not None
    assert estimate.strategy is not None
    skill = estimate.skill[annotations.annotator]
    spam = (1 - skill) * estimate.strategy[annotations.annotator, annotations.label]
    # Who did not give the truth spammed; who did may have hit it by chance.
    return np.asarray(1 - of_vote * skill / (skill + spam))
