from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

from variorum.training.softmax.laplace import ExactPosterior, KroneckerPosterior, log_evidence, posterior_at
from variorum.training.softmax.problem import Mode, SoftmaxProblem, contrasts


def solved(precision: float, n: int = 30, d: int = 3, k: int = 3, seed: int = 0) -> tuple[SoftmaxProblem, Mode]:
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n, d))
    logits = inputs @ rng.standard_normal((d, k))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    problem = SoftmaxProblem.build(inputs, np.array([rng.multinomial(4, p) for p in shares]) * 1.0, 0.1, True)
    return problem, problem.solve(precision, start=None, tolerance=1e-7, max_iterations=300)


def covariance(posterior: ExactPosterior | KroneckerPosterior, n_contrasts: int, width: int) -> np.ndarray:
    """What the posterior does to every unit vector, squared."""
    size = n_contrasts * width
    root = posterior.root(np.eye(size).reshape(size, n_contrasts, width)).reshape(size, size)
    return root.T @ root


def test_covariance_is_the_inverse_of_the_numerical_hessian() -> None:
    problem, mode = solved(1.5)
    helmert = contrasts(3)
    width = problem.rank + 1

    def negative(point: np.ndarray) -> float:
        whole = helmert @ point.reshape(2, width)
        return problem.penalty(whole[:, 1:], whole[:, 0], 1.5) - problem.likelihood(whole[:, 1:], whole[:, 0])[0]

    centre = (helmert.T @ np.column_stack([mode.intercept, mode.weights])).ravel()
    step = 1e-3
    hessian = np.empty((centre.size, centre.size))
    for i in range(centre.size):
        for j in range(centre.size):
            a, b = np.eye(centre.size)[i] * step, np.eye(centre.size)[j] * step
            corners = negative(centre + a + b) - negative(centre + a - b) - negative(centre - a + b)
            hessian[i, j] = (corners + negative(centre - a - b)) / (4 * step * step)
    exact = ExactPosterior.at(problem, mode)
    np.testing.assert_allclose(exact.precision, hessian, atol=1e-4 * np.abs(hessian).max())
    np.testing.assert_allclose(covariance(exact, 2, width), np.linalg.inv(hessian), atol=1e-4)


def test_kronecker_is_exact_where_all_items_have_one_prediction() -> None:
    # With the weights pressed to zero every item has the base rates, so the mean of products is the product of means.
    problem, mode = solved(1e9)
    exact, kronecker = ExactPosterior.at(problem, mode), KroneckerPosterior.at(problem, mode)
    width = problem.rank + 1
    np.testing.assert_allclose(covariance(kronecker, 2, width), covariance(exact, 2, width), rtol=1e-6, atol=1e-12)
    assert kronecker.log_determinant == pytest.approx(exact.log_determinant)
    # The same with real curvature: binary votes split evenly at mirrored points keep the weights at zero.
    inputs = np.array([[1.0, 2.0], [-1.0, 0.5], [3.0, -1.0]])
    even = SoftmaxProblem.build(inputs, np.full((3, 2), 5.0), 0.1, True)
    middle = even.solve(0.01, start=None, tolerance=1e-9, max_iterations=50)
    np.testing.assert_allclose(
        covariance(KroneckerPosterior.at(even, middle), 1, 3),
        covariance(ExactPosterior.at(even, middle), 1, 3),
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.parametrize("seed", range(5))
def test_kronecker_is_near_elsewhere(seed: int) -> None:
    problem, mode = solved(2.0, n=400, d=6, seed=seed)
    exact, kronecker = (
        covariance(posterior, 2, 7)
        for posterior in (ExactPosterior.at(problem, mode), KroneckerPosterior.at(problem, mode))
    )
    assert np.corrcoef(exact.ravel(), kronecker.ravel())[0, 1] > 0.7
    # Strong signal saturates the items far out, which one Kronecker product sees only on average.
    ratio = np.diag(kronecker) / np.diag(exact)
    assert ratio.min() > 0.3
    assert ratio.max() < 1.5


def test_kronecker_has_the_partial_traces_of_the_hessian() -> None:
    problem, mode = solved(2.0)
    width = problem.rank + 1
    exact = ExactPosterior.at(problem, mode).precision - np.diag(np.tile([0.1, *[2.0] * problem.rank], 2))
    blocks = exact.reshape(2, width, 2, width)
    ours = KroneckerPosterior.at(problem, mode)
    outer = ours.outer * np.sqrt(np.outer(ours.prior, ours.prior))
    np.testing.assert_allclose(outer * np.trace(ours.curvature), np.einsum("aiaj->ij", blocks), atol=1e-8)
    np.testing.assert_allclose(ours.curvature * np.trace(outer), np.einsum("aibi->ab", blocks), atol=1e-8)


def test_evidence_against_integration() -> None:
    # Two classes, one feature that is -1 or 1, no room for the intercept (its prior is tight at 0): the logit is
    # sqrt(2) times the only contrast, so p(votes) = int N(v; 0, 1/tau) sigma(sqrt2 v x)^c ... dv, a 1-d integral.
    counts = np.array([[40.0, 25.0], [22.0, 43.0]])
    precision = 3.0
    problem = SoftmaxProblem.build(np.array([[-1.0], [1.0]]), counts, 1e8, True)
    mode = problem.solve(precision, start=None, tolerance=1e-8, max_iterations=100)

    def density(v: float) -> float:
        left, right = expit(-np.sqrt(2) * v), expit(np.sqrt(2) * v)
        fit = 40 * np.log(left) + 25 * np.log(1 - left) + 22 * np.log(right) + 43 * np.log(1 - right)
        prior = 0.5 * np.log(precision / (2 * np.pi)) - 0.5 * precision * v * v
        return float(np.exp(fit + prior + 100.0))

    integral = np.log(quad(density, -4, 4)[0]) - 100.0
    for posterior in (ExactPosterior.at(problem, mode), KroneckerPosterior.at(problem, mode)):
        assert log_evidence(problem, mode, posterior) == pytest.approx(integral, abs=0.01)


def test_directions_without_data_leave_the_evidence_alone() -> None:
    rng = np.random.default_rng(0)
    inputs, votes = rng.standard_normal((10, 2)), rng.integers(1, 4, (10, 3)) * 1.0
    values = []
    for columns in (inputs, np.column_stack([inputs, np.ones((10, 5))])):
        problem = SoftmaxProblem.build(columns, votes, 0.1, True)
        mode = problem.solve(1.0, start=None, tolerance=1e-7, max_iterations=100)
        values.append(log_evidence(problem, mode, posterior_at(problem, mode, 1500)))
    assert values[0] == pytest.approx(values[1])


def test_the_limit_chooses_the_posterior() -> None:
    problem, mode = solved(1.0)
    assert problem.n_effective == 8
    assert isinstance(posterior_at(problem, mode, 8), ExactPosterior)
    assert isinstance(posterior_at(problem, mode, 7), KroneckerPosterior)
