"""Bayesian multinomial logistic regression on vote counts: the first learner, and hard to beat on fixed features."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from variorum.checks import as_counts
from variorum.errors import ArgumentError, ConvergenceWarning, ShapeError
from variorum.labels import hard_labels
from variorum.training.base import Prediction, TrainingData
from variorum.training.inputs import Texts, as_inputs
from variorum.training.softmax.draws import draw_deviations
from variorum.training.softmax.laplace import KroneckerPosterior, log_evidence, posterior_at
from variorum.training.softmax.precision_search import search_precision
from variorum.training.softmax.problem import Mode, SoftmaxProblem

__all__ = ["SoftmaxMap", "SoftmaxPredictor", "SoftmaxRegression", "fit_map", "log_marginal_likelihood"]

Array = NDArray[np.float64]

# The matrices here are small: a second thread costs more than it brings (20 times more where others use the cores), and
# one thread adds up in the same order on every machine.
_BLAS = ThreadpoolController()
_BLOCK = 512  # items


@dataclass(frozen=True, eq=False)
class SoftmaxMap:
    """A maximum a posteriori: logits are `intercept + (inputs - mean) * inverse_scale @ weights`.

    Attributes:
        weights: Shape (n_features, n_classes); rows sum to zero.
        intercept: Shape (n_classes,); sums to zero.
        mean: Vote-weighted mean of the inputs, shape (n_features,).
        inverse_scale: One over their standard deviation (1 where only centred), 0 for constant features, shape
            (n_features,).
        precision: Prior precision of the weights.
        log_joint: Log likelihood of the votes minus the prior's penalties, in nats.
        converged: Whether the gradient met the tolerance.
        n_iterations: Steps taken.
    """

    weights: Array
    intercept: Array
    mean: Array
    inverse_scale: Array
    precision: float
    log_joint: float
    converged: bool
    n_iterations: int

    def probabilities(self, inputs: ArrayLike) -> Array:
        """Label distributions at the mode, shape (n_items, n_classes).

        Raises:
            ShapeError: If the number of features differs.
            ArgumentError: If an input is not finite.
        """
        checked = as_inputs("inputs", inputs, n_features=self.mean.size)
        logits = ((checked - self.mean) * self.inverse_scale) @ self.weights + self.intercept
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        result: Array = logits / logits.sum(axis=1, keepdims=True)
        return result


@dataclass(frozen=True, eq=False)
class SoftmaxPredictor:
    """A fitted softmax regression: its mode and its draws from the posterior.

    Attributes:
        mode: The maximum a posteriori.
        log_evidence: Laplace log marginal likelihood of the votes at the precision used, in nats.
        exact: Whether the posterior is the full Laplace posterior, not the Kronecker-factored one.
        member_weights: Shape (n_members, n_classes, n_features), for `(inputs - mean) * inverse_scale`.
        member_intercepts: Shape (n_members, n_classes).
    """

    mode: SoftmaxMap
    log_evidence: float
    exact: bool
    member_weights: Array
    member_intercepts: Array

    def predict(self, inputs: ArrayLike | Texts) -> Prediction:
        """Predict label distributions, one a posterior draw.

        Args:
            inputs: Shape (n_items, n_features).

        Returns:
            Members of shape (n_members, n_items, n_classes); member m uses the same weights for every item.

        Raises:
            ShapeError: If the number of features differs.
            ArgumentError: If an input is not finite.
        """
        checked = as_inputs("inputs", inputs, n_features=self.mode.mean.size)
        n_members, n_classes, n_features = self.member_weights.shape
        standard = (checked - self.mode.mean) * self.mode.inverse_scale
        weights = self.member_weights.reshape(n_members * n_classes, n_features)
        members = np.empty((n_members, checked.shape[0], n_classes))
        # A block at a time: what is between logits and probabilities need not leave the processor's cache.
        for first in range(0, checked.shape[0], _BLOCK):
            logits = (weights @ standard[first : first + _BLOCK].T).reshape(n_members, n_classes, -1)
            logits += self.member_intercepts[:, :, None]
            logits -= logits.max(axis=1, keepdims=True)
            np.exp(logits, out=logits)
            logits /= logits.sum(axis=1, keepdims=True)
            members[:, first : first + _BLOCK] = logits.transpose(0, 2, 1)
        return Prediction(members)


@dataclass(frozen=True)
class SoftmaxRegression:
    """Multinomial logistic regression, maximum a posteriori on vote counts, with a Laplace posterior.

    Item i adds `sum_k c_ik log q_ik` to the log likelihood: every vote counts once, so an item with more votes says
    more. Weights have a Gaussian prior with one precision, chosen by the marginal likelihood unless given; the
    intercept has a weak one of its own (it acts like `intercept_precision` pseudo-votes spread over classes that
    nobody chose, and keeps the symmetric parametrisation proper). The posterior is Gaussian around the mode with the
    full Hessian where the votes inform at most `exact_limit` parameters, Kronecker-factored beyond; the search compares
    Kronecker-factored evidences, which cost nothing beside the mode. Weights are drawn
    once for all items, in pairs mirrored at the mode; an odd number of members includes the mode itself. Validation
    items are not used.

    Attributes:
        n_members: Draws from the posterior.
        precision: Prior precision of the weights; ``None`` finds it by marginal likelihood.
        intercept_precision: Prior precision of the intercept.
        standardize: Scale features to unit variance over the training votes, besides centring them. That is right for
            features in units of their own and wrong for principal components, whose small ones are noise; ``None``
            lets the marginal likelihood decide between the two, at twice the cost.
        orthogonal: Draw members that are orthogonal to each other in the space of weights: their covariance is exact
            from twice as many members as informed parameters on, and less noisy than that of free draws below.
        hard: Learn from one hard label an item, the class of most of its votes (ties at random, by `fit`'s generator),
            as if nobody differed; it counts as one vote.
        exact_limit: Largest number of informed parameters, (rank + 1) (n_classes - 1), for the full Hessian.
        tolerance: Gradient at which to stop, where one unit is about one posterior standard deviation.
        max_iterations: Limit on the steps to a mode.

    Raises:
        ArgumentError: If a number is outside its range.

    Source:
        MacKay 1992, "The evidence framework applied to classification networks"; Ritter et al. 2018 (ICLR), "A
        scalable Laplace approximation for neural networks" (Kronecker factors; here with vote counts as weights).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> data = TrainingData(np.array([[-1.0], [0.0], [1.0]]), np.array([[8, 2], [5, 5], [1, 9]]))
        >>> predictor = SoftmaxRegression(n_members=64).fit(data, rng)
        >>> predictor.predict([[-1.0], [1.0]]).mean.round(1)
        array([[0.8, 0.2],
               [0.2, 0.8]])
    """

    n_members: int = 32
    precision: float | None = None
    intercept_precision: float = 0.1
    standardize: bool | None = None
    orthogonal: bool = False
    hard: bool = False
    exact_limit: int = 1500
    tolerance: float = 1e-4
    max_iterations: int = 500

    def __post_init__(self) -> None:
        if self.n_members < 1:
            raise ArgumentError(f"n_members must be at least 1, not {self.n_members}.")
        if self.precision is not None:
            _positive("precision", self.precision)
        _positive("intercept_precision", self.intercept_precision)
        _positive("tolerance", self.tolerance)
        if self.max_iterations < 1:
            raise ArgumentError(f"max_iterations must be at least 1, not {self.max_iterations}.")

    def __str__(self) -> str:
        """The method, and what differs from its usual settings."""
        changed = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default]
        return ", ".join(["softmax-regression", *changed])

    def fit(self, data: TrainingData, rng: np.random.Generator) -> SoftmaxPredictor:
        """Fit to votes.

        Args:
            data: Inputs and votes; at least one vote.
            rng: Source of the posterior draws, and of ties between hard labels.

        Returns:
            The predictor.

        Raises:
            ArgumentError: If there is no vote.
        """
        if self.hard:
            data = _with_hard_labels(data, rng)
        with _BLAS.limit(limits=1):
            problem, start = self._choose(data)
            mode = problem.solve(
                start.precision, start=start, tolerance=self.tolerance, max_iterations=self.max_iterations
            )
            posterior = posterior_at(problem, mode, self.exact_limit)
            weights, intercepts = draw_deviations(
                problem, mode.precision, posterior, self.n_members, rng, orthogonal=self.orthogonal
            )
            evidence = log_evidence(problem, mode, posterior)
        _warn_unless_converged(mode)
        return SoftmaxPredictor(
            mode=_in_features(problem, mode),
            log_evidence=evidence,
            exact=problem.n_effective <= self.exact_limit,
            member_weights=mode.weights @ problem.basis.T + weights,
            member_intercepts=mode.intercept + intercepts,
        )

    def _choose(self, data: TrainingData) -> tuple[SoftmaxProblem, Mode]:
        """The scaling and the precision of the highest evidence, unless given, and a mode to start from."""
        if data.counts.ndim == 3:
            raise ArgumentError(
                "softmax regression gives one label out of several, and the counts are multilabel; "
                'use the learner "linear", which gives each label its own share.'
            )
        found: list[tuple[float, SoftmaxProblem, Mode]] = []
        for standardize in (True, False) if self.standardize is None else (self.standardize,):
            problem = SoftmaxProblem.build(data.features, data.votes, self.intercept_precision, standardize)
            if self.precision is None:
                mode, evidence = search_precision(problem, self.max_iterations)
            else:
                mode = problem.solve(self.precision, start=None, tolerance=1e-2, max_iterations=self.max_iterations)
                evidence = log_evidence(problem, mode, KroneckerPosterior.at(problem, mode))
            found.append((evidence, problem, mode))
            if self.standardize is None and problem.even:
                break  # the features have one scale already: both ways are the same
        _, problem, mode = max(found, key=lambda candidate: candidate[0])
        return problem, mode


def fit_map(
    inputs: ArrayLike,
    counts: ArrayLike,
    precision: float,
    *,
    intercept_precision: float = 0.1,
    standardize: bool = True,
    tolerance: float = 1e-4,
    max_iterations: int = 500,
) -> SoftmaxMap:
    """Maximum a posteriori of softmax regression on vote counts, at a given prior precision.

    Args:
        inputs: Shape (n_items, n_features), finite.
        counts: Votes, shape (n_items, n_classes); rows of zeros are ignored.
        precision: Prior precision of the weights, positive.
        intercept_precision: Prior precision of the intercept at the centre of the inputs, positive.
        standardize: Scale features to unit variance over the votes, besides centring them.
        tolerance: Gradient at which to stop, where one unit is about one posterior standard deviation.
        max_iterations: Limit on the steps.

    Returns:
        The mode.

    Raises:
        ShapeError: If the shapes do not fit.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If there is no vote or a precision is not positive.

    Example:
        >>> fit_map([[0.0], [1.0]], [[9, 1], [1, 9]], 1e-3).probabilities([[0.0], [1.0]]).round(2)
        array([[0.9, 0.1],
               [0.1, 0.9]])
    """
    with _BLAS.limit(limits=1):
        problem = _problem(inputs, counts, precision, intercept_precision, standardize)
        mode = problem.solve(precision, start=None, tolerance=tolerance, max_iterations=max_iterations)
    _warn_unless_converged(mode)
    return _in_features(problem, mode)


def log_marginal_likelihood(
    inputs: ArrayLike,
    counts: ArrayLike,
    precision: float,
    *,
    intercept_precision: float = 0.1,
    standardize: bool = True,
    exact_limit: int = 1500,
) -> float:
    """Laplace's approximation of the log probability of the votes, weights integrated out.

    Args:
        inputs: Shape (n_items, n_features), finite.
        counts: Votes, shape (n_items, n_classes); rows of zeros are ignored.
        precision: Prior precision of the weights, positive.
        intercept_precision: Prior precision of the intercept, positive.
        standardize: Scale features to unit variance over the votes, besides centring them.
        exact_limit: Largest number of informed parameters for the full Hessian.

    Returns:
        Nats, at most about 0. The votes are taken in their order: no multinomial coefficient.

    Raises:
        ShapeError: If the shapes do not fit.
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If there is no vote or a precision is not positive.

    Source:
        MacKay 1992, "The evidence framework applied to classification networks".

    Example:
        >>> signal = [[9, 1], [1, 9]]
        >>> log_marginal_likelihood([[0.0], [1.0]], signal, 1.0) > log_marginal_likelihood([[0.0], [1.0]], signal, 1e6)
        True
    """
    with _BLAS.limit(limits=1):
        problem = _problem(inputs, counts, precision, intercept_precision, standardize)
        mode = problem.solve(precision, start=None, tolerance=1e-4, max_iterations=500)
        evidence = log_evidence(problem, mode, posterior_at(problem, mode, exact_limit))
    _warn_unless_converged(mode)
    return evidence


def _with_hard_labels(data: TrainingData, rng: np.random.Generator) -> TrainingData:
    """The same items, each with one vote for the class of most of its votes; none where it has none."""
    if data.counts.ndim == 3:
        return data  # refused for what it is
    label = hard_labels(data.counts, ties="random", rng=rng)
    return replace(data, counts=(label[:, None] == np.arange(data.counts.shape[1])).astype(np.float64))


def _positive(name: str, value: float) -> float:
    if not 0.0 < value < np.inf:
        raise ArgumentError(f"{name} must be positive and finite, not {value}.")
    return value


def _problem(
    inputs: ArrayLike, counts: ArrayLike, precision: float, intercept_precision: float, standardize: bool
) -> SoftmaxProblem:
    checked, votes = as_inputs("inputs", inputs), as_counts("counts", counts)
    if checked.shape[0] != votes.shape[0]:
        raise ShapeError(f"inputs has {checked.shape[0]} rows and counts {votes.shape[0]}; both are one row an item.")
    _positive("precision", precision)
    return SoftmaxProblem.build(checked, votes, _positive("intercept_precision", intercept_precision), standardize)


def _warn_unless_converged(mode: Mode) -> None:
    if not mode.converged:
        warnings.warn(
            f"Softmax regression stopped after {mode.n_iterations} steps before its gradient met the tolerance. "
            "Raise max_iterations, or the precision if classes are separable.",
            ConvergenceWarning,
            stacklevel=3,
        )


def _in_features(problem: SoftmaxProblem, mode: Mode) -> SoftmaxMap:
    return SoftmaxMap(
        weights=problem.basis @ mode.weights.T,
        intercept=mode.intercept,
        mean=problem.mean,
        inverse_scale=problem.inverse_scale,
        precision=mode.precision,
        log_joint=mode.log_joint,
        converged=mode.converged,
        n_iterations=mode.n_iterations,
    )
