from __future__ import annotations

import numpy as np
import pytest

from variorum.training.softmax.draws import draw_deviations
from variorum.training.softmax.laplace import ExactPosterior
from variorum.training.softmax.problem import SoftmaxProblem, contrasts


def test_deviations_have_the_covariance_of_the_posterior_and_of_the_prior_elsewhere() -> None:
    rng = np.random.default_rng(0)
    inputs = np.column_stack([rng.standard_normal((30, 2)), np.full(30, 5.0)])  # the third feature never varies
    problem = SoftmaxProblem.build(inputs, rng.multinomial(4, [0.2, 0.3, 0.5], 30) * 1.0, 0.1, standardize=False)
    mode = problem.solve(4.0, start=None, tolerance=1e-6, max_iterations=200)
    posterior = ExactPosterior.at(problem, mode)
    weights, intercepts = draw_deviations(problem, 4.0, posterior, 40_001, np.random.default_rng(1))
    assert not weights[-1].any()
    assert not intercepts[-1].any()
    np.testing.assert_array_equal(weights[:20_000], -weights[20_000:-1])
    np.testing.assert_allclose(weights.sum(axis=1), 0.0, atol=1e-12)
    helmert = contrasts(3)
    seen = np.einsum("kj,mkr->mjr", helmert, weights @ problem.basis)
    drawn = np.concatenate([(intercepts @ helmert)[:, :, None], seen], axis=2).reshape(40_001, -1)
    expected = np.linalg.inv(posterior.precision)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    np.testing.assert_allclose(np.cov(drawn.T) / scale, expected / scale, atol=0.04)
    unseen = (weights[:, :, 2] @ helmert).std()
    assert unseen == pytest.approx(1 / np.sqrt(4.0), rel=0.02)


def test_orthogonal_draws_have_the_posterior_itself_as_their_covariance() -> None:
    rng = np.random.default_rng(0)
    problem = SoftmaxProblem.build(rng.normal(size=(40, 3)), rng.integers(0, 4, (40, 3)).astype(float), 0.1, True)
    mode = problem.solve(2.0, start=None, tolerance=1e-6, max_iterations=100)
    posterior = ExactPosterior.at(problem, mode)
    covariance = np.linalg.inv(posterior.precision)  # 2 contrasts x (1 intercept + 3 axes)
    weights, intercepts = draw_deviations(problem, 2.0, posterior, 24, np.random.default_rng(1), orthogonal=True)
    helmert = contrasts(3)
    drawn = np.concatenate(
        [
            np.einsum("kj,mk->mj", helmert, intercepts)[:, :, None],
            np.einsum("kj,mkf->mjf", helmert, weights @ problem.basis),
        ],
        axis=2,
    ).reshape(24, -1)
    np.testing.assert_allclose(drawn.T @ drawn / 24, covariance, atol=1e-10)
    # Fewer pairs than the 8 parameters: the draws are at right angles where the posterior is the unit matrix.
    few, at = draw_deviations(problem, 2.0, posterior, 6, np.random.default_rng(2), orthogonal=True)
    short = np.concatenate(
        [np.einsum("kj,mk->mj", helmert, at)[:, :, None], np.einsum("kj,mkf->mjf", helmert, few @ problem.basis)],
        axis=2,
    ).reshape(6, -1)[:3]
    np.testing.assert_allclose(short @ posterior.precision @ short.T, 8.0 * np.eye(3), atol=1e-8)
