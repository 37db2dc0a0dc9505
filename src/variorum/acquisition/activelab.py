"""ActiveLab: a new item or another vote on an old one, whichever label can be trusted less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from variorum.acquisition.base import pick_best
from variorum.annotations import Annotations, Annotators, Items, LabelScheme, Picks, PoolView
from variorum.labels import crowdlab, normalize

__all__ = ["activelab", "best_temperature"]


@dataclass(frozen=True, eq=False)
class _Trust:
    """What stands behind the label of each voted item, and what a further vote would weigh."""

    quality: NDArray[np.float64]
    votes_weight: NDArray[np.float64]
    model_weight: float
    vote_weight: float


def activelab(view: PoolView, n: int, rng: np.random.Generator) -> Picks:
    """Pick the items whose label deserves least trust, if one more vote were to say nothing.

    A label is trusted as far as CROWDLAB's average of the item's votes and the prediction trusts it, or, without a
    vote, as far as the prediction does; this is averaged with a vote by the average annotator that knows nothing. Many
    good votes outweigh it, so an item is asked again only as long as its label is in doubt.

    It looks for the one right label. Where people differ for good, no vote settles the label and the item stays in
    doubt, so that votes gather on contested items.

    Args:
        view: The pool.
        n: How many items.
        rng: Source of randomness.

    Returns:
        The picks; scores are 1 minus the trust, in [0, 1 - 1 / n_classes].

    Source:
        Goh and Mueller (2023), with the weights of CROWDLAB. Unknown annotators count as one. Where no item has two
        votes, every vote and the model weigh 1, as they do in cleanlab. Deviations: the temperature is the best one and
        not the best of a grid; an item's quality is the largest CROWDLAB probability; and the predictions are those of
        the view, which were fitted to the votes, while the paper asks for predictions out of sample.
    """
    mean, vague = view.members.mean(axis=0), 1.0 / view.counts.shape[1]
    voted, row = np.unique(view.vote_item, return_inverse=True)
    counts = np.zeros((voted.size, mean.shape[1]))
    np.add.at(counts, (row, view.vote_label), 1.0)
    several = bool((counts.sum(axis=1) > 1).any())
    if several:
        mean = _at_temperature(mean, best_temperature(mean[voted], counts))
    trust = _trust(view, mean[voted], row) if several else _plain_trust(mean[voted], counts)
    evidence = np.full(view.n_pool, trust.model_weight)
    evidence[voted] += trust.votes_weight
    quality = mean.max(axis=1)
    quality[voted] = trust.quality
    trusted = (quality * evidence + vague * trust.vote_weight) / (evidence + trust.vote_weight)
    return pick_best(view, 1.0 - trusted, n, rng, revisit=True)


def best_temperature(predicted: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    """The temperature at which predictions fit the items' vote shares best, by cross-entropy.

    Args:
        predicted: Distributions, shape (n_items, n_classes).
        counts: Votes, shape (n_items, n_classes), at least one an item; every item weighs the same.

    Returns:
        In [0.1, 8], the range that cleanlab searches.

    Example:
        >>> sure = np.array([[0.9, 0.1], [0.9, 0.1]])
        >>> temperature = best_temperature(sure, np.array([[3.0, 1.0], [3.0, 1.0]]))
        >>> round(temperature, 3)  # ln 9 / ln 3: at it, .9 becomes .75
        2.0
    """
    shares, logits = normalize(counts), _logits(predicted)

    # Cross-entropy is convex in the inverse temperature, so the search cannot be led astray.
    def loss(inverse: float) -> float:
        return -float((shares * log_softmax(logits * inverse, axis=1)).sum())

    return 1.0 / float(minimize_scalar(loss, bounds=(1 / 8, 10.0), method="bounded", options={"xatol": 1e-7}).x)


def _logits(predicted: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.maximum(predicted, np.finfo(np.float64).tiny))


def _at_temperature(predicted: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    return np.asarray(softmax(_logits(predicted) / temperature, axis=1), np.float64)


def _trust(view: PoolView, predicted: NDArray[np.float64], row: NDArray[np.int64]) -> _Trust:
    """By CROWDLAB, on the items with votes."""
    n_items, n_classes = predicted.shape
    who = np.where(view.vote_annotator < 0, view.n_annotators, view.vote_annotator)
    votes = Annotations(
        LabelScheme.nominal([str(label) for label in range(n_classes)]),
        Items(tuple(map(str, range(n_items)))),
        Annotators(tuple(map(str, range(view.n_annotators + 1)))),
        row.astype(np.int32),
        who.astype(np.int32),
        view.vote_label.astype(np.int32),
    )
    estimate = crowdlab(votes, predicted)
    assert estimate.skill is not None
    assert estimate.model_weight is not None
    behind = np.bincount(row, estimate.skill[who], minlength=n_items).astype(np.float64)
    quality = estimate.posterior.max(axis=1)
    return _Trust(quality, behind, estimate.model_weight, float(np.nanmean(estimate.skill)))


def _plain_trust(predicted: NDArray[np.float64], counts: NDArray[np.float64]) -> _Trust:
    """Without two votes on any item nobody's agreement is known, and a label is as good as the prediction says."""
    return _Trust((predicted * counts).sum(axis=1), counts.sum(axis=1), 1.0, 1.0)
