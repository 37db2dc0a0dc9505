from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from loss_surfaces import Point, batch_norm_network, batches_of, dense_hessian, quadratic, soft_cross_entropy
from variorum.errors import ArgumentError, ShapeError
from variorum.training.geometry import LossSurface

NOTHING = [(torch.zeros(4, 1), torch.zeros(4, 1))]


def test_a_quadratic_by_hand() -> None:
    # w = (1, 2), A = [[2, 1], [1, 3]], b = (1, 0): w'Aw/2 = (2 + 4 + 12)/2 = 9, so 10; gradient Aw + b = (5, 7).
    surface = LossSurface(Point([1.0, 2.0]), NOTHING, quadratic([[2.0, 1.0], [1.0, 3.0]], [1.0, 0.0]))
    assert surface.value() == 10.0
    assert surface.gradient().tolist() == [5.0, 7.0]
    assert surface.hessian_products(torch.eye(2, dtype=torch.float64)).tolist() == [[2.0, 1.0], [1.0, 3.0]]
    # One step back to the origin.
    assert surface.value(torch.tensor([-1.0, -2.0])) == 0.0


def test_hessian_is_pytorchs() -> None:
    module, batches = batch_norm_network(), batches_of()
    ours = LossSurface(module, batches, soft_cross_entropy)
    identity = torch.eye(ours.n_parameters, dtype=torch.float64)
    theirs = dense_hessian(copy.deepcopy(module).eval(), batches, soft_cross_entropy)
    np.testing.assert_allclose(ours.hessian_products(identity).numpy(), theirs, atol=1e-12)


def test_hessian_of_a_linear_softmax_network_in_closed_form() -> None:
    # H = mean over items of (Diag(q) - qq') kron xx', for weights in the order (class, feature).
    batches = batches_of()
    module = torch.nn.Linear(3, 3, bias=False).double()
    inputs = torch.cat([inputs for inputs, _ in batches])
    q = module(inputs).softmax(-1).detach().numpy()
    wanted = np.mean(
        [np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x)) for p, x in zip(q, inputs.numpy(), strict=True)], axis=0
    )
    surface = LossSurface(module, batches, soft_cross_entropy)
    np.testing.assert_allclose(surface.hessian_products(torch.eye(9, dtype=torch.float64)).numpy(), wanted, atol=1e-12)


def test_gradient_against_finite_differences() -> None:
    surface = LossSurface(batch_norm_network(), batches_of(), soft_cross_entropy)
    steps = torch.eye(surface.n_parameters, dtype=torch.float64) * 1e-5
    slopes = [(surface.value(step) - surface.value(-step)) / 2e-5 for step in steps]
    np.testing.assert_allclose(surface.gradient().numpy(), slopes, atol=1e-8)


@given(st.integers(1, 12))
def test_batches_do_not_matter(size: int) -> None:
    module = batch_norm_network()
    whole = LossSurface(module, batches_of(size=12), soft_cross_entropy)
    parts = LossSurface(module, batches_of(size=size), soft_cross_entropy)
    vectors = torch.from_numpy(np.random.default_rng(size).standard_normal((2, whole.n_parameters)))
    assert parts.value() == pytest.approx(whole.value(), rel=1e-12)
    torch.testing.assert_close(parts.gradient(), whole.gradient())
    torch.testing.assert_close(parts.hessian_products(vectors), whole.hessian_products(vectors))


@pytest.mark.parametrize("grad_mode", [torch.no_grad, torch.enable_grad])
def test_nothing_of_the_module_changes(grad_mode: type) -> None:
    module = batch_norm_network()
    stored = torch.ones_like(module[0].weight)
    module[0].weight.grad = stored
    state = copy.deepcopy(module.state_dict())
    modes = [part.training for part in module.modules()]
    surface = LossSurface(module, batches_of(), soft_cross_entropy)
    point = torch.ones(surface.n_parameters, dtype=torch.float64)
    with grad_mode():
        surface.value(point)
        surface.gradient()
        assert surface.hessian_products(point[None]).abs().sum() > 0
    assert [part.training for part in module.modules()] == modes
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())
    assert module[0].weight.grad is stored
    assert torch.equal(stored, torch.ones_like(stored))
    assert all(p.grad is None for name, p in module.named_parameters() if name != "0.weight")


