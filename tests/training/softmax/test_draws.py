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
