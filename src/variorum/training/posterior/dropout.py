"""Dropout kept at prediction: a member is the network without some activations, the same ones for all items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from variorum.training.networks.base import Batches, Network
from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.posterior.heads import Draws, HeadDraws

__all__ = ["ThinnedDraws", "draw_masks", "dropout_draws"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ThinnedDraws:
    """Networks on features, thinned between their layers too.

    Attributes:
        masks: Factors of the activations of each hidden layer but the last, shape (n_members, units) each.
        heads: Heads that leave out activations of the last one.
    """

    masks: tuple[Array, ...]
    heads: HeadDraws

    def distributions(self, network: Network, batches: Batches) -> Array:
        """Label distributions, shape (n_members, n_items, *answers); a pass through the layers for each member."""
        device = network.head.weight.device
        embed: Any = network.embed  # of a network on features, which takes masks
        result = np.empty((len(self.heads.weight), len(batches), *network.answers))
        for m in range(len(result)):
            masks = [torch.as_tensor(mask[m], dtype=torch.float32, device=device) for mask in self.masks]
            head = HeadDraws(self.heads.weight[m : m + 1], self.heads.bias[m : m + 1])
            result[m] = head.distributions(network, batches, partial(embed, masks=masks))[0]
        return result


def dropout_draws(network: Network, n_members: int, rng: np.random.Generator) -> Draws:
    """Draw which activations each member leaves out.

    Masks are drawn here, once a member, not at each prediction and item: a member is one plausible model, and a
    prediction does not depend on what else is predicted. Left out are activations of the embedding, and those between
    the hidden layers of networks on features; dropout inside a pretrained encoder is not drawn.

    Args:
        network: Trained with dropout.
        n_members: At least 1.
        rng: Source of the masks.

    Returns:
        The members.

    Source:
        Gal & Ghahramani 2016 (ICML), "Dropout as a Bayesian approximation".

    Example:
        >>> network = FeatureNetwork(3, (2,), (8, 4), 0.5)
        >>> draws = dropout_draws(network, 5, np.random.default_rng(0))
        >>> draws.masks[0].shape, draws.heads.weight.shape
        ((5, 8), (5, 2, 4))
    """
    share = network.dropout.p
    weight = network.head.weight.detach().double().cpu().numpy()
    bias = network.head.bias.detach().double().cpu().numpy()
    hidden: Sequence[int] = network.hidden[:-1] if isinstance(network, FeatureNetwork) else ()
    masks = tuple(draw_masks(share, (n_members, units), rng) for units in hidden)
    embedding = draw_masks(share, (n_members, network.width), rng)
    heads = HeadDraws(weight * embedding[:, None], np.repeat(bias[None], n_members, axis=0))
    return ThinnedDraws(masks, heads) if masks else heads


def draw_masks(share: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Factors of activations: 0 for the share dropped, 1 / (1 - share) for those kept, 1 on average."""
    return (rng.random(shape) >= share) / (1.0 - share)
