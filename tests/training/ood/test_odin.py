from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from loss_surfaces import batch_norm_network
from variorum.errors import ArgumentError
from variorum.training.ood import max_probability, odin, perturb_inputs


def items(n: int = 5) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).standard_normal((n, 3)))


def log_max(module: torch.nn.Module, inputs: torch.Tensor, temperature: float) -> torch.Tensor:
    """The formula again, in evaluation mode."""
    with torch.no_grad():
        return ((copy.deepcopy(module).eval()(inputs) / temperature).softmax(-1)).max(-1).values.log()


@pytest.mark.parametrize("temperature", [1.0, 10.0])
def test_the_step_is_the_sign_of_the_numerical_gradient(temperature: float) -> None:
    module, inputs = batch_norm_network(), items()
    moved = perturb_inputs(module, inputs, temperature=temperature, magnitude=0.1)
    for column in range(3):
        step = torch.zeros(3, dtype=torch.float64)
        step[column] = 1e-5
        slope = log_max(module, inputs + step, temperature) - log_max(module, inputs - step, temperature)
        # The finite difference says which way is up only where it is well above its own error.
        assert slope.abs().min() > 1e-9
        torch.testing.assert_close(moved[:, column], inputs[:, column] + 0.1 * slope.sign())


def test_a_step_makes_the_network_surer() -> None:
    module, inputs = batch_norm_network(), items(50)
    moved = perturb_inputs(module, inputs, temperature=1.0, magnitude=1e-3)
    assert (log_max(module, moved, 1.0) > log_max(module, inputs, 1.0)).all()


def test_without_step_and_temperature_it_is_the_maximum_probability() -> None:
    module, inputs = batch_norm_network(), items()
    logits = copy.deepcopy(module).eval()(inputs).detach().numpy()
    np.testing.assert_allclose(odin(module, inputs, temperature=1.0, magnitude=0.0), max_probability(logits))
    found = odin(module, inputs, temperature=1000.0, magnitude=0.0)
    np.testing.assert_allclose(found, max_probability(logits / 1000.0))


def test_a_linear_network_in_closed_form() -> None:
    # Of classes (1, 0) and (0, 2) at x = (3, 1) logits are 3 and 2; the way up is w_0 - w_1 = (1, -2), so the step
    # leads to (3.1, 0.9), logits 3.1 and 1.8, and the other class has 1 / (1 + e^1.3).
    module = torch.nn.Linear(2, 2, bias=False).double()
    module.weight.data = torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64)
    x = torch.tensor([[3.0, 1.0]], dtype=torch.float64)
    assert odin(module, x, temperature=1.0, magnitude=0.1) == pytest.approx(1 / (1 + np.exp(1.3)))
    # At T = 10 the way is the same.
    assert odin(module, x, temperature=10.0, magnitude=0.1) == pytest.approx(1 / (1 + np.exp(0.13)))


def test_the_way_is_that_of_the_temperature() -> None:
    # Logits are 5, 4 and -20. Along the second coordinate the likeliest class has slope 0 and the others 1 and -3: at
    # T = 1 the first of them has all the rest, so the way is down; at T = 1000 each has a third, and the way is up.
    module = torch.nn.Linear(2, 3, bias=False).double()
    module.weight.data = torch.tensor([[5.0, 0.0], [4.0, 1.0], [-20.0, -3.0]], dtype=torch.float64)
    x = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    steps = [perturb_inputs(module, x, temperature=t, magnitude=0.5)[0, 1].item() for t in (1.0, 1000.0)]
    assert steps == [-0.5, 0.5]


def test_coordinates_that_do_not_matter_stay() -> None:
    module = torch.nn.Linear(2, 2, bias=False)
    module.weight.data = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    moved = perturb_inputs(module, torch.tensor([[2.0, 7.0]]), temperature=1.0, magnitude=0.5)
    assert moved.tolist() == [[2.5, 7.0]]


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_batches_do_not_matter(batch_size: int) -> None:
    module, inputs = batch_norm_network(), items(9)
    np.testing.assert_allclose(odin(module, inputs, batch_size=batch_size), odin(module, inputs))


def test_nothing_of_the_module_changes() -> None:
    module, inputs = batch_norm_network(), items()
    state, modes = copy.deepcopy(module.state_dict()), [part.training for part in module.modules()]
    before = inputs.clone()
    with torch.no_grad():
        found = odin(module, inputs)
    np.testing.assert_array_equal(found, odin(module, inputs))
    assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())
    assert [part.training for part in module.modules()] == modes
    assert all(p.grad is None for p in module.parameters())
    assert torch.equal(inputs, before)
    assert not inputs.requires_grad


def test_no_items_have_no_scores() -> None:
    assert odin(batch_norm_network(), items(0)).shape == (0,)


def test_arguments_are_checked() -> None:
    module, inputs = batch_norm_network(), items()
    with pytest.raises(ArgumentError, match=r"temperature = 0\.0 must be above 0 and finite"):
        odin(module, inputs, temperature=0.0)
    with pytest.raises(ArgumentError, match=r"magnitude = -1\.0 must be 0 or more and finite"):
        odin(module, inputs, magnitude=-1.0)
    with pytest.raises(ArgumentError, match=r"batch_size = 0 must be 1 or more"):
        odin(module, inputs, batch_size=0)
    with pytest.raises(ArgumentError, match=r"inputs hold torch\.int64, which has no gradient"):
        odin(module, torch.zeros(2, 3, dtype=torch.int64))
