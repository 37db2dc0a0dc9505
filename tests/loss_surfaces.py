"""Losses whose geometry is known, and networks small enough for their whole Hessian."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

__all__ = ["Point", "batch_norm_network", "batches_of", "dense_hessian", "quadratic", "soft_cross_entropy"]


class Point(torch.nn.Module):
    """A network that is its parameters: each item's "logits" are the point."""

    def __init__(self, start: Any) -> None:
        super().__init__()
        self.point = torch.nn.Parameter(torch.as_tensor(np.asarray(start), dtype=torch.float64))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.point.expand(len(inputs), -1)


def quadratic(matrix: Any, slope: Any = 0.0) -> Any:
    """Loss w'Aw / 2 + b'w, the same for every item."""
    curve = torch.as_tensor(np.asarray(matrix), dtype=torch.float64)

    def loss(points: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return 0.5 * ((points @ curve) * points).sum(-1) + (points * torch.as_tensor(np.asarray(slope))).sum(-1)

    return loss


def soft_cross_entropy(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return -(target * logits.log_softmax(-1)).sum(-1)


def batches_of(
    n_items: int = 12, n_features: int = 3, n_classes: int = 3, size: int = 5
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Random inputs and label distributions in float64; the last batch is smaller."""
    rng = np.random.default_rng(0)
    inputs = torch.from_numpy(rng.standard_normal((n_items, n_features)))
    target = torch.from_numpy(rng.dirichlet(np.ones(n_classes), n_items))
    return list(zip(inputs.split(size), target.split(size), strict=True))


def batch_norm_network(seed: int = 0) -> torch.nn.Module:
    """Layers, batch norm with statistics of its own and dropout, in training mode but for the first layer's part."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = torch.nn.Sequential(
            torch.nn.Linear(3, 4),
            torch.nn.BatchNorm1d(4),
            torch.nn.Tanh(),
            torch.nn.Dropout(0.5),
            torch.nn.Linear(4, 3),
        ).double()
        network[1].running_mean.normal_()
        network[1].running_var.uniform_(0.5, 2.0)
    network.train()
    network[1].eval()
    return network


def dense_hessian(module: torch.nn.Module, batches: Any, loss: Any) -> np.ndarray:
    """Hessian of the mean loss over all items at once, one cell after the other, by PyTorch's own function."""
    names, shapes = zip(*((name, p.shape) for name, p in module.named_parameters()), strict=True)
    inputs, target = (torch.cat(part) for part in zip(*batches, strict=True))

    def mean_loss(flat: torch.Tensor) -> torch.Tensor:
        pieces = flat.split([shape.numel() for shape in shapes])
        state = {name: piece.view(shape) for name, piece, shape in zip(names, pieces, shapes, strict=True)}
        return loss(torch.func.functional_call(module, state, (inputs,)), target).mean()

    here = torch.cat([p.detach().reshape(-1) for p in module.parameters()])
    return torch.autograd.functional.hessian(mean_loss, here).numpy()
