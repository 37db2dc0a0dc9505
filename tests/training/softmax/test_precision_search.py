from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.training.softmax.laplace import KroneckerPosterior, log_evidence
from variorum.training.softmax.precision_search import maximize_scalar, search_precision
from variorum.training.softmax.problem import SoftmaxProblem


@given(st.floats(-8.5, 8.5), st.floats(0.1, 0.5), st.floats(-3.0, 3.0))
def test_finds_the_top_of_one_hump(top: float, sharpness: float, start: float) -> None:
    def hump(x: float) -> float:
        return float(-np.log(np.cosh(sharpness * (x - top))))

    found = maximize_scalar(hump, start, -9.0, 9.0, step=1.5, width=0.1)
    assert abs(found - top) < 0.5
    assert -9.0 <= found <= 9.0


def test_a_rising_function_ends_at_its_bound() -> None:
    assert maximize_scalar(lambda x: x, 0.0, -5.0, 7.0, step=1.5, width=0.1) == 7.0
    assert maximize_scalar(lambda x: -x, 0.0, -5.0, 7.0, step=1.5, width=0.1) == -5.0


def test_a_flat_function_ends() -> None:
    assert maximize_scalar(lambda x: 0.0, 0.0, -5.0, 7.0, step=1.5, width=0.1) == 0.0


def test_few_evaluations() -> None:
    calls = []

    def hump(x: float) -> float:
        calls.append(x)
        return -((x - 1.0) ** 2)

    maximize_scalar(hump, 0.0, -9.0, 9.0, step=1.5, width=0.1)
    assert len(calls) <= 6


def evidence(problem: SoftmaxProblem, precision: float) -> float:
    mode = problem.solve(precision, start=None, tolerance=1e-5, max_iterations=300)
    return log_evidence(problem, mode, KroneckerPosterior.at(problem, mode))


def test_no_precision_of_a_fine_grid_beats_the_one_found() -> None:
    rng = np.random.default_rng(4)
    inputs = rng.standard_normal((80, 6))
    logits = inputs @ rng.standard_normal((6, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    problem = SoftmaxProblem.build(inputs, np.array([rng.multinomial(3, p) for p in shares]) * 1.0, 0.1, True)
    found = search_precision(problem, 200)[0].precision
    best = max(evidence(problem, precision) for precision in np.geomspace(0.01, 100, 60))
    assert evidence(problem, found) > best - 0.01


def test_noise_drives_the_precision_up_and_signal_down() -> None:
    rng = np.random.default_rng(5)
    inputs = rng.standard_normal((300, 5))
    noise = SoftmaxProblem.build(inputs, np.eye(2)[rng.integers(0, 2, 300)], 0.1, True)
    signal = SoftmaxProblem.build(inputs, np.eye(2)[(inputs[:, 0] > 0).astype(int)], 0.1, True)
    assert search_precision(noise, 200)[0].precision > 50 * search_precision(signal, 200)[0].precision


def test_without_variation_any_precision_will_do() -> None:
    problem = SoftmaxProblem.build(np.ones((3, 2)), np.ones((3, 2)), 0.1, True)
    assert search_precision(problem, 50)[0].precision == 1.0
