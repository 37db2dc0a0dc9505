"""Weights drawn from a posterior of softmax regression, as deviations from its centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.training.softmax.laplace import Posterior
from variorum.training.softmax.problem import SoftmaxProblem, contrasts

__all__ = ["draw_deviations"]

Array = NDArray[np.float64]


def draw_deviations(
    problem: SoftmaxProblem,
    precision: float,
    posterior: Posterior,
    n_members: int,
    rng: np.random.Generator,
    *,
    orthogonal: bool = False,
) -> tuple[Array, Array]:
    """Draw deviations from the mode, in pairs mirrored at it; the last of an odd number is zero, the mode itself.

    Args:
        problem: Inputs and votes.
        precision: Prior precision of the weights, which they keep in directions where no training item varies.
        posterior: At the mode.
        n_members: At least 1.
        rng: Source of the draws.
        orthogonal: Make the draws of pairs orthogonal to each other: their covariance is then that of the posterior
            itself, where there are as many pairs as informed parameters, and closer to it where there are fewer.

    Returns:
        Deviations of the weights, shape (n_members, n_classes, n_features), for inputs less `problem.mean` times
        `problem.inverse_scale`, and of the intercepts, shape (n_members, n_classes); both sum to zero over classes.
    """
    n_pairs, n_features = n_members // 2, problem.basis.shape[0]
    normals = rng.standard_normal((n_pairs, problem.n_classes, n_features + 1))
    helmert = contrasts(problem.n_classes)
    # Drawn in classes x features and turned, so that the members do not depend on the choice of basis.
    turned = np.einsum("kj,mkf->mjf", helmert, normals)
    seen = turned[:, :, 1:] @ problem.basis
    standard = np.concatenate([turned[:, :, :1], seen], axis=2)
    if orthogonal and n_pairs:
        # The polar factor, so that members still do not depend on the choice of basis.
        left, _, right = np.linalg.svd(standard.reshape(n_pairs, -1), full_matrices=False)
        scale = np.sqrt(max(n_pairs, right.shape[1]))
        standard = ((left @ right) * scale).reshape(standard.shape)
    deviations = posterior.root(standard)
    weights = deviations[:, :, 1:] @ problem.basis.T
    if problem.rank < n_features:  # where no training item varies, the posterior is the prior
        weights += (turned[:, :, 1:] - seen @ problem.basis.T) / np.sqrt(precision)
    weights = np.einsum("kj,mjf->mkf", helmert, weights)
    intercepts = deviations[:, :, 0] @ helmert.T
    middle = n_members % 2
    return (
        np.concatenate([weights, -weights, np.zeros((middle, *weights.shape[1:]))]),
        np.concatenate([intercepts, -intercepts, np.zeros((middle, problem.n_classes))]),
    )
