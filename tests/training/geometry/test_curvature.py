from __future__ import annotations

import copy
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from loss_surfaces import Point, batch_norm_network, batches_of, dense_hessian, quadratic, soft_cross_entropy
from variorum.errors import ArgumentError, ConvergenceWarning
from variorum.training.geometry import LossSurface, hessian_trace, top_eigenvalue

ONE = [(torch.zeros(1, 1), torch.zeros(1, 1))]


def rotated(eigenvalues: list[float], seed: int = 0) -> np.ndarray:
    """A symmetric matrix with these eigenvalues."""
    basis = ortho_group.rvs(len(eigenvalues), random_state=seed)
    return basis @ np.diag(eigenvalues) @ basis.T


@pytest.mark.parametrize(
    "eigenvalues",
    [
        [5.0, 2.0, 1.0, 0.0],
        [5.0, -4.0, 1.0, 0.0],
        # The one of largest size is negative: the largest is found all the same, here with every one below zero too.
        [-5.0, 2.0, 1.0, 0.5],
        [-5.0, -2.0, -1.0, -4.0],
        # Two of one size take turns.
        [5.0, -5.0, 1.0, 0.0],
        [3.0, 3.0, 3.0, 3.0],
        [-3.0, -3.0, -3.0, -3.0],
        [1e-6, 5e-7, 0.0, 0.0],
    ],
)
def test_top_eigenvalue_of_a_quadratic(eigenvalues: list[float]) -> None:
    matrix = rotated(eigenvalues)
    top = top_eigenvalue(Point(np.ones(4)), ONE, quadratic(matrix), np.random.default_rng(0), tolerance=1e-6)
    scale = max(map(abs, eigenvalues))
    assert top.converged
    assert top.value == pytest.approx(max(eigenvalues), abs=1e-6 * scale)
    vector = top.vector.numpy()
    assert np.linalg.norm(vector) == pytest.approx(1.0)
    assert np.linalg.norm(matrix @ vector - top.value * vector) == pytest.approx(top.residual, abs=1e-12 * scale)
    assert top.residual <= 2e-6 * scale


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5), st.integers(0, 100))
@settings(max_examples=30)
def test_a_converged_value_is_within_its_residual_of_an_eigenvalue(eigenvalues: list[float], seed: int) -> None:
    matrix = rotated(eigenvalues, seed) if len(eigenvalues) > 1 else np.array([eigenvalues])
    module, rng = Point(np.zeros(len(eigenvalues))), np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        top = top_eigenvalue(module, ONE, quadratic(matrix), rng, tolerance=1e-4)
    assert min(abs(top.value - value) for value in eigenvalues) <= top.residual + 1e-9


def test_network_against_the_whole_hessian() -> None:
    module, batches = batch_norm_network(), batches_of()
    spectrum = np.linalg.eigvalsh(dense_hessian(copy.deepcopy(module).eval(), batches, soft_cross_entropy))
    rng = np.random.default_rng(0)
    top = top_eigenvalue(module, batches, soft_cross_entropy, rng, max_iterations=2000, tolerance=1e-5)
    assert top.value == pytest.approx(spectrum[-1], rel=1e-5)
    trace = hessian_trace(module, batches, soft_cross_entropy, np.random.default_rng(0), n_probes=400)
    assert abs(trace.value - spectrum.sum()) < 4 * trace.standard_error
    # The error of 400 probes is small enough for the line above to say something.
    assert trace.standard_error < 0.05 * spectrum.sum()


def test_single_precision_is_near() -> None:
    module, batches = batch_norm_network(), batches_of()
    single = copy.deepcopy(module).float()
    floats = [(inputs.float(), target.float()) for inputs, target in batches]
    values = [
        top_eigenvalue(m, b, soft_cross_entropy, np.random.default_rng(0), max_iterations=1000).value
        for m, b in ((module, batches), (single, floats))
    ]
    assert values[1] == pytest.approx(values[0], rel=1e-4)


def test_a_flat_loss_has_no_curvature() -> None:
    top = top_eigenvalue(Point([1.0, 2.0]), ONE, lambda points, _: points.sum(-1), 0)
    assert (top.value, top.residual, top.n_iterations, top.converged) == (0.0, 0.0, 1, True)


