"""How far out of distribution an item is, by how sure a network can be made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.checks import need_extra
from variorum.errors import ArgumentError
from variorum.training.frozen import frozen
from variorum.training.ood.scores import max_probability

__all__ = ["odin", "perturb_inputs"]


def perturb_inputs(module: Any, inputs: Any, *, temperature: float, magnitude: float) -> Any:
    """Inputs moved a small step towards the class that the network finds likeliest.

    Args:
        module: A ``torch.nn.Module`` from inputs to logits, shape (n_items, n_classes), each item on its own.
        inputs: A floating tensor, shape (n_items, ...), on the module's device.
        temperature: T that logits are divided by, above 0.
        magnitude: Length of the step in each coordinate, in units of the inputs, 0 or more.

    Returns:
        A tensor of the same shape: x - magnitude * sign(-grad_x ln max_k softmax(z(x) / T)_k). Coordinates that do not
        matter stay. Neither gradients nor statistics of the module change.

    Raises:
        ArgumentError: If the temperature or the magnitude is out of range, or the inputs are not floating numbers.

    Source:
        Liang, Li and Srikant 2018 (ICLR), equation 2. The step is in units of what the module reads: for one in pixels,
        give a module that normalises them itself.

    Example:
        >>> import torch
        >>> network = torch.nn.Linear(2, 2, bias=False)
        >>> network.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> perturb_inputs(network, torch.tensor([[2.0, 1.0]]), temperature=1.0, magnitude=0.25)
        tensor([[2.2500, 0.7500]])
    """
    torch = need_extra("train", "torch")
    if not 0.0 < temperature < np.inf:
        raise ArgumentError(f"temperature = {temperature} must be above 0 and finite.")
    if not 0.0 <= magnitude < np.inf:
        raise ArgumentError(f"magnitude = {magnitude} must be 0 or more and finite.")
    if not inputs.is_floating_point():
        raise ArgumentError(f"inputs hold {inputs.dtype}, which has no gradient. Give embedded or normalised inputs.")
    with frozen(module), torch.enable_grad():
        leaf = inputs.detach().clone().requires_grad_()
        likeliest = (module(leaf) / temperature).log_softmax(-1).amax(-1)
        (gradient,) = torch.autograd.grad(likeliest.sum(), leaf)
    return inputs.detach() + magnitude * gradient.sign()


def odin(
    module: Any, inputs: Any, *, temperature: float = 1000.0, magnitude: float = 0.0014, batch_size: int = 256
) -> NDArray[np.float64]:
    """Probability that is not on the likeliest class, at a high temperature and after `perturb_inputs`.

    Args:
        module: A ``torch.nn.Module`` from inputs to logits, shape (n_items, n_classes), each item on its own.
        inputs: A floating tensor, shape (n_items, ...), on the module's device.
        temperature: T that logits are divided by, above 0.
        magnitude: Length of the perturbation in each coordinate, 0 or more.
        batch_size: Items at once.

    Returns:
        Shape (n_items,), in [0, 1 - 1 / n_classes], higher is further out. At high temperatures all values are close to
        the upper end; only their order means something.

    Raises:
        ArgumentError: If the temperature, the magnitude or the batch size is out of range, or a logit is not finite.

    Source:
        Liang, Li and Srikant 2018 (ICLR), "Enhancing the Reliability of Out-of-distribution Image Detection in Neural
        Networks", with the temperature and one of the magnitudes that they found by tuning on outside items; tuning on
        those that are to be detected would flatter the score. One minus theirs, in float64 from the logits on.

    Example:
        >>> import torch
        >>> network = torch.nn.Linear(2, 2, bias=False)
        >>> network.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> odin(network, torch.tensor([[2.0, 1.0], [9.0, 1.0]]), temperature=1.0, magnitude=0.0).round(4)
        array([0.2689, 0.0003])
    """
    torch = need_extra("train", "torch")
    if batch_size < 1:
        raise ArgumentError(f"batch_size = {batch_size} must be 1 or more.")
    scores = [np.empty(0)]
    for start in range(0, len(inputs), batch_size):
        moved = perturb_inputs(module, inputs[start : start + batch_size], temperature=temperature, magnitude=magnitude)
        with frozen(module), torch.no_grad():
            logits = module(moved).double().cpu().numpy()
        scores.append(max_probability(logits / temperature))
    return np.concatenate(scores)
