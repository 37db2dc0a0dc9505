"""GLAD: how able each annotator is, and how easy each item."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_vector
from variorum.errors import ArgumentError
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.climb import STEPS, climb
from variorum.labels.iteration import (
    check_stopping,
    entries,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    warn_unconverged,
)
from variorum.labels.vote_matrix import vote_matrix

__all__ = ["glad"]

# Easier than e^30 is no different, and must not overflow on the way.
_STEEPEST: Final = 30.0


def glad(
    annotations: Annotations,
    *,
    max_iterations: int = 1_000,
    tolerance: float = 1e-6,
    start: tuple[ArrayLike, ArrayLike] | None = None,
) -> LabelEstimate:
    """Estimate one true label an item, the annotators' abilities and the items' easiness.

    A vote is right with probability logistic(ability * easiness), and else any of the other labels. Classes are equally
    likely; abilities and log easiness have normal priors with mean 1 and variance 1. An ability below 0 is adverse.
    Repeated votes and votes of unknown annotators count as in `dawid_skene`.

    The posterior density of abilities and log easiness, with the true labels summed out, is climbed by L-BFGS: its
    gradient is that of an EM step, and its maxima are the fixed points of EM, which needs many more passes.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Gain of the objective over ten iterations, nats in all, below which the iteration ends; 0 or more.
            A gain of g that is still to come means that parameters are some sqrt(2 g) standard deviations of their own
            posterior from their end.
        start: First abilities (n_annotators,) and easiness (n_items,), the latter above 0; the prior's means by
            default. Unknown annotators start with that mean.

    Returns:
        Estimate whose `skill` is the ability, with `easiness`; the trace is the log-likelihood of the votes plus the
        log prior, nats, at the start of each iteration.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.
        ShapeError: If the start does not fit annotators and items.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, "Whose vote should count more", sections 2 and 3. Priors and
        start are those of crowd-kit 1.4, which stops its EM at a gain of 1e-5 of another objective.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 0, 1, 1, 0, 1, 1, 1])
        >>> estimate = glad(votes)
        >>> estimate.posterior.argmax(axis=1), bool(estimate.easiness[0] > estimate.easiness[1])
        (array([0, 1, 1]), True)
    """
    need_classes(annotations, "GLAD")
    check_stopping(max_iterations, tolerance)
    n_annotators, n_items = len(annotations.annotators), len(annotations.items)
    ability, easiness = _first(n_annotators, n_items, start)
    votes = vote_matrix(annotations)
    voters = need_known(votes, "GLAD", "ability")
    if not votes.n_rows:
        return no_votes("glad", annotations)
    row, cell, weight = entries(votes)
    model = _Model(
        row, voters.of_cell[cell], votes.cell_label[cell], weight, votes.n_rows, voters.annotator.size, votes.n_classes
    )
    point = np.concatenate((ability[voters.annotator], np.log(easiness[votes.voted])))
    end = climb(model.loss, point, model.spread(point), max_iterations, tolerance)
    if not end.converged:
        warn_unconverged("GLAD", max_iterations, f"{STEPS} iterations gained less than {tolerance:g} nats")
    found = over_items(model.posterior(end.point), votes, n_items)
    ability = end.point[: model.n_voters]
    return LabelEstimate(
        "glad",
        found,
        class_shares(found),
        population_statement(annotations),
        skill=voters.spread(ability, n_annotators),
        pooled_skill=float(ability[-1]) if voters.pooled else None,
        easiness=over_items(np.exp(end.point[model.n_voters :]), votes, n_items),
        trace=end.trace,
        converged=end.converged,
        n_iterations=end.trace.size,
        notes=pooled_note(voters, "ability"),
    )


def _first(
    n_annotators: int, n_items: int, start: tuple[ArrayLike, ArrayLike] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ability, easiness = np.ones(n_annotators + 1), np.full(n_items, np.e)
    if start is not None:
        ability[:n_annotators] = as_vector("start[0]", start[0], length=n_annotators)
        easiness = as_vector("start[1]", start[1], length=n_items)
        if not (easiness > 0).all():
            bad = int((easiness <= 0).argmax())
            raise ArgumentError(f"start[1][{bad}] = {easiness[bad]} must be above 0.")
    return ability, easiness


@dataclass(frozen=True, eq=False)
class _Model:
    row: NDArray[np.int64]
    voter: NDArray[np.int64]
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    n_rows: int
    n_voters: int
    n_classes: int

    def posterior(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Label distribution of each row, shape (n_rows, n_classes)."""
        return self._expect(self._margin(point)[0])[0]

    def loss(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative log posterior density of abilities and log easiness, and its gradient."""
        margin, steep = self._margin(point)
        posterior, log_likelihood, right = self._expect(margin)
        pull = posterior.ravel()[self._place] - right
        pull *= self.weight
        by_ability = np.bincount(self.voter, pull * steep, minlength=self.n_voters)
        pull *= margin
        by_item = np.bincount(self.row, pull, minlength=self.n_rows) * (point[self.n_voters :] < _STEEPEST)
        away = point - 1
        log_prior = -0.5 * float(away @ away) - 0.5 * point.size * float(np.log(2 * np.pi))
        return -(log_likelihood + log_prior), away - np.concatenate((by_ability, by_item))

    def spread(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """About how far each parameter can move by chance: the density's curvature there, true labels known."""
        margin, steep = self._margin(point)
        small = np.exp(-np.abs(margin))
        bend = self.weight * small / (1 + small) ** 2
        by_ability = np.bincount(self.voter, bend * steep**2, minlength=self.n_voters)
        by_item = np.bincount(self.row, bend * margin**2, minlength=self.n_rows)
        return np.asarray((1 + np.concatenate((by_ability, by_item))) ** -0.5)

    @cached_property
    def _place(self) -> NDArray[np.int64]:
        """Where each vote's own label stands in the rows' flattened scores."""
        return self.row * self.n_classes + self.label

    def _margin(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ability times easiness, and easiness, of each vote, shape (n_entries,)."""
        steep = np.exp(np.minimum(point[self.n_voters :], _STEEPEST))[self.row]
        return point[self.voter] * steep, steep

    def _expect(self, margin: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """Posterior, log-likelihood of the votes, and the chance of each vote to be right."""
        log_others = np.log(max(1, self.n_classes - 1))
        # All classes take every vote for wrong, and the vote's own then has the difference to right.
        scores = np.bincount(self._place, self.weight * (margin + log_others), minlength=self.n_rows * self.n_classes)
        scores = scores.reshape(self.n_rows, self.n_classes)
        top = scores.max(axis=1)
        odds = np.exp(scores - top[:, None])
        total = odds @ np.ones(self.n_classes)
        # One exponential gives both the chance to be right and the logarithm of the chance to be wrong.
        small = np.exp(-np.abs(margin))
        wrong = self.weight @ (np.maximum(margin, 0.0) + np.log1p(small) + log_others)
        log_likelihood = float(top.sum() + np.log(total).sum() - wrong - self.n_rows * np.log(self.n_classes))
        return odds / total[:, None], log_likelihood, np.where(margin >= 0, 1.0, small) / (1 + small)
