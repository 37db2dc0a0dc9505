"""The loss of a network as a function of its parameters, at and around where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from variorum.errors import ArgumentError, ShapeError
from variorum.training.frozen import frozen

__all__ = ["LossSurface"]


@dataclass(frozen=True, eq=False)
class LossSurface:
    """Mean loss over items, as a function of the parameters that require a gradient, with the network frozen.

    A point is one flat vector of all these parameters, in the order of ``module.named_parameters()``; those that are
    shared count once. The network is in evaluation mode while it is measured, so that batch norm keeps its statistics
    and an item's loss does not depend on the others of its batch. Nothing of the module changes: neither parameters
    and buffers, nor stored gradients, nor the mode of any part. Numbers have the module's own precision: for more
    digits give a copy in double precision, ``copy.deepcopy(module).double()``, and batches to match.

    Attributes:
        module: A ``torch.nn.Module`` from a batch's inputs to logits.
        batches: Pairs (inputs, target) on the module's device. Gone through several times, so not a generator.
        loss: Takes logits and target and gives one value an item, shape (n,).

    Example:
        >>> network = torch.nn.Linear(1, 1, bias=False)
        >>> network.weight.data.fill_(2.0)
        tensor([[2.]])
        >>> batches = [(torch.tensor([[1.0], [3.0]]), torch.zeros(2, 1))]
        >>> surface = LossSurface(network, batches, lambda z, target: (z - target).square().sum(1))
        >>> surface.value(), surface.gradient(), surface.hessian_products(torch.ones(1, 1))
        (20.0, tensor([20.]), tensor([[10.]]))
    """

    module: Any
    batches: Iterable[tuple[Any, Any]]
    loss: Callable[[Any, Any], Any]

    @property
    def names(self) -> list[str]:
        """Names of the parameters, in the order in which they lie in a point."""
        return [name for name, parameter in self.module.named_parameters() if parameter.requires_grad]

    @property
    def parameters(self) -> list[Any]:
        """The parameters themselves, in the same order."""
        return [parameter for parameter in self.module.parameters() if parameter.requires_grad]

    @property
    def n_parameters(self) -> int:
        """Number of coordinates of a point; an `ArgumentError` if there is none."""
        n_parameters = sum(parameter.numel() for parameter in self.parameters)
        if n_parameters == 0:
            raise ArgumentError("module has no parameter that requires a gradient, so its loss has no geometry.")
        return n_parameters

    def value(self, shift: Any | None = None) -> float:
        """Mean loss here, or at another point.

        Args:
            shift: What to add to the parameters, shape (n_parameters,); ``None`` for nothing.

        Returns:
            In units of the loss.

        Raises:
            ArgumentError: If there is no item.
            ShapeError: If the loss does not give one value an item.
        """
        total, n_items = 0.0, 0
        with frozen(self.module), torch.no_grad(), self._moved(shift):
            for inputs, target in self.batches:
                values = self._per_item(self.module(inputs), target)
                total += float(values.double().sum())
                n_items += len(values)
        return total / _at_least_one(n_items)

    def gradient(self) -> Any:
        """Gradient of the mean loss, shape (n_parameters,)."""
        total, n_items = torch.zeros(self.n_parameters, **self._like()), 0
        for loss, n in self._losses():
            pieces = torch.autograd.grad(loss, self.parameters, materialize_grads=True)
            total += _flat(pieces)
            n_items += n
        return total / _at_least_one(n_items)

    def hessian_products(self, vectors: Any) -> Any:
        """The Hessian of the mean loss times each of some vectors, by differentiating twice.

        The graph of one batch is held at a time, and serves all vectors.

        Args:
            vectors: Shape (n_vectors, n_parameters).

        Returns:
            Shape (n_vectors, n_parameters).

        Raises:
            ArgumentError: If there is no item.
            ShapeError: If the loss does not give one value an item.
        """
        split = [self._split(vector) for vector in vectors]
        total, n_items = torch.zeros(len(split), self.n_parameters, **self._like()), 0
        for loss, n in self._losses():
            first = torch.autograd.grad(loss, self.parameters, create_graph=True, materialize_grads=True)
            # A gradient without a graph is constant in the parameters: its part of the Hessian is zero.
            curved = [k for k, piece in enumerate(first) if piece.requires_grad]
            for row, vector in enumerate(split if curved else []):
                pieces = torch.autograd.grad(
                    [first[k] for k in curved],
                    self.parameters,
                    [vector[k] for k in curved],
                    retain_graph=row + 1 < len(split),
                    materialize_grads=True,
                )
                total[row] += _flat(pieces)
            n_items += n
        return total / _at_least_one(n_items)

    @contextmanager
    def _moved(self, shift: Any | None) -> Iterator[None]:
        """The module with other numbers in its parameters, then with its own tensors again."""
        if shift is None:
            yield
            return
        own = [(parameter, parameter.data) for parameter in self.parameters]
        try:
            for (parameter, data), piece in zip(own, self._split(shift), strict=True):
                parameter.data = data + piece
            yield
        finally:
            for parameter, data in own:
                parameter.data = data

    def _losses(self) -> Iterator[tuple[Any, int]]:
        """Summed loss of one batch after the other, with its graph, and the number of items."""
        for inputs, target in self.batches:
            with _differentiable(self.module):
                values = self._per_item(self.module(inputs), target)
                loss = values.sum()
            # Differentiated by whoever asked, before the next batch is read, so that one graph is held at a time.
            yield loss, len(values)

    def _per_item(self, logits: Any, target: Any) -> Any:
        values = self.loss(logits, target)
        if tuple(values.shape) != (len(target),):
            raise ShapeError(
                f"loss gives shape {tuple(values.shape)} for {len(target)} items; it must give one value an item. "
                "Leave the mean over items to the surface."
            )
        return values

    def _split(self, vector: Any) -> list[Any]:
        if tuple(vector.shape) != (self.n_parameters,):
            raise ShapeError(f"a vector of shape {tuple(vector.shape)} is no point of {self.n_parameters} parameters.")
        sizes = [parameter.numel() for parameter in self.parameters]
        return [
            piece.view_as(parameter).to(parameter)
            for piece, parameter in zip(vector.split(sizes), self.parameters, strict=True)
        ]

    def _like(self) -> dict[str, Any]:
        first = self.parameters[0]
        return {"dtype": first.dtype, "device": first.device}


@contextmanager
def _differentiable(module: Any) -> Iterator[None]:
    # Fused attention kernels have no second derivative; the plain one has.
    with frozen(module), torch.enable_grad(), sdpa_kernel([SDPBackend.MATH]):
        yield


def _flat(pieces: Sequence[Any]) -> Any:
    return torch.cat([piece.detach().reshape(-1) for piece in pieces])


def _at_least_one(n_items: int) -> int:
    if n_items == 0:
        raise ArgumentError("batches hold no item. Give a list: it is gone through more than once.")
    return n_items
