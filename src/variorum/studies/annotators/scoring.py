"""Whom a prediction serves: the population, each annotator, the worst off, groups, and those with few votes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.campaign import lines_of
from variorum.evaluation import (
    AnnotatorScores,
    annotator_scores,
    group_scores,
    js_divergence,
    soft_cross_entropy,
    worst_off_annotator,
)
from variorum.labels import normalize
from variorum.studies.annotators.votes import VoteSplit

__all__ = ["MIN_VOTES", "THIRDS", "groups_of", "line_scores", "score_annotators", "score_population", "thirds_of"]

MIN_VOTES: Final = 10
"""Test votes that an annotator needs to be called worst off: with few, the worst one is worst by chance."""

THIRDS: Final = ("few", "middling", "many")
_LINES = 7
_MIN_GROUP, _MIN_GROUP_VOTES = 3, 250
_BANDS: Final = ((0, 25, "up to 24"), (25, 35, "25 to 34"), (35, 45, "35 to 44"), (45, math.inf, "45 and older"))

Array = NDArray[np.float64]


def score_population(split: VoteSplit, predicted: Array) -> dict[str, Array]:
    """Score an answer for the population on each test item, against the distribution of its test votes.

    Args:
        split: With the votes.
        predicted: Shape (n_test, n_classes).

    Returns:
        ``js`` and ``soft-ce``, nats, shape (n_test,); lower is better.
    """
    human = normalize(split.counts)
    return {"js": js_divergence(human, predicted), "soft-ce": soft_cross_entropy(human, predicted)}


def line_scores(counts: Array, seed: int) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Reference lines of the population's scores: mean and ends by score and line.

    Args:
        counts: Test votes, shape (n_test, n_classes).
        seed: Of the draws.

    Returns:
        Empty where no item has two votes, which do not tell items that divide people from people who vary.
    """
    rng = np.random.default_rng([seed, _LINES])
    lines = lines_of(counts, {"js": js_divergence, "soft-ce": soft_cross_entropy}, rng, rng)
    return {
        name: {line.name: (line.mean, line.low, line.high) for line in of_score} for name, of_score in lines.items()
    }


def score_annotators(
    split: VoteSplit, predicted: Array, groups: Mapping[str, Mapping[str, NDArray[np.int64]]], thirds: NDArray[np.int64]
) -> dict[str, Any]:
    """Score answers for single annotators on their own test votes.

    Args:
        split: With the votes.
        predicted: Distribution for each test vote, shape (n_votes, n_classes).
        groups: Annotators of each group, by field.
        thirds: Third of each annotator by number of votes, or -1, shape (n_annotators,).

    Returns:
        ``ce`` and ``error`` of each annotator with a test vote; the worst-off annotator's and the worst tenth's
        cross-entropy among those with `MIN_VOTES`; cross-entropy by group, the worst group's, and by third. Annotators
        count equally.
    """
    of_vote = np.arange(len(split.item))
    n = len(split.n_training)
    ce = annotator_scores(of_vote, split.annotator, split.label, predicted, n_annotators=n)
    error = annotator_scores(
        of_vote, split.annotator, split.label, predicted, score="error-rate", n_annotators=n
    )  # fmt: skip
    seen = ce.n_annotations > 0
    considered = np.sort(ce.score[ce.n_annotations >= MIN_VOTES])[::-1]
    tenth = considered[: math.ceil(considered.size / 10)]
    by_group = {field: _of_groups(ce, members) for field, members in groups.items()}
    every = [score for field in by_group.values() for score in field.values() if not math.isnan(score)]
    return {
        "ce": ce.score[seen],
        "error": error.score[seen],
        "worst": worst_off_annotator(ce, min_annotations=MIN_VOTES).score,
        "worst tenth": float(tenth.mean()) if tenth.size else float("nan"),
        "considered": int(considered.size),
        "groups": by_group,
        "worst group": max(every, default=float("nan")),
        "thirds": group_scores(ce, thirds, n_groups=len(THIRDS)),
    }


def _of_groups(scores: AnnotatorScores, members: Mapping[str, NDArray[np.int64]]) -> dict[str, float]:
    codes = np.full(scores.score.size, -1)
    for code, each in enumerate(members.values()):
        codes[each] = code
    values = group_scores(scores, codes, n_groups=len(members))
    return dict(zip(members, values.tolist(), strict=True))


def groups_of(votes: Annotations) -> dict[str, dict[str, NDArray[np.int64]]]:
    """The groups of a corpus's annotators that are large enough to be scored: 3 annotators and 250 votes.

    Args:
        votes: The corpus's votes.

    Returns:
        Positions of the annotators by field and group; ages come in bands, unknown values in no group, and a field
        with fewer than two groups is left out.

    Example:
        >>> from variorum.studies.annotators.votes import open_votes
        >>> {name: len(each) for name, each in groups_of(open_votes("synthetic-perspectives").annotations).items()}
        {'style': 4}
    """
    given = np.bincount(votes.annotator, minlength=len(votes.annotators))
    found = {}
    for field, column in votes.annotators.attributes.items():
        names = np.array([_band(field, value) for value in column])
        members = {str(name): np.flatnonzero((names == name) & (given > 0)) for name in np.unique(names[names != ""])}
        kept = {
            name: each
            for name, each in members.items()
            if each.size >= _MIN_GROUP and given[each].sum() >= _MIN_GROUP_VOTES
        }
        if len(kept) > 1:
            found[field.replace("_", " ")] = kept
    return found


def _band(field: str, value: str | None) -> str:
    if value is None:
        return ""
    if field != "age" or not value.isdigit():
        return value
    return next(name for low, high, name in _BANDS if low <= int(value) < high)


def thirds_of(votes: Annotations) -> NDArray[np.int64]:
    """Annotators by how many votes they gave in the whole corpus.

    Args:
        votes: The corpus's votes.

    Returns:
        0, 1 or 2 (few, middling, many), shape (n_annotators,); -1 for who gave none, and for all where the upper
        third begins below twice the votes at which the lower third ends: all gave about as many.
    """
    given = np.bincount(votes.annotator, minlength=len(votes.annotators))
    low, high = np.quantile(given[given > 0], [1 / 3, 2 / 3])
    thirds = (given > low).astype(np.int64) + (given > high)
    return np.where((given > 0) & (high >= 2 * low), thirds, -1)
