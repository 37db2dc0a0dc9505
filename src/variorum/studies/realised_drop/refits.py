"""Softmax regression fitted again after one more vote: precisely, many times, with nothing changed but the vote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from variorum.acquisition.distances import blocks
from variorum.errors import ArgumentError, StudyError
from variorum.training import SoftmaxRegression, TrainingData
from variorum.training.softmax.draws import draw_deviations
from variorum.training.softmax.laplace import ExactPosterior
from variorum.training.softmax.problem import Mode, SoftmaxProblem, contrasts
from variorum.training.softmax.regression import SoftmaxPredictor

__all__ = ["Refits"]

Array = NDArray[np.float64]

# Posterior standard deviations. A drop is a millionth of a nat, and a deviation moves predictions by some hundredths.
_FAR: Final = 1e-3
_POLISHED: Final = 1e-11
_TOLERANCE: Final = 1e-10
_MOST_STEPS: Final = 100
_TOGETHER, _TOGETHER_STEPS = 48, 25


@dataclass(frozen=True, eq=False)
class Refits:
    """A fitted softmax regression, ready to be fitted again with one more vote.

    Everything that a single vote should not move by a jump is kept: the prior precision, the scaling of the features,
    and the random numbers behind the posterior draws. Each refit goes all the way to its own mode and takes the exact
    Laplace posterior there, so that two refits differ by their vote alone.

    Attributes:
        problem: Items with votes; features are scaled, and not rotated.
        theta: Mode, where the gradient vanishes, in contrasts, the intercept first, shape (n_classes - 1,
            n_features + 1).
        learner: Whose fit it is.
        seed: Of the draws.
        predictor: The fit before any further vote.
        covariance: Of the Laplace posterior, shape (n, n) with n = (n_classes - 1) (n_features + 1).
    """

    problem: SoftmaxProblem
    theta: Array
    learner: SoftmaxRegression
    seed: tuple[int, ...]
    predictor: SoftmaxPredictor
    covariance: Array

    @classmethod
    def of(cls, learner: SoftmaxRegression, data: TrainingData, seed: tuple[int, ...]) -> Refits:
        """Fit the learner, and go on to its exact mode.

        Args:
            learner: Chooses scaling and prior precision.
            data: Items and votes.
            seed: Of the draws.

        Returns:
            The fit; its predictor is that of ``learner.fit(data, np.random.default_rng(seed))`` to the learner's
            tolerance.

        Raises:
            ArgumentError: If there are too many parameters for an exact posterior, or no vote.
        """
        fitted = learner.fit(data, np.random.default_rng(seed))
        if not fitted.exact:
            raise ArgumentError(
                f"the votes inform more than {learner.exact_limit} parameters, too many to fit exactly so often. "
                "Take features with fewer columns."
            )
        scaled, votes = (data.features - fitted.mode.mean) * fitted.mode.inverse_scale, data.votes
        voted = votes.sum(axis=1) > 0
        totals = votes[voted].sum(axis=1)
        problem = SoftmaxProblem(
            mean=fitted.mode.mean,
            inverse_scale=fitted.mode.inverse_scale,
            basis=np.eye(scaled.shape[1]),
            inputs=scaled[voted],
            moments=totals @ np.square(scaled[voted]),
            counts=np.ascontiguousarray(votes[voted].T),
            totals=totals,
            intercept_precision=learner.intercept_precision,
        )
        theta = contrasts(problem.n_classes).T @ np.column_stack([fitted.mode.intercept, fitted.mode.weights.T])
        theta = _newton(problem, fitted.mode.precision, theta, _POLISHED)
        posterior = ExactPosterior.at(problem, _mode(problem, fitted.mode.precision, theta))
        covariance = np.asarray(np.linalg.inv(posterior.precision), np.float64)
        found = cls(problem, theta, learner, seed, fitted, covariance)
        return replace(found, predictor=found._predictor(problem, theta))

    def after(self, features: Array, votes: Array) -> Iterator[SoftmaxPredictor]:
        """Fit again, each time with votes on one item more.

        Args:
            features: Of the items, shape (n_refits, n_features), as the learner reads them.
            votes: What is added in each, shape (n_refits, n_classes); a row of zeros adds nothing.

        Yields:
            A predictor for each refit, in order; one without a vote is the fit as it was, to the last bit.

        Raises:
            StudyError: If a mode was not reached.
        """
        scaled = (features - self.problem.mean) * self.problem.inverse_scale
        modes = [
            mode
            for some in blocks(len(scaled), 1, entries=_TOGETHER)
            for mode in self._climb(scaled[some], votes[some], _TOLERANCE)
        ]
        for theta, item, vote in zip(modes, scaled, votes, strict=True):
            yield self._predictor(self._with(item, vote), theta)

    def _with(self, item: Array, vote: Array) -> SoftmaxProblem:
        """The problem with votes on one item more, its features scaled."""
        problem, total = self.problem, vote.sum()
        if total == 0:
            return problem
        return replace(
            problem,
            inputs=np.vstack([problem.inputs, item]),
            moments=problem.moments + total * np.square(item),
            counts=np.column_stack([problem.counts, vote]),
            totals=np.append(problem.totals, total),
        )

    def _climb(self, item: Array, votes: Array, tolerance: float) -> Array:
        """Modes after votes, in contrasts, shape (n_refits, n_classes - 1, n_features + 1).

        Newton's method, with the curvature kept at the present mode but for the new item's own part, which enters by
        the matrix inversion lemma: one inverse serves all refits. The few that it does not carry to their mode, since a
        vote may change the curvature, go on alone.
        """
        problem, helmert = self.problem, contrasts(self.problem.n_classes)
        inputs = np.column_stack([np.ones(problem.totals.size), problem.inputs])
        x, total = np.column_stack([np.ones(len(item)), item]), votes.sum(axis=1)
        n_refits, n_contrasts, width = len(x), helmert.shape[1], x.shape[1]
        prior = np.append(problem.intercept_precision, np.full(width - 1, self.predictor.mode.precision))
        p = softmax(x @ (helmert @ self.theta).T, axis=1)
        turned = p @ helmert
        curvature = np.einsum("bk,kc,kd->bcd", p, helmert, helmert) - turned[:, :, None] * turned[:, None, :]
        curvature *= total[:, None, None]
        own = np.einsum("cj,bf->bcfj", np.eye(n_contrasts), x).reshape(n_refits, n_contrasts * width, n_contrasts)
        told = self.covariance @ own
        inner = np.eye(n_contrasts) + own.transpose(0, 2, 1) @ told @ curvature
        theta = np.repeat(self.theta[None], n_refits, axis=0)
        for _ in range(_TOGETHER_STEPS):
            weights = helmert @ theta
            residual = softmax(weights @ inputs.T, axis=1) * problem.totals - problem.counts
            gradient = (helmert.T @ residual) @ inputs + prior * theta
            ahead = softmax((weights @ x[:, :, None])[:, :, 0], axis=1) * total[:, None] - votes
            gradient += (ahead @ helmert)[:, :, None] * x[:, None, :]
            flat = gradient.reshape(n_refits, -1, 1)
            step = self.covariance @ flat
            size = np.sqrt(np.maximum((flat * step).sum(axis=(1, 2)), 0.0))
            moving = size > tolerance
            if not moving.any():
                return theta
            step -= told @ curvature @ np.linalg.solve(inner, own.transpose(0, 2, 1) @ step)
            theta = theta - np.where(moving[:, None, None], step.reshape(theta.shape), 0.0)
        for k in np.flatnonzero(moving):
            problem = self._with(item[k], votes[k])
            theta[k] = _newton(problem, self.predictor.mode.precision, self.theta, tolerance)
        return theta

    def _predictor(self, problem: SoftmaxProblem, theta: Array) -> SoftmaxPredictor:
        fitted, learner = self.predictor, self.learner
        mode = _mode(problem, fitted.mode.precision, theta)
        posterior = ExactPosterior.at(problem, mode)
        weights, intercepts = draw_deviations(
            problem,
            mode.precision,
            posterior,
            learner.n_members,
            np.random.default_rng(self.seed),
            orthogonal=learner.orthogonal,
        )
        return replace(
            fitted,
            mode=replace(
                fitted.mode, weights=mode.weights.T, intercept=mode.intercept, log_joint=mode.log_joint, converged=True
            ),
            member_weights=mode.weights + weights,
            member_intercepts=mode.intercept + intercepts,
        )


def _newton(problem: SoftmaxProblem, precision: float, theta: Array, tolerance: float) -> Array:
    """The mode in contrasts by Newton's method, to a tolerance in posterior standard deviations."""
    helmert = contrasts(problem.n_classes)
    for _ in range(_MOST_STEPS):
        mode = _mode(problem, precision, theta)
        residual = mode.probabilities * problem.totals - problem.counts
        gradient = helmert.T @ np.column_stack([residual.sum(axis=1), residual @ problem.inputs])
        gradient[:, 0] += problem.intercept_precision * theta[:, 0]
        gradient[:, 1:] += precision * theta[:, 1:]
        step = np.linalg.solve(ExactPosterior.at(problem, mode).precision, gradient.ravel()).reshape(theta.shape)
        size = float(np.sqrt(np.vdot(gradient, step)))
        if size <= tolerance:
            return theta
        # Half the way as long as the joint falls; close to the mode, where it is flat to rounding, the whole.
        while size > _FAR and _mode(problem, precision, theta - step).log_joint < mode.log_joint:
            step = step / 2.0
        theta = theta - step
    raise StudyError(
        f"a refit is {size:.1e} posterior standard deviations from its mode after {_MOST_STEPS} steps; begin later, "
        "with more votes."
    )


def _mode(problem: SoftmaxProblem, precision: float, theta: Array) -> Mode:
    whole = contrasts(problem.n_classes) @ theta
    intercept, weights = whole[:, 0], whole[:, 1:]
    likelihood, probabilities = problem.likelihood(weights, intercept)
    joint = likelihood - problem.penalty(weights, intercept, precision)
    return Mode(weights, intercept, probabilities, likelihood, joint, precision, True, 0)
