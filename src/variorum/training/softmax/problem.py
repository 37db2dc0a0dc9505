"""Softmax regression in the coordinates in which it is well conditioned, and its maximum a posteriori."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from variorum.errors import ArgumentError

__all__ = ["Mode", "SoftmaxProblem", "contrasts"]

Array = NDArray[np.float64]

_RANK_TOLERANCE = 1e-10  # directions with less than this share of the largest second moment count as unseen
_CONSTANT = 1e-9  # a feature that varies by less than this share of its size is constant


def contrasts(n_classes: int) -> Array:
    """An orthonormal basis of the logits that matter: those that sum to zero over the classes.

    Args:
        n_classes: At least 1.

    Returns:
        Shape (n_classes, n_classes - 1); columns are orthonormal and sum to zero (Helmert).

    Example:
        >>> contrasts(2).round(4)
        array([[ 0.7071],
               [-0.7071]])
    """
    basis = np.zeros((n_classes, n_classes - 1))
    for j in range(1, n_classes):
        basis[:j, j - 1] = 1.0
        basis[j, j - 1] = -j
        basis[:, j - 1] /= np.sqrt(j * (j + 1.0))
    return basis


@dataclass(frozen=True, eq=False)
class Mode:
    """A maximum a posteriori, in the rotated coordinates of its problem.

    Attributes:
        weights: Shape (n_classes, rank); columns sum to zero.
        intercept: Shape (n_classes,); sums to zero.
        probabilities: Of the training items, shape (n_classes, n_items).
        log_likelihood: Of the votes, in nats.
        log_joint: Log likelihood minus the prior's two quadratic penalties, in nats.
        precision: Prior precision of the weights.
        converged: Whether the gradient fell below the tolerance.
        n_iterations: Steps taken.
    """

    weights: Array
    intercept: Array
    probabilities: Array
    log_likelihood: float
    log_joint: float
    precision: float
    converged: bool
    n_iterations: int


@dataclass(frozen=True, eq=False)
class SoftmaxProblem:
    """Inputs and votes, centred, scaled and rotated.

    Inputs are standardised by their vote-weighted moments (so five votes are five votes, in one row or in five) and
    rotated to their principal axes. The Gram matrix over votes is then diagonal and the intercept separates from it;
    the prior is isotropic and does not notice. Directions in which no training item varies are left out: there the
    posterior is the prior.

    Attributes:
        mean: Shape (n_features,).
        inverse_scale: One over the standard deviation (1 where only centred), 0 for constant features, shape
            (n_features,).
        basis: Principal axes, shape (n_features, rank).
        inputs: Rotated inputs of the items with votes, shape (n_items, rank).
        moments: Diagonal of the Gram matrix over votes, shape (rank,).
        counts: Votes, shape (n_classes, n_items).
        totals: Votes of each item, shape (n_items,), positive.
        intercept_precision: Prior precision of the intercept.
    """

    mean: Array
    inverse_scale: Array
    basis: Array
    inputs: Array
    moments: Array
    counts: Array
    totals: Array
    intercept_precision: float

    @property
    def n_classes(self) -> int:
        """Number of classes, those without a vote included."""
        return int(self.counts.shape[0])

    @property
    def rank(self) -> int:
        """Number of directions in which the training items vary."""
        return int(self.basis.shape[1])

    @property
    def even(self) -> bool:
        """Whether all features that vary have one scale, so that standardising changes nothing but the unit."""
        scales = self.inverse_scale[self.inverse_scale > 0.0]
        return bool(scales.size == 0 or scales.max() < 1.01 * scales.min())

    @property
    def n_effective(self) -> int:
        """Parameters that the votes can inform: (rank + 1) (n_classes - 1)."""
        return (self.rank + 1) * (self.n_classes - 1)

    @classmethod
    def build(cls, inputs: Array, votes: Array, intercept_precision: float, standardize: bool) -> SoftmaxProblem:
        """Prepare a problem from validated arrays.

        Args:
            inputs: Shape (n_items, n_features).
            votes: Shape (n_items, n_classes); rows of zeros are dropped.
            intercept_precision: Positive.
            standardize: Scale features to unit variance, besides centring them.

        Returns:
            The problem.

        Raises:
            ArgumentError: If there is no vote.
        """
        totals = votes.sum(axis=1)
        if not (totals > 0).all():
            keep = totals > 0
            inputs, votes, totals = inputs[keep], votes[keep], totals[keep]
        if not totals.size:
            raise ArgumentError("counts hold no vote. Give at least one vote to learn from.")
        share = totals / totals.sum()
        mean = share @ inputs
        centred = inputs - mean
        deviation = np.sqrt(share @ np.square(centred))
        varies = deviation > _CONSTANT * np.maximum(np.abs(mean), np.finfo(float).tiny)
        inverse = np.zeros_like(deviation)
        inverse[varies] = 1.0 / deviation[varies] if standardize else 1.0
        centred *= inverse
        basis, moments = _principal_axes(centred, totals)
        return cls(
            mean=mean,
            inverse_scale=inverse,
            basis=basis,
            inputs=centred @ basis,
            moments=moments,
            counts=np.ascontiguousarray(votes.T),
            totals=totals,
            intercept_precision=intercept_precision,
        )

    def class_curvature(self, probabilities: Array) -> Array:
        """Mean over votes of diag(p) - p p', shape (n_classes, n_classes)."""
        share = probabilities * (self.totals / self.totals.sum())
        curvature: Array = np.diag(share.sum(axis=1)) - share @ probabilities.T
        return curvature

    def base_rates(self) -> Array:
        """Class shares with the intercept's prior as pseudo-votes, shape (n_classes,); all positive."""
        counts = self.counts.sum(axis=1) + self.intercept_precision
        rates: Array = counts / counts.sum()
        return rates

    def solve(self, precision: float, *, start: Mode | None, tolerance: float, max_iterations: int) -> Mode:
        """Find the maximum a posteriori by L-BFGS in coordinates scaled by the Kronecker-factored curvature.

        Args:
            precision: Prior precision of the weights.
            start: A mode to start from, of any precision.
            tolerance: Largest gradient entry at which to stop, in the scaled coordinates: there one unit is about
                one posterior standard deviation.
            max_iterations: Limit on the steps.

        Returns:
            The mode; `converged` says whether the tolerance was met.
        """
        if start is None:
            rates = self.base_rates()
            intercept = np.log(rates) - np.log(rates).mean()
            weights = np.zeros((self.n_classes, self.rank))
            curvature = np.diag(rates) - np.outer(rates, rates)
        else:
            weights, intercept = start.weights, start.intercept
            curvature = self.class_curvature(start.probabilities)
        helmert = contrasts(self.n_classes)
        eigenvalues, rotation = np.linalg.eigh(helmert.T @ curvature @ helmert)
        axes = helmert @ rotation
        eigenvalues = np.maximum(eigenvalues, 0.0)[:, None]
        scale = np.empty((self.n_classes - 1, self.rank + 1))
        scale[:, 1:] = 1.0 / np.sqrt(eigenvalues * self.moments + precision)
        scale[:, :1] = 1.0 / np.sqrt(eigenvalues * self.totals.sum() + self.intercept_precision)

        def unscale(point: Array) -> tuple[Array, Array]:
            whole = axes @ (point.reshape(scale.shape) * scale)
            return whole[:, 1:], whole[:, 0]

        def objective(point: Array) -> tuple[float, Array]:
            weights, intercept = unscale(point)
            likelihood, probabilities = self.likelihood(weights, intercept)
            penalty = self.penalty(weights, intercept, precision)
            residual = probabilities * self.totals - self.counts
            gradient = np.empty((self.n_classes, self.rank + 1))
            gradient[:, 1:] = residual @ self.inputs + precision * weights
            gradient[:, 0] = residual.sum(axis=1) + self.intercept_precision * intercept
            return penalty - likelihood, ((axes.T @ gradient) * scale).ravel()

        first = (axes.T @ np.column_stack([intercept, weights])) / scale
        converged, n_iterations, point = True, 0, first.ravel()
        if point.size:
            options = {"maxiter": max_iterations, "maxfun": 4 * max_iterations, "ftol": 0.0, "gtol": tolerance}
            solver: Any = minimize  # its stubs offer no overload for an objective that returns value and gradient
            result = solver(objective, point, jac=True, method="L-BFGS-B", options=options | {"maxcor": 12})
            # The line search gives up at the rounding of the objective, a little short of a strict tolerance.
            rounding = 10.0 * np.sqrt(np.finfo(float).eps * max(1.0, abs(float(result.fun))))
            converged = bool(np.abs(result.jac).max() <= max(tolerance, rounding))
            n_iterations, point = int(result.nit), result.x
        weights, intercept = unscale(point)
        likelihood, probabilities = self.likelihood(weights, intercept)
        return Mode(
            weights=weights,
            intercept=intercept,
            probabilities=probabilities,
            log_likelihood=likelihood,
            log_joint=likelihood - self.penalty(weights, intercept, precision),
            precision=precision,
            converged=converged,
            n_iterations=n_iterations,
        )

    def likelihood(self, weights: Array, intercept: Array) -> tuple[float, Array]:
        """Log likelihood of the votes in nats, and the probabilities, shape (n_classes, n_items)."""
        logits = weights @ self.inputs.T + intercept[:, None]
        logits -= logits.max(axis=0)
        fit = float(np.vdot(self.counts, logits))
        probabilities = np.exp(logits, out=logits)
        sums = probabilities.sum(axis=0)
        probabilities /= sums
        return fit - float(self.totals @ np.log(sums)), probabilities

    def penalty(self, weights: Array, intercept: Array, precision: float) -> float:
        """Minus the exponent of the prior density."""
        return 0.5 * float(
            precision * np.vdot(weights, weights) + self.intercept_precision * np.vdot(intercept, intercept)
        )


def _principal_axes(centred: Array, totals: Array) -> tuple[Array, Array]:
    """Eigenvectors (n_features, rank) and eigenvalues of X' N X, through the smaller of the two Gram matrices."""
    n_items, n_features = centred.shape
    rooted = centred * np.sqrt(totals)[:, None]
    if n_items >= n_features:
        moments, axes = np.linalg.eigh(rooted.T @ rooted)
    else:
        moments, axes = np.linalg.eigh(rooted @ rooted.T)
    # Standardised features have moments up to n_features x votes; below rounding of one vote nothing is informative.
    floor = max(_RANK_TOLERANCE * moments[-1], np.finfo(float).tiny) if moments.size else 0.0
    keep = moments > floor
    moments, axes = moments[keep], axes[:, keep]
    if n_items < n_features:
        axes = rooted.T @ (axes / np.sqrt(moments))
    return np.ascontiguousarray(axes), moments