def test_frozen_parameters_are_no_coordinates() -> None:
    module = batch_norm_network()
    module[0].requires_grad_(requires_grad=False)
    module[1].requires_grad_(requires_grad=False)
    surface = LossSurface(module, batches_of(), soft_cross_entropy)
    assert surface.names == ["4.weight", "4.bias"]
    whole = dense_hessian(copy.deepcopy(module).eval(), batches_of(), soft_cross_entropy)
    products = surface.hessian_products(torch.eye(15, dtype=torch.float64)).numpy()
    np.testing.assert_allclose(products, whole[-15:, -15:], atol=1e-12)


def test_shared_parameters_count_once() -> None:
    # f(x) = w (w x): with x = 1 the loss is w^4, its derivatives 4 w^3 and 12 w^2.
    shared = torch.nn.Linear(1, 1, bias=False).double()
    shared.weight.data.fill_(2.0)
    module = torch.nn.Sequential(shared, shared)
    batches = [(torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64))]
    surface = LossSurface(module, batches, lambda z, y: (z - y).square().sum(-1))
    assert surface.n_parameters == 1
    assert surface.value(torch.ones(1)) == 81.0
    assert surface.gradient().item() == 32.0
    assert surface.hessian_products(torch.ones(1, 1)).item() == 48.0


def test_a_loss_without_curvature_has_none() -> None:
    # Linear in one parameter, no use of the other: zeros, not an error.
    module = Point([1.0, 2.0])
    module.unused = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    surface = LossSurface(module, NOTHING, lambda points, _: points.sum(-1))
    assert surface.gradient().tolist() == [1.0, 1.0, 0.0]
    assert surface.hessian_products(torch.ones(2, 3)).abs().sum() == 0


class Attention(torch.nn.Module):
    """One head over the two halves of an item's features."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = torch.nn.Linear(4, 12).double()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        q, k, v = self.mix(inputs.view(-1, 1, 2, 4)).chunk(3, dim=-1)
        return torch.nn.functional.scaled_dot_product_attention(q, k, v).sum((1, 2))


def test_attention_has_a_second_derivative() -> None:
    batches = batches_of(n_features=8, n_classes=4)
    module = Attention()
    surface = LossSurface(module, batches, soft_cross_entropy)
    steps = torch.eye(surface.n_parameters, dtype=torch.float64)[:3]
    products = surface.hessian_products(steps)
    for step, product in zip(steps, products, strict=True):
        moved, back = copy.deepcopy(module), copy.deepcopy(module)
        for other, sign in ((moved, 1e-5), (back, -1e-5)):
            torch.nn.utils.vector_to_parameters(
                torch.nn.utils.parameters_to_vector(other.parameters()) + sign * step, other.parameters()
            )
        slopes = [LossSurface(other, batches, soft_cross_entropy).gradient() for other in (moved, back)]
        torch.testing.assert_close(product, (slopes[0] - slopes[1]) / 2e-5, atol=1e-7, rtol=1e-5)


def test_the_point_is_left_after_an_error_too() -> None:
    module = Point([1.0])

    def broken(points: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        raise RuntimeError(f"at {points[0, 0].item()}")

    with pytest.raises(RuntimeError, match=r"at 3\.0"):
        LossSurface(module, NOTHING, broken).value(torch.tensor([2.0]))
    assert module.point.item() == 1.0


def test_a_loss_must_be_one_value_an_item() -> None:
    surface = LossSurface(Point([1.0]), NOTHING, lambda points, _: points.mean())
    with pytest.raises(ShapeError, match=r"loss gives shape \(\) for 4 items; it must give one value an item\."):
        surface.value()
    with pytest.raises(ShapeError, match=r"Leave the mean over items"):
        surface.gradient()


def test_a_generator_runs_dry() -> None:
    surface = LossSurface(Point([1.0]), iter(NOTHING), quadratic([[1.0]]))
    assert surface.value() == 0.5
    for again in (surface.value, surface.gradient):
        with pytest.raises(ArgumentError, match=r"batches hold no item\. Give a list"):
            again()


def test_a_vector_must_be_a_point() -> None:
    surface = LossSurface(Point([1.0, 2.0]), NOTHING, quadratic(np.eye(2)))
    with pytest.raises(ShapeError, match=r"shape \(3,\) is no point of 2 parameters"):
        surface.value(torch.ones(3))
    with pytest.raises(ShapeError, match=r"shape \(1,\) is no point of 2 parameters"):
        surface.hessian_products(torch.ones(1, 1))


def test_a_network_without_parameters_has_a_loss_but_no_geometry() -> None:
    surface = LossSurface(torch.nn.Identity(), [(torch.ones(2, 1), torch.zeros(2, 1))], lambda z, _: z.sum(-1))
    assert surface.value() == 1.0
    with pytest.raises(ArgumentError, match=r"module has no parameter that requires a gradient"):
        surface.gradient()
