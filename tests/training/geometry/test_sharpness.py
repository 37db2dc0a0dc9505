from __future__ import annotations

import numpy as np
import pytest
import torch

from loss_surfaces import Point, batch_norm_network, batches_of, quadratic, soft_cross_entropy
from variorum.errors import ArgumentError
from variorum.training.geometry import LossSurface, sharpness

ONE = [(torch.zeros(1, 1), torch.zeros(1, 1))]
MATRIX = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 4.0]])


def test_a_quadratic_in_closed_form() -> None:
    point, slope = np.array([1.0, -1.0, 2.0]), np.array([0.5, 0.0, 1.0])
    radii = np.array([0.1, 1.0, 10.0])
    found = sharpness(Point(point), ONE, quadratic(MATRIX, slope), 0, radii=radii, n_directions=2000)
    gradient = MATRIX @ point + slope
    norm = np.linalg.norm(gradient)
    assert found.loss == pytest.approx(point @ MATRIX @ point / 2 + slope @ point)
    assert found.gradient_norm == pytest.approx(norm)
    up = radii * norm + radii**2 * (gradient @ MATRIX @ gradient) / (2 * norm**2)
    np.testing.assert_allclose(found.along_gradient, up, rtol=1e-12)
    assert found.along_random.shape == (2000, 3)
    # Uniform directions have mean 0 and covariance I/3, so the mean rise is r^2 trace(A) / 6.
    assert (np.abs(found.mean - radii**2 * 9.0 / 6.0) < 4 * found.standard_error).all()


def test_directions_have_length_one() -> None:
    # On |w|^2 / 2 at the origin every direction rises by r^2 / 2.
    found = sharpness(Point(np.zeros(5)), ONE, quadratic(np.eye(5)), 0, radii=[2.0], n_directions=7)
    np.testing.assert_allclose(found.along_random, 2.0)
    np.testing.assert_allclose(found.standard_error, 0.0, atol=1e-12)


def test_a_minimum_has_no_gradient_to_go_along() -> None:
    found = sharpness(Point(np.zeros(2)), ONE, quadratic(np.eye(2)), 0, n_directions=1)
    assert found.gradient_norm == 0.0
    assert np.isnan(found.along_gradient).all()
    assert np.isnan(found.standard_error).all()
    assert np.isfinite(found.mean).all()


def test_the_gradient_is_the_steepest_of_small_steps() -> None:
    module, batches = batch_norm_network(), batches_of()
    found = sharpness(module, batches, soft_cross_entropy, 0, radii=[1e-4], n_directions=200)
    assert found.along_gradient[0] > found.along_random.max()
    assert found.along_gradient[0] == pytest.approx(1e-4 * found.gradient_norm, rel=1e-3)
    assert found.loss == LossSurface(module, batches, soft_cross_entropy).value()


def test_seeds_decide_and_the_network_stays() -> None:
    module, batches = batch_norm_network(), batches_of()
    state = {name: value.clone() for name, value in module.state_dict().items()}
    modes, before = [part.training for part in module.modules()], torch.random.get_rng_state()
    found = [sharpness(module, batches, soft_cross_entropy, seed, n_directions=3).along_random for seed in (1, 1, 2)]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])
    assert torch.equal(torch.random.get_rng_state(), before)
    assert [part.training for part in module.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())


def test_options_are_checked() -> None:
    flat = Point([0.0]), ONE, quadratic([[1.0]]), 0
    with pytest.raises(ArgumentError, match=r"radii\[1\] = 0\.0 must be above 0; 1 are affected\."):
        sharpness(*flat, radii=[1.0, 0.0])
    with pytest.raises(ArgumentError, match=r"n_directions = 0 must be 1 or more\."):
        sharpness(*flat, n_directions=0)
