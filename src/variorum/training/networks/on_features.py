"""Linear and multilayer heads on feature vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from variorum.errors import ArgumentError
from variorum.training.inputs import Inputs, Texts, as_inputs
from variorum.training.networks.base import Network

__all__ = ["FeatureNetwork"]


class FeatureNetwork(Network):
    """Layers on features that are centred and divided by one common scale.

    One scale, not one a feature: principal components keep their sizes, and small ones are noise.

    Args:
        n_features: Width of the inputs.
        answers: Shape of one item's target.
        hidden: Widths of the hidden layers; none makes it softmax regression.
        dropout: Share of activations dropped behind every hidden layer, and before the head.
    """

    def __init__(self, n_features: int, answers: tuple[int, ...], hidden: tuple[int, ...], dropout: float) -> None:
        super().__init__(hidden[-1] if hidden else n_features, answers, dropout)
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(()))
        self.hidden = hidden
        layers: list[nn.Module] = []
        for i, (before, after) in enumerate(zip((n_features, *hidden), hidden, strict=False)):
            layers += [nn.Dropout(dropout)] * (i > 0) + [nn.Linear(before, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def standardize(self, inputs: NDArray[np.float64]) -> None:
        """Take mean and scale from the training items, shape (n_items, n_features)."""
        self.mean.copy_(torch.as_tensor(inputs.mean(axis=0)))
        # One unit is the root mean square deviation of a feature.
        spread = float(np.sqrt(np.mean((inputs - inputs.mean(axis=0)) ** 2)))
        self.scale.fill_(spread if spread > 0 else 1.0)

    def read(self, inputs: Inputs, device: torch.device) -> Vectors:
        """Standardise features once, in float64, so that large offsets lose no digits."""
        if not isinstance(inputs, Texts) and np.ndim(inputs) == 4:
            raise ArgumentError("inputs are pictures, and this network reads features; use small-cnn or resnet-18.")
        checked = as_inputs("inputs", inputs, n_features=self.mean.numel())
        standard = (checked - self.mean.double().cpu().numpy()) / float(self.scale)
        return Vectors(torch.as_tensor(standard, dtype=torch.float32, device=device))

    def embed(self, batch: Tensor, masks: Sequence[Tensor] = ()) -> Tensor:
        """Activations before the head.

        Args:
            batch: Standardised features, shape (n, n_features).
            masks: Factors of the activations between the hidden layers, in place of their dropout: one a layer, shape
                (units,), or none.
        """
        if not masks:
            return self.layers(batch)
        left = iter(masks)
        for layer in self.layers:
            batch = batch * next(left) if isinstance(layer, nn.Dropout) else layer(batch)
        return batch


class Vectors:
    """Feature vectors on a device."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def __len__(self) -> int:
        """Number of items."""
        return len(self.values)

    def take(self, rows: Tensor, generator: np.random.Generator | None) -> Tensor:  # noqa: ARG002 - nothing to augment
        """The vectors of some items."""
        return self.values[rows]
