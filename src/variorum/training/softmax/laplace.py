"""Laplace posteriors of softmax regression: exact, or Kronecker-factored for large problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.training.softmax.problem import Mode, SoftmaxProblem, contrasts

__all__ = ["ExactPosterior", "KroneckerPosterior", "Posterior", "log_evidence", "posterior_at"]

Array = NDArray[np.float64]


class Posterior(Protocol):
    """A Gaussian over intercept and weights, in contrasts and principal axes."""

    @property
    def log_determinant(self) -> float:
        """Log determinant of the posterior precision over the parameters that the votes inform."""
        ...

    def root(self, normals: Array) -> Array:
        """Turn standard normals into deviations from the mode.

        Args:
            normals: Shape (n_members, n_classes - 1, rank + 1), the intercept first.

        Returns:
            Deviations with the posterior covariance, same shape; the same ones in every basis of the inputs.
        """
        ...


@dataclass(frozen=True, eq=False)
class ExactPosterior:
    """The full Hessian, inverted.

    Attributes:
        precision: Posterior precision, shape (n, n) with n = (n_classes - 1) (rank + 1), classes outside.
    """

    precision: Array

    @classmethod
    def at(cls, problem: SoftmaxProblem, mode: Mode) -> ExactPosterior:
        """The Hessian of the negative log posterior at a mode."""
        helmert = contrasts(problem.n_classes)
        n_contrasts, width = helmert.shape[1], problem.rank + 1
        inputs = np.column_stack([np.ones(problem.totals.size), problem.inputs])
        centred = helmert.T @ mode.probabilities  # (n_contrasts, n_items): the mean contrast under p
        blocks = np.empty((n_contrasts, width, n_contrasts, width))
        for a in range(n_contrasts):
            for b in range(a + 1):
                # Covariance under p of contrasts a and b, times the item's votes.
                second = (helmert[:, a] * helmert[:, b]) @ mode.probabilities
                curvature = (second - centred[a] * centred[b]) * problem.totals
                block = inputs.T @ (inputs * curvature[:, None])
                blocks[a, :, b, :] = block
                blocks[b, :, a, :] = block
        size = n_contrasts * width
        precision = blocks.reshape(size, size)
        prior = np.full((n_contrasts, width), mode.precision)
        prior[:, 0] = problem.intercept_precision
        precision[np.diag_indices(size)] += prior.ravel()
        return cls(precision)

    @property
    def log_determinant(self) -> float:
        """Log determinant of the posterior precision."""
        return 2.0 * float(np.log(np.diag(np.linalg.cholesky(self.precision))).sum())

    def root(self, normals: Array) -> Array:
        """Turn standard normals into deviations from the mode."""
        values, vectors = np.linalg.eigh(self.precision)
        flat = normals.reshape(normals.shape[0], values.size)
        # The symmetric root does not depend on the choice of basis, so neither do the members.
        deviations: Array = ((flat @ vectors) / np.sqrt(values)) @ vectors.T
        return deviations.reshape(normals.shape)


@dataclass(frozen=True, eq=False)
class KroneckerPosterior:
    """The likelihood's Hessian as one Kronecker product with its two partial traces.

    The Hessian sums, over votes, (class curvature of the item) x (outer product of its inputs). Here the outer
    products are summed with the trace of the curvature as weight, and the curvatures with the trace of the outer
    product: that keeps saturated items from counting as informative, which a product of plain means does not. Exact
    where all items have the same prediction.

    Attributes:
        outer: The inputs' factor relative to the prior, shape (rank + 1, rank + 1), the intercept first.
        curvature: The classes' factor, shape (n_classes - 1, n_classes - 1).
        prior: Prior precision of the intercept and of each axis, shape (rank + 1,).
    """

    outer: Array
    curvature: Array
    prior: Array

    @classmethod
    def at(cls, problem: SoftmaxProblem, mode: Mode) -> KroneckerPosterior:
        """The Kronecker-factored curvature at a mode."""
        helmert, p = contrasts(problem.n_classes), mode.probabilities
        inputs = np.column_stack([np.ones(problem.totals.size), problem.inputs])
        trace = problem.totals * (1.0 - np.square(p).sum(axis=0))
        outer = inputs.T @ (inputs * trace[:, None])
        share = p * (problem.totals * np.square(inputs).sum(axis=1))
        curvature = helmert.T @ (np.diag(share.sum(axis=1)) - share @ p.T) @ helmert
        total = float(np.trace(outer))
        prior = np.full(problem.rank + 1, mode.precision)
        prior[0] = problem.intercept_precision
        # Relative to the prior, so that one eigendecomposition serves the intercept's prior and the weights' alike.
        outer /= np.sqrt(np.outer(prior, prior))
        return cls(outer, curvature / total if total > 0.0 else curvature, prior)

    @property
    def log_determinant(self) -> float:
        """Log determinant of the posterior precision."""
        information = np.outer(np.linalg.eigvalsh(self.curvature), np.linalg.eigvalsh(self.outer))
        prior = self.curvature.shape[0] * np.log(self.prior).sum()
        return float(np.log1p(np.maximum(information, 0.0)).sum() + prior)

    def root(self, normals: Array) -> Array:
        """Turn standard normals into deviations from the mode."""
        inputs_eigenvalues, axes = np.linalg.eigh(self.outer)
        class_eigenvalues, rotation = np.linalg.eigh(self.curvature)
        information = np.maximum(np.outer(class_eigenvalues, inputs_eigenvalues), 0.0)
        turned = np.einsum("jk,mjr->mkr", rotation, normals) @ axes
        turned = (turned / np.sqrt(1.0 + information)) @ axes.T
        deviations: Array = np.einsum("jk,mkr->mjr", rotation, turned) / np.sqrt(self.prior)
        return deviations


def posterior_at(problem: SoftmaxProblem, mode: Mode, exact_limit: int) -> Posterior:
    """The exact posterior if the votes inform at most `exact_limit` parameters, else the Kronecker-factored one."""
    if problem.n_effective <= exact_limit:
        return ExactPosterior.at(problem, mode)
    return KroneckerPosterior.at(problem, mode)


def log_evidence(problem: SoftmaxProblem, mode: Mode, posterior: Posterior) -> float:
    """Laplace's approximation of the log marginal likelihood of the votes, in nats.

    Directions that no vote informs contribute log(prior) - log(posterior) = 0, so only the others are summed.

    Source:
        MacKay 1992, "The evidence framework applied to classification networks".
    """
    n_contrasts = problem.n_classes - 1
    prior = n_contrasts * (problem.rank * np.log(mode.precision) + np.log(problem.intercept_precision))
    return mode.log_joint + 0.5 * (float(prior) - posterior.log_determinant)
