"""Whom the model serves, and whom it does not: scores on each annotator's own votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

from variorum.checks import as_choice, as_distribution
from variorum.errors import ArgumentError
from variorum.evaluation._codes import as_codes, mean_by_code, number_of_codes

__all__ = ["AnnotatorScores", "WorstOff", "annotator_scores", "group_scores", "vote_scores", "worst_off_annotator"]

VoteScore = Literal["cross-entropy", "error-rate", "brier", "js"]


@dataclass(frozen=True)
class AnnotatorScores:
    """The model's mean score on each annotator's own votes; lower is better.

    Attributes:
        score: Shape (n_annotators,); nan for an annotator without votes.
        n_annotations: Votes behind each score, shape (n_annotators,).
    """

    score: NDArray[np.float64]
    n_annotations: NDArray[np.int64]


@dataclass(frozen=True)
class WorstOff:
    """The annotator whom the model serves worst.

    Attributes:
        annotator: Annotator code; the lowest one among equals; -1 if no annotator had enough votes.
        score: The score; nan if no annotator had enough votes.
        n_annotations: Votes behind it.
        n_considered: Annotators who had enough votes to be considered.
    """

    annotator: int
    score: float
    n_annotations: int
    n_considered: int


def vote_scores(
    items: ArrayLike, labels: ArrayLike, model: ArrayLike, *, score: VoteScore = "cross-entropy"
) -> NDArray[np.float64]:
    """Score of the model's distribution for an item against each single vote; lower is better.

    Args:
        items: Item code of each annotation, shape (n_annotations,).
        labels: Label code of each annotation, shape (n_annotations,).
        model: Predicted distribution, shape (n_items, n_classes).
        score: ``"cross-entropy"`` (nats; ``inf`` where the model rules the vote out), ``"error-rate"`` (0 or 1 against
            the most likely class, the lowest index among equals), ``"brier"`` in [0, 2], or ``"js"`` (Jensen-Shannon
            divergence to the vote, nats, in [0, ln 2]).

    Returns:
        Shape (n_annotations,).

    Raises:
        ShapeError: If the lengths differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If a code is out of range.
        UnknownNameError: If the score is not known.

    Example:
        >>> vote_scores([0, 0], [0, 1], [[0.75, 0.25]], score="brier")
        array([0.125, 1.125])
    """
    as_choice("score", score, ["cross-entropy", "error-rate", "brier", "js"])
    rows = as_distribution("model", model)
    item_codes = as_codes("items", items, upper=rows.shape[0])
    label_codes = as_codes("labels", labels, length=item_codes.size, upper=rows.shape[1])
    given: NDArray[np.float64] = rows[item_codes, label_codes]
    values: NDArray[np.float64]
    if score == "error-rate":
        values = np.not_equal(rows.argmax(axis=1)[item_codes], label_codes).astype(np.float64)
    elif score == "brier":
        values = np.square(rows).sum(axis=1)[item_codes] - 2.0 * given + 1.0
    elif score == "js":
        # Against a single vote, every class but the voted one lies on the model's side alone and costs ln 2.
        mixed = (1.0 + given) / 2.0
        values = 0.5 * (-np.log(mixed) + xlogy(given, given / mixed) + (1.0 - given) * np.log(2.0))
    else:
        values = -np.log(given, out=np.full(given.shape, -np.inf), where=given > 0.0)
    return np.maximum(values, 0.0)


def annotator_scores(
    items: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    model: ArrayLike,
    *,
    score: VoteScore = "cross-entropy",
    n_annotators: int | None = None,
) -> AnnotatorScores:
    """Mean score of the model on each annotator's own votes.

    Args:
        items: Item code of each annotation, shape (n_annotations,).
        annotators: Annotator code of each annotation, shape (n_annotations,); -1 for unknown, which belongs to nobody.
        labels: Label code of each annotation, shape (n_annotations,).
        model: Predicted distribution, shape (n_items, n_classes).
        score: As in `vote_scores`.
        n_annotators: How many annotators there are; None takes the largest code plus one.

    Returns:
        Scores and numbers of votes; lower is better.

    Raises:
        ShapeError: If the lengths differ.
        NotADistributionError: If a row is not a distribution.
        ArgumentError: If a code is out of range.
        UnknownNameError: If the score is not known.

    Source:
        ``"error-rate"`` is task B of the LeWiDi 2025 shared task taken per annotator; van der Meer et al. 2024 (EMNLP)
        report the mean and the worst annotator.

    Example:
        >>> annotator_scores([0, 0, 1], [0, 1, 1], [0, 1, 1], [[0.8, 0.2], [0.1, 0.9]], score="error-rate").score
        array([0. , 0.5])
    """
    values = vote_scores(items, labels, model, score=score)
    codes = as_codes("annotators", annotators, length=values.size, upper=n_annotators, unknown=True)
    known = codes >= 0
    size = number_of_codes(codes, n_annotators)
    return AnnotatorScores(
        score=mean_by_code(codes[known], values[known], size),
        n_annotations=np.bincount(codes[known], minlength=size),
    )


def worst_off_annotator(scores: AnnotatorScores, *, min_annotations: int = 1) -> WorstOff:
    """The annotator with the highest mean score, among those with enough votes.

    Args:
        scores: What `annotator_scores` returns.
        min_annotations: Votes that an annotator needs: with few, the worst one is worst by chance.

    Returns:
        The annotator, with how many were considered.

    Raises:
        ArgumentError: If ``min_annotations`` is below 1.

    Source:
        van der Meer et al. 2024, after Rawls: the situation of the worst-off annotator.

    Example:
        >>> worst_off_annotator(AnnotatorScores(np.array([0.2, 0.7]), np.array([5, 3]))).annotator
        1
    """
    if min_annotations < 1:
        raise ArgumentError(f"min_annotations must be at least 1, not {min_annotations}.")
    enough = np.flatnonzero(scores.n_annotations >= min_annotations)
    if not enough.size:
        return WorstOff(annotator=-1, score=float("nan"), n_annotations=0, n_considered=0)
    worst = int(enough[scores.score[enough].argmax()])
    return WorstOff(worst, float(scores.score[worst]), int(scores.n_annotations[worst]), int(enough.size))


def group_scores(scores: AnnotatorScores, groups: ArrayLike, *, n_groups: int | None = None) -> NDArray[np.float64]:
    """Mean score of each group of annotators; annotators count equally, however many votes they gave.

    Args:
        scores: What `annotator_scores` returns.
        groups: Group code of each annotator, shape (n_annotators,); -1 for none, which belongs to no group.
        n_groups: How many groups there are; None takes the largest code plus one.

    Returns:
        Shape (n_groups,), lower is better; nan for a group none of whose annotators has votes.

    Raises:
        ShapeError: If there is not one group code an annotator.
        ArgumentError: If a code is out of range.

    Example:
        >>> group_scores(AnnotatorScores(np.array([0.2, 0.4, 0.9]), np.array([5, 5, 50])), [0, 0, 1])
        array([0.3, 0.9])
    """
    codes = as_codes("groups", groups, length=scores.score.size, upper=n_groups, unknown=True)
    used = (codes >= 0) & (scores.n_annotations > 0)
    return mean_by_code(codes[used], scores.score[used], number_of_codes(codes, n_groups))
