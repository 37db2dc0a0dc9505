"""Plausible heads of one network: an item is embedded once, and read by every head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from variorum.training.loop.fitting import embedded
from variorum.training.networks.base import Batches, Network

__all__ = ["Draws", "HeadDraws"]

Array = NDArray[np.float64]


class Draws(Protocol):
    """Plausible variants of a network, drawn when it was fitted; member m is the same model for every item."""

    def distributions(self, network: Network, batches: Batches) -> Array:
        """Label distributions.

        Args:
            network: The one that they were drawn for; stays in the mode that it is in.
            batches: As `Network.read` gives them.

        Returns:
            Shape (n_members, n_items, *answers).
        """
        ...


@dataclass(frozen=True, eq=False)
class HeadDraws:
    """Heads in place of the trained one.

    Attributes:
        weight: Shape (n_members, n_outputs, width), outputs in the order of the network's head.
        bias: Shape (n_members, n_outputs).
    """

    weight: Array
    bias: Array

    def distributions(self, network: Network, batches: Batches, embed: Callable[[Any], Tensor] | None = None) -> Array:
        """Label distributions, shape (n_members, n_items, *answers), some items at a time.

        Args:
            network: The one that they were drawn for; stays in the mode that it is in.
            batches: As `Network.read` gives them.
            embed: In place of the network's own.
        """
        weight, bias = torch.from_numpy(self.weight), torch.from_numpy(self.bias)
        result = np.empty((len(weight), len(batches), *network.answers))
        done = 0
        for part in embedded(network, batches, embed):
            logits = part @ weight.mT + bias[:, None]  # (n_members, n, n_outputs)
            read = network.distribution(logits.unflatten(2, network.answers))
            result[:, done : done + len(part)] = read.numpy()
            done += len(part)
        return result
