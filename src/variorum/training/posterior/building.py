"""The plausible variants of one network that a learner asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from variorum.training.base import TrainingData
from variorum.training.loop.fitting import embedded
from variorum.training.networks.base import Network
from variorum.training.posterior.dropout import dropout_draws
from variorum.training.posterior.heads import Draws, HeadDraws
from variorum.training.posterior.laplace import laplace_heads

if TYPE_CHECKING:
    from variorum.training.network_learner import NetworkLearner

__all__ = ["head_draws"]


def head_draws(learner: NetworkLearner, network: Network, data: TrainingData, rng: np.random.Generator) -> Draws:
    """Draw a learner's members.

    Args:
        learner: How many, and whether by "laplace" or by "dropout"; an ensemble trains its own.
        network: Trained.
        data: What it was trained on: items with votes.
        rng: Source of the draws.

    Returns:
        The members, the same ones at each prediction.
    """
    if learner.posterior == "dropout":
        return dropout_draws(network, learner.n_members, rng)
    device = network.head.weight.device
    embeddings = torch.cat(list(embedded(network, network.read(data.inputs, device)))).numpy()
    weight, bias = (part.detach().double().cpu().numpy() for part in (network.head.weight, network.head.bias))
    return HeadDraws(*laplace_heads(embeddings, data.votes, weight, bias, learner.n_members, rng))
