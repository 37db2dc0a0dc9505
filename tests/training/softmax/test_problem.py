from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.training.softmax.problem import SoftmaxProblem, contrasts


def problem(seed: int = 0, n: int = 9, d: int = 4, k: int = 3) -> SoftmaxProblem:
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n, d)) * [1.0, 10.0, 0.1, 3.0][:d] + 5.0
    return SoftmaxProblem.build(inputs, rng.integers(0, 5, (n, k)) + 1.0, 0.1, True)


@given(st.integers(1, 12))
def test_contrasts_are_orthonormal_and_sum_to_zero(k: int) -> None:
    basis = contrasts(k)
    np.testing.assert_allclose(basis.T @ basis, np.eye(k - 1), atol=1e-12)
    np.testing.assert_allclose(basis.sum(axis=0), 0.0, atol=1e-12)


def test_inputs_are_standardised_over_votes_and_their_gram_is_diagonal() -> None:
    ours = problem()
    np.testing.assert_allclose(ours.totals @ ours.inputs, 0.0, atol=1e-9)
    gram = ours.inputs.T @ (ours.inputs * ours.totals[:, None])
    np.testing.assert_allclose(gram, np.diag(ours.moments), atol=1e-8)
    # Each of the four features has variance 1 over votes, so the moments sum to 4 x votes.
    assert ours.moments.sum() == pytest.approx(4 * ours.totals.sum())


def test_few_items_leave_directions_out() -> None:
    rng = np.random.default_rng(0)
    ours = SoftmaxProblem.build(rng.standard_normal((3, 8)), np.ones((3, 2)), 0.1, True)
    # Three centred points span two directions.
    assert ours.rank == 2
    np.testing.assert_allclose(ours.basis.T @ ours.basis, np.eye(2), atol=1e-9)


def test_a_constant_feature_is_left_out() -> None:
    inputs = np.column_stack([np.arange(5.0), np.full(5, 1 / 3)])
    ours = SoftmaxProblem.build(inputs, np.ones((5, 2)), 0.1, True)
    assert ours.inverse_scale[1] == 0.0
    assert ours.rank == 1


def test_without_standardize_the_scale_stays() -> None:
    inputs = np.array([[0.0], [4.0]])
    ours = SoftmaxProblem.build(inputs, np.ones((2, 2)), 0.1, False)
    # Centred at 2, distances 2 and 2, two votes each: 2 x 2^2 + 2 x 2^2 = 16.
    assert ours.moments.tolist() == pytest.approx([16.0])


def test_likelihood_by_hand() -> None:
    ours = SoftmaxProblem.build(np.array([[0.0], [1.0]]), np.array([[3.0, 1.0], [0.0, 2.0]]), 0.1, True)
    value, probabilities = ours.likelihood(np.zeros((2, 1)), np.log([0.25, 0.75]))
    # 3 log 1/4 + 1 log 3/4 + 2 log 3/4
    assert value == pytest.approx(3 * np.log(0.25) + 3 * np.log(0.75))
    np.testing.assert_allclose(probabilities, [[0.25, 0.25], [0.75, 0.75]])


def test_gradient_is_zero_at_the_mode_by_finite_differences() -> None:
    ours = problem()
    mode = ours.solve(2.0, start=None, tolerance=1e-7, max_iterations=200)
    assert mode.converged

    def log_joint(weights: np.ndarray, intercept: np.ndarray) -> float:
        return ours.likelihood(weights, intercept)[0] - ours.penalty(weights, intercept, 2.0)

    step = 1e-4
    for index in np.ndindex(mode.weights.shape):
        change = np.zeros_like(mode.weights)
        change[index] = step
        slope = log_joint(mode.weights + change, mode.intercept) - log_joint(mode.weights - change, mode.intercept)
        assert slope / (2 * step) == pytest.approx(0.0, abs=1e-4)
    for k in range(3):
        change = np.zeros(3)
        change[k] = step
        slope = log_joint(mode.weights, mode.intercept + change) - log_joint(mode.weights, mode.intercept - change)
        assert slope / (2 * step) == pytest.approx(0.0, abs=1e-4)


def test_the_gradient_given_to_the_optimiser_is_that_of_the_objective(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.optimize import check_grad

    from variorum.training.softmax import problem as softmax_problem

    seen: dict[str, float] = {}

    def spy(objective: object, point: np.ndarray, **options: object) -> object:
        away = point + np.random.default_rng(0).standard_normal(point.size)
        seen["error"] = check_grad(lambda y: objective(y)[0], lambda y: objective(y)[1], away)  # type: ignore[operator]
        seen["size"] = float(np.linalg.norm(objective(away)[1]))  # type: ignore[operator]
        return original(objective, point, **options)

    original = softmax_problem.minimize
    monkeypatch.setattr(softmax_problem, "minimize", spy)
    problem().solve(0.7, start=None, tolerance=1e-5, max_iterations=200)
    assert seen["error"] < 1e-5 * seen["size"]


def test_warm_and_cold_starts_meet() -> None:
    ours = problem()
    far = ours.solve(100.0, start=None, tolerance=1e-6, max_iterations=200)
    warm = ours.solve(1.0, start=far, tolerance=1e-7, max_iterations=200)
    cold = ours.solve(1.0, start=None, tolerance=1e-7, max_iterations=200)
    np.testing.assert_allclose(warm.weights, cold.weights, atol=1e-6)
    np.testing.assert_allclose(warm.intercept, cold.intercept, atol=1e-6)


def test_class_curvature_is_the_vote_weighted_mean() -> None:
    ours = SoftmaxProblem.build(np.array([[0.0], [1.0]]), np.array([[1.0, 0.0], [1.0, 2.0]]), 0.1, True)
    probabilities = np.array([[0.5, 0.1], [0.5, 0.9]])
    # p(1-p) is 1/4 for one vote and 0.09 for three: (0.25 + 3 x 0.09) / 4 = 0.13
    np.testing.assert_allclose(ours.class_curvature(probabilities), [[0.13, -0.13], [-0.13, 0.13]])