def test_running_out_of_iterations_is_said() -> None:
    # One product in each of two runs.
    with pytest.warns(ConvergenceWarning, match=r"Power iteration stopped after 2 products at .* with a residual of"):
        top = top_eigenvalue(Point([0.0, 0.0]), ONE, quadratic(np.diag([2.0, 1.0])), 3, max_iterations=1)
    assert not top.converged
    assert top.n_iterations == 2
    assert 1.0 < top.value < 2.0


def test_trace_of_a_diagonal_is_exact() -> None:
    # v'Dv with signs v is the trace whatever the signs; more probes than are drawn at once.
    trace = hessian_trace(Point(np.zeros(3)), ONE, quadratic(np.diag([1.0, 2.0, -5.0])), 0, n_probes=11)
    assert (trace.value, trace.standard_error, trace.n_probes) == (-2.0, 0.0, 11)


def test_trace_and_its_standard_error_are_unbiased() -> None:
    # Var(v'Av) = 2 sum of squares off the diagonal = 4 (9 + 1 + 4) = 56, so sqrt(56/4000) for 4000 probes.
    matrix = np.array([[1.0, 3.0, 1.0], [3.0, 2.0, -2.0], [1.0, -2.0, 4.0]])
    trace = hessian_trace(Point(np.zeros(3)), ONE, quadratic(matrix), np.random.default_rng(1), n_probes=4000)
    assert trace.standard_error == pytest.approx(np.sqrt(56 / 4000), rel=0.05)
    assert abs(trace.value - 7.0) < 4 * trace.standard_error


def test_one_probe_has_no_standard_error() -> None:
    trace = hessian_trace(Point([0.0]), ONE, quadratic([[3.0]]), 0, n_probes=1)
    assert trace.value == 3.0
    assert np.isnan(trace.standard_error)


def test_seeds_decide_and_pytorchs_generator_is_left_alone() -> None:
    module, batches = batch_norm_network(), batches_of()
    before = torch.random.get_rng_state()
    traces = [hessian_trace(module, batches, soft_cross_entropy, seed, n_probes=3).value for seed in (1, 1, 2)]
    tops = [top_eigenvalue(module, batches, soft_cross_entropy, 1, tolerance=0.1).value for _ in range(2)]
    assert traces[0] == traces[1] != traces[2]
    assert tops[0] == tops[1]
    assert torch.equal(torch.random.get_rng_state(), before)


def test_scaling_the_loss_scales_both() -> None:
    module, batches = batch_norm_network(), batches_of()

    def tripled(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return 3.0 * soft_cross_entropy(logits, target)

    one, three = (
        top_eigenvalue(module, batches, loss, 0, max_iterations=1000) for loss in (soft_cross_entropy, tripled)
    )
    assert three.value == pytest.approx(3.0 * one.value)
    one, three = (hessian_trace(module, batches, loss, 0, n_probes=4) for loss in (soft_cross_entropy, tripled))
    assert three.value == pytest.approx(3.0 * one.value)


def test_options_are_checked() -> None:
    flat = Point([0.0]), ONE, quadratic([[1.0]]), 0
    with pytest.raises(ArgumentError, match=r"max_iterations = 0 must be 1 or more\."):
        top_eigenvalue(*flat, max_iterations=0)
    with pytest.raises(ArgumentError, match=r"tolerance = 0\.0 must be above 0 and finite\."):
        top_eigenvalue(*flat, tolerance=0.0)
    with pytest.raises(ArgumentError, match=r"n_probes = 0 must be 1 or more\."):
        hessian_trace(*flat, n_probes=0)
    with pytest.raises(ArgumentError, match=r"rng must be a numpy"):
        hessian_trace(*flat[:3], None)  # type: ignore[arg-type]


def test_surface_is_the_modules_as_it_stands() -> None:
    # Measured again after the module has moved, the curvature is that of the new place: 12 w^2 for w^4.
    module = Point([1.0])
    surface = LossSurface(module, ONE, lambda points, _: points.pow(4).sum(-1))
    assert surface.hessian_products(torch.ones(1, 1)).item() == 12.0
    module.point.data.fill_(2.0)
    assert surface.hessian_products(torch.ones(1, 1)).item() == 48.0
