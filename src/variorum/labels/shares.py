"""Vote shares as aggregation methods: plain, and shrunk by a fitted Dirichlet."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from variorum.annotations import Annotations
from variorum.errors import ConvergenceWarning
from variorum.labels.base import Fit, LabelEstimate, Watch, class_shares, need_classes, population_statement
from variorum.labels.dirichlet import dirichlet_labels, fit_polya
from variorum.labels.fit import fill, unwatched
from variorum.labels.soft import soft_labels
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = ["dirichlet_smoothed", "fit_vote_shares", "vote_shares"]


def vote_shares(annotations: Annotations, *, smoothing: float = 0.0, weights: ArrayLike | None = None) -> LabelEstimate:
    """Each item's label distribution is the share of each class among its votes.

    Args:
        annotations: The votes.
        smoothing: Votes added to every class of an item that has votes.
        weights: The population: weight of each annotator, shape (n_annotators,); equal by default.

    Returns:
        Estimate of what the population of annotators would answer.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 0, 1])
        >>> vote_shares(votes).posterior
        array([[0.5, 0.5],
               [0. , 1. ]])
    """
    need_classes(annotations, "the vote share")
    counts = annotations.counts(weights)
    posterior = soft_labels(counts, smoothing=smoothing)
    posterior[counts.sum(axis=1) == 0] = np.nan
    return LabelEstimate("soft", posterior, class_shares(posterior), population_statement(annotations, weights))


def fit_vote_shares(votes: VoteMatrix, posterior: Rows, _watch: Watch = unwatched, *, smoothing: float = 0.0) -> Fit:
    """Vote shares of equal annotators, on a vote matrix whose shards and posterior need not be in memory.

    Args:
        votes: The votes.
        posterior: Overwritten, shape (n_rows, n_classes).
        smoothing: Votes added to every class.

    Returns:
        The fit.

    Raises:
        ArgumentError: If the smoothing is negative or not finite.
    """
    form = partial(soft_labels, smoothing=smoothing)
    form(np.empty((0, votes.n_classes)))
    return fill("soft", votes, posterior, form)


def dirichlet_smoothed(annotations: Annotations, *, weights: ArrayLike | None = None) -> LabelEstimate:
    """Vote shares, shrunk towards the class shares by the Dirichlet prior that makes the votes likeliest.

    Args:
        annotations: The votes.
        weights: The population: weight of each annotator, shape (n_annotators,); equal by default.

    Returns:
        Estimate of what the population of annotators would answer; `concentration` is the fitted prior and
        `notes` say where the votes cannot determine it.

    Raises:
        SchemeError: For multilabel and numeric schemes.

    Warns:
        ConvergenceWarning: If the fit of the prior did not converge.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2"))
        >>> item, annotator, label = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, [0, 0, 1, 1, 0, 1, 0, 0]
        >>> estimate = dirichlet_smoothed(Annotations(scheme, Items(tuple("abcd")), people, item, annotator, label))
        >>> estimate.posterior[0].round(2)
        array([0.86, 0.14])
    """
    need_classes(annotations, "Dirichlet smoothing")
    counts = annotations.counts(weights)
    voted = counts.sum(axis=1) > 0
    posterior = np.full(counts.shape, np.nan)
    population = population_statement(annotations, weights)
    if not voted.any():
        return LabelEstimate("dirichlet", posterior, class_shares(posterior), population)
    fit = fit_polya(counts)
    if not fit.converged:
        warnings.warn(f"the Dirichlet prior did not converge: {fit.note}", ConvergenceWarning, stacklevel=2)
    posterior[voted] = dirichlet_labels(counts[voted], fit.concentration).mean
    return LabelEstimate(
        "dirichlet",
        posterior,
        fit.concentration / fit.concentration.sum(),
        population,
        concentration=fit.concentration,
        trace=fit.trace,
        converged=fit.converged,
        n_iterations=fit.trace.size,
        notes=(fit.note,) if fit.note else (),
    )
