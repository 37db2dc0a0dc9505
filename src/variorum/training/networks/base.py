"""A network: an embedding of an item, and a head that turns it into logits in the shape of a target."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from variorum.training.inputs import Inputs
from variorum.training.losses.dirichlet import concentration

__all__ = ["Batches", "Network"]


class Batches(Protocol):
    """Inputs of a data set as a network reads them, on its device."""

    def __len__(self) -> int:
        """Number of items."""
        ...

    def take(self, rows: Tensor, generator: np.random.Generator | None) -> Any:
        """The inputs of some items.

        Args:
            rows: Positions, int64, shape (n,).
            generator: Source of augmentation in training; ``None`` reads the items as they are.

        Returns:
            What `Network.embed` takes.
        """
        ...


class Network(nn.Module, ABC):
    """An embedding and a linear head.

    Subclasses give `embed` and `read`. The head's logits have the shape of a target: (n, n_classes), or for multilabel
    schemes (n, n_labels, 2), where each label is a softmax over "without" and "with".

    Attributes:
        width: Size of an embedding.
        answers: Shape of one item's target.
        head: The last layer.
        dropout: On the embedding, in training only.
        dirichlet: Whether logits stand for a Dirichlet's parameters, not for a label distribution.
        at_a_time: Items predicted at a time.
    """

    at_a_time = 4096
    dirichlet = False

    def __init__(self, width: int, answers: tuple[int, ...], dropout: float = 0.0) -> None:
        super().__init__()
        self.width, self.answers = width, tuple(answers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, math.prod(answers))

    @abstractmethod
    def read(self, inputs: Inputs, device: torch.device) -> Batches:
        """Prepare a data set's inputs.

        Args:
            inputs: Of the kind that this network reads.
            device: Where they go.

        Returns:
            The prepared inputs.

        Raises:
            ArgumentError: If they are of another kind.
            ShapeError: If they have another width than those the network was fitted on.
        """

    @abstractmethod
    def embed(self, batch: Any) -> Tensor:
        """Embeddings of some items, shape (n, width), as `Batches.take` gives them."""

    def forward(self, batch: Any) -> Tensor:
        """Logits, shape (n, *answers)."""
        logits: Tensor = self.head(self.dropout(self.embed(batch)))
        return logits.unflatten(1, self.answers) if len(self.answers) > 1 else logits

    def distribution(self, logits: Tensor) -> Tensor:
        """Label distributions of logits, same shape."""
        if not self.dirichlet:
            return logits.softmax(dim=-1)
        alpha = concentration(logits)
        return alpha / alpha.sum(dim=-1, keepdim=True)

    def start(self, mean: NDArray[np.float64]) -> None:
        """Set the head's bias so that a new network predicts this label distribution wherever it knows nothing else.

        Args:
            mean: Positive, shape `answers`, sums to one over the last axis.
        """
        with torch.no_grad():
            bias = np.log(mean) - np.log(mean).mean(axis=-1, keepdims=True)
            self.head.bias.copy_(torch.as_tensor(bias.ravel(), dtype=self.head.bias.dtype))
