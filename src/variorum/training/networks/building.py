"""Networks by name, for data of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from variorum.training.base import TrainingData
from variorum.training.inputs import Inputs, Texts
from variorum.training.networks.base import Network
from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.networks.on_pictures import PictureNetwork, resnet_18_trunk, small_trunk
from variorum.training.networks.on_texts import TextNetwork

if TYPE_CHECKING:
    from variorum.training.network_learner import NetworkLearner

__all__ = ["build_network", "empty_network"]

_TRUNKS = {"small-cnn": (small_trunk, 128), "resnet-18": (resnet_18_trunk, 512)}


def build_network(learner: NetworkLearner, data: TrainingData, seed: int) -> Network:
    """A network before training.

    Args:
        learner: Which network, and its sizes.
        data: Training items, of which only those with votes count; the head starts at their mean distribution.
        seed: Source of the weights; torch's global state stays as it is.

    Returns:
        The network, in training mode.
    """
    answers = data.counts.shape[1:]
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        network = empty_network(learner, data.inputs, answers)
    if isinstance(network, FeatureNetwork | PictureNetwork):
        network.standardize(data.inputs)  # type: ignore[arg-type]
    if isinstance(network, TextNetwork) and isinstance(data.inputs, Texts):
        network.expect(data.inputs)
    votes = data.votes.sum(axis=0) + 0.5
    network.start(votes / votes.sum(axis=-1, keepdims=True))
    network.dirichlet = learner.loss == "dirichlet-multinomial"
    return network


def empty_network(
    learner: NetworkLearner, inputs: Inputs, answers: tuple[int, ...], *, pretrained: bool = True
) -> Network:
    """The network that fits inputs of this kind and width, with random weights but for a pretrained encoder's."""
    if learner.network == "encoder":
        return TextNetwork(
            learner.encoder,
            answers,
            learner.dropout,
            pooling=learner.pooling,
            max_length=learner.max_length,
            lora_rank=learner.lora_rank,
            frozen=learner.frozen,
            pretrained=pretrained,
        )
    if learner.network in _TRUNKS:
        trunk, width = _TRUNKS[learner.network]
        return PictureNetwork(trunk(), width, answers, learner.dropout, augment=learner.augment)
    width = 1 if isinstance(inputs, Texts) or np.ndim(inputs) != 2 else inputs.shape[1]
    return FeatureNetwork(width, answers, learner.hidden, learner.dropout)
