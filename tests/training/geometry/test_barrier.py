from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from loss_surfaces import Point, batch_norm_network, batches_of, quadratic, soft_cross_entropy
from variorum.errors import ArgumentError
from variorum.training.geometry import LossSurface, loss_line

ONE = [(torch.zeros(1, 1), torch.zeros(1, 1))]


def at(*point: float) -> dict[str, torch.Tensor]:
    return {"point": torch.tensor(point, dtype=torch.float64)}


def double_well(points: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return (points.square() - 1.0).square().sum(-1)


def test_a_double_well() -> None:
    # (w^2 - 1)^2 is 0 at both wells and 1 on the ridge half-way, where w = 0; at w = -1/2 it is 9/16.
    line = loss_line(Point([5.0]), at(-1.0), at(1.0), ONE, double_well, n_points=5)
    assert line.positions.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert line.loss.tolist() == [0.0, 0.5625, 1.0, 0.5625, 0.0]
    assert line.barrier == line.rise_above_mean == 1.0


def test_ends_of_different_height() -> None:
    # From 0 at w = 1 to 9 at w = 2 by 25/16 at w = 3/2: convex. Above the ends' mean of 4.5 is the higher end alone.
    line = loss_line(Point([0.0]), at(1.0), at(2.0), ONE, double_well, n_points=3)
    assert line.loss.tolist() == [0.0, 1.5625, 9.0]
    assert line.barrier == 0.0
    assert line.rise_above_mean == 4.5


@given(st.integers(0, 1000))
@settings(max_examples=25)
def test_convex_losses_have_no_barrier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((3, 3))
    first, second = at(*rng.standard_normal(3)), at(*rng.standard_normal(3))
    line = loss_line(Point(np.zeros(3)), first, second, ONE, quadratic(root @ root.T, rng.standard_normal(3)))
    assert line.barrier == pytest.approx(0.0, abs=1e-12)


def test_a_linear_softmax_network_has_no_barrier() -> None:
    first, second = (torch.nn.Linear(3, 3).double() for _ in range(2))
    line = loss_line(first, first.state_dict(), second.state_dict(), batches_of(), soft_cross_entropy)
    assert line.barrier == pytest.approx(0.0, abs=1e-12)


def test_permuted_units_are_one_function_behind_a_barrier() -> None:
    # The same network with its units turned round: equal ends, and between them another function.
    rng = np.random.default_rng(0)
    module = torch.nn.Sequential(torch.nn.Linear(3, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3)).double()
    for parameter in module.parameters():
        parameter.data = torch.from_numpy(rng.standard_normal(parameter.shape))
    batches = [(inputs, module(inputs).softmax(-1).detach()) for inputs, _ in batches_of()]
    turned = copy.deepcopy(module)
    turned[0].weight.data, turned[0].bias.data = module[0].weight.flip(0), module[0].bias.flip(0)
    turned[2].weight.data = module[2].weight.flip(1)
    line = loss_line(module, module.state_dict(), turned.state_dict(), batches, soft_cross_entropy)
    back = loss_line(module, turned.state_dict(), module.state_dict(), batches, soft_cross_entropy)
    assert line.loss[0] == pytest.approx(line.loss[-1])
    assert line.barrier > 0.1
    np.testing.assert_allclose(back.loss, line.loss[::-1])


def test_the_ends_are_the_solutions_and_the_module_stays() -> None:
    module, first, second = (batch_norm_network(seed) for seed in range(3))
    batches = batches_of()
    state, modes = copy.deepcopy(module.state_dict()), [part.training for part in module.modules()]
    line = loss_line(module, first.state_dict(), second.state_dict(), batches, soft_cross_entropy, n_points=3)
    assert line.loss[0] == LossSurface(first, batches, soft_cross_entropy).value()
    assert line.loss[2] == LossSurface(second, batches, soft_cross_entropy).value()
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())
    assert [part.training for part in module.modules()] == modes


def test_statistics_are_interpolated_and_counters_are_the_firsts() -> None:
    class Statistics(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = torch.nn.BatchNorm1d(1)
            self.w = torch.nn.Parameter(torch.zeros(1))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            assert not self.norm.training
            assert self.norm.num_batches_tracked == 7
            return self.norm.running_mean.expand(len(inputs), 1)

    states = []
    for mean, count in ((0.0, 7), (4.0, 9)):
        module = Statistics()
        module.norm.running_mean.fill_(mean)
        module.norm.num_batches_tracked.fill_(count)
        states.append(copy.deepcopy(module.state_dict()))
    line = loss_line(Statistics(), *states, ONE, lambda z, _: z.sum(-1), n_points=5)
    assert line.loss.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_statistics_can_be_estimated_afresh() -> None:
    # Whatever statistics the states bring, those of the batches count: means and unbiased variances, over batches.
    batches = batches_of(n_items=15)
    ends = [batch_norm_network(seed) for seed in (1, 2)]
    states = [copy.deepcopy(network.state_dict()) for network in ends]
    broken = [{name: value + 50.0 if "running" in name else value for name, value in state.items()} for state in states]
    module = batch_norm_network()
    fresh = loss_line(module, *states, batches, soft_cross_entropy, n_points=3, statistics=batches)
    same = loss_line(module, *broken, batches, soft_cross_entropy, n_points=3, statistics=batches)
    np.testing.assert_allclose(same.loss, fresh.loss)
    frozen = loss_line(module, *states, batches, soft_cross_entropy, n_points=3)
    assert np.abs(fresh.loss - frozen.loss).min() > 1e-3
    hidden = [ends[0][0](inputs).detach() for inputs, _ in batches]
    ends[0][1].running_mean.copy_(torch.stack([h.mean(0) for h in hidden]).mean(0))
    ends[0][1].running_var.copy_(torch.stack([h.var(0) for h in hidden]).mean(0))
    assert fresh.loss[0] == pytest.approx(LossSurface(ends[0], batches, soft_cross_entropy).value())


def test_a_line_needs_a_middle() -> None:
    with pytest.raises(ArgumentError, match=r"n_points = 2 must be 3 or more: two ends and a point between them\."):
        loss_line(Point([0.0]), at(0.0), at(1.0), ONE, double_well, n_points=2)


def test_states_must_be_of_one_network() -> None:
    with pytest.raises(ArgumentError, match=r"'other' is not in both with one shape; 1 entries are affected"):
        loss_line(Point([0.0]), at(0.0), at(1.0) | {"other": torch.zeros(1)}, ONE, double_well)
    with pytest.raises(ArgumentError, match=r"'point' is not in both with one shape; 1 entries are affected"):
        loss_line(Point([0.0]), at(0.0), at(1.0, 2.0), ONE, double_well)
