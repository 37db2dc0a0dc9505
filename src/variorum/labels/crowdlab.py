"""CROWDLAB: votes and a classifier's predictions, averaged by how far each can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_distribution
from variorum.errors import ArgumentError, ShapeError
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.iteration import (
    Voters,
    entries,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    weighted_counts,
)
from variorum.labels.vote_matrix import VoteMatrix, vote_matrix

__all__ = ["crowdlab"]

# Weights and the baseline's error below it are raised to it: cleanlab's.
_LEAST: Final = 1e-6


def crowdlab(annotations: Annotations, predictions: ArrayLike) -> LabelEstimate:
    """Weigh each annotator and a classifier by their accuracy beyond a constant guess, and average what they say.

    A vote says: its label with the chance that an annotator agrees with the consensus, every other class an equal share
    of the rest. Annotators are weighed by their agreement with others, the classifier by its agreement with the
    consensus, both against always guessing the most common class. The consensus is first the majority, then the top of
    the average so made, from which the result is made once more.

    The predictions must be out of sample. An item without votes has no estimate here; its prediction is the best there
    is. To sit in an aggregator's seat, bind them: ``functools.partial(crowdlab, predictions=predictions)``.

    Args:
        annotations: The votes; an elicited distribution is one fractional vote for each class.
        predictions: The classifier's, shape (n_items, n_classes), rows sum to one.

    Returns:
        Estimate whose `skill` is the weight of an annotator's vote, and `model_weight` that of the classifier's
        prediction, both above 0.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ShapeError: If the predictions do not fit the items and classes.
        NotADistributionError: If a prediction is not a distribution.
        ArgumentError: If there are votes but no item has two.

    Source:
        Goh, Tkachenko and Mueller 2022, "CROWDLAB", section 3; cleanlab 2.9. Majorities that tie go to the class with
        the higher prediction, then to the one with fewer votes in all, then to the first.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 1, 1, 1, 1, 0, 0, 0])
        >>> crowdlab(votes, [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]]).posterior.round(2)
        array([[0.89, 0.11],
               [0.11, 0.89],
               [0.89, 0.11]])
    """
    need_classes(annotations, "CROWDLAB")
    given = as_distribution("predictions", predictions)
    shape = (len(annotations.items), annotations.scheme.n_classes)
    if given.shape != shape:
        raise ShapeError(f"predictions have shape {given.shape}; one for each item and class has {shape}.")
    votes = vote_matrix(annotations)
    voters = need_known(votes, "CROWDLAB", "weight")
    if not votes.n_rows:
        return no_votes("crowdlab", annotations)
    model = given[votes.voted]
    counts = weighted_counts(votes, np.ones(votes.cell_label.size))
    several = counts.sum(axis=1) > 1 + 1e-9
    if not several.any():
        raise ArgumentError(
            "CROWDLAB learns whom to trust from items with two votes or more, and the annotations hold none; "
            'use the predictions themselves, or the method "soft".'
        )
    agreement = _agreement(votes, voters, counts)
    majority = _majority(counts, model)
    first = _average(votes, voters, counts, model, majority, several, agreement)
    top = first.posterior.max(axis=1, keepdims=True)
    decided = (first.posterior == top).sum(axis=1) == 1
    consensus = np.where(decided, first.posterior.argmax(axis=1), majority)
    final = _average(votes, voters, counts, model, consensus, several, agreement)
    posterior = over_items(final.posterior, votes, shape[0])
    return LabelEstimate(
        "crowdlab",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=voters.spread(final.weight, len(annotations.annotators)),
        pooled_skill=float(final.weight[-1]) if voters.pooled else None,
        model_weight=final.model_weight,
        notes=pooled_note(voters, "weight"),
    )


@dataclass(frozen=True, eq=False)
class _Average:
    posterior: NDArray[np.float64]
    weight: NDArray[np.float64]
    model_weight: float


def _agreement(votes: VoteMatrix, voters: Voters, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the other votes on a voter's items that agree with the voter's; the mean for who met no others."""
    row, cell, weight = entries(votes)
    voter, n = voters.of_cell[cell], voters.annotator.size
    same = np.bincount(voter, weight * (counts[row, votes.cell_label[cell]] - weight), minlength=n)
    others = np.bincount(voter, weight * (counts.sum(axis=1)[row] - 1), minlength=n)
    met = others > 1e-9
    share = same / np.where(met, others, 1.0)
    return np.where(met, share, share[met].mean())


def _majority(counts: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.int64]:
    """Class with the most votes; ties by prediction, then by rarity, then by class order."""
    tied = counts >= counts.max(axis=1, keepdims=True) - 1e-9
    for score in (model, np.broadcast_to(-counts.sum(axis=0), counts.shape)):
        among = np.where(tied, score, -np.inf)
        tied = among == among.max(axis=1, keepdims=True)
    return np.asarray(tied.argmax(axis=1))


def _average(
    votes: VoteMatrix,
    voters: Voters,
    counts: NDArray[np.float64],
    model: NDArray[np.float64],
    consensus: NDArray[np.int64],
    several: NDArray[np.bool_],
    agreement: NDArray[np.float64],
) -> _Average:
    """The weighted average, given a consensus."""
    k, total = votes.n_classes, counts.sum(axis=1)
    right = float((counts[np.arange(consensus.size), consensus] / total)[several].mean())
    common = np.bincount(consensus[several], minlength=k).argmax()
    guess = max(float((consensus[several] != common).mean()), _LEAST)
    weight = np.maximum(1 - (1 - agreement) / guess, _LEAST)
    error = float((model[several].argmax(axis=1) != consensus[several]).mean())
    model_weight = max(1 - error / guess, _LEAST) * float(np.sqrt(total.mean()))
    by_class = weighted_counts(votes, weight[voters.of_cell])
    everyone = by_class.sum(axis=1, keepdims=True)
    said = by_class * right + (everyone - by_class) * (1 - right) / max(1, k - 1)
    return _Average((model_weight * model + said) / (model_weight + everyone), weight, model_weight)
