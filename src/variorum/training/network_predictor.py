"""A trained network, and how it came to be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from variorum.errors import ArgumentError
from variorum.training.annotators.base import AnnotatorNetwork
from variorum.training.annotators.building import with_annotators
from variorum.training.base import Prediction, TrainingData
from variorum.training.delivery import delivery_of
from variorum.training.inputs import Inputs, Texts
from variorum.training.loop.curve import LearningCurve
from variorum.training.loop.fitting import Watch, embedded, fit_network, predict_logits
from variorum.training.loop.objective import Objective
from variorum.training.losses import LOSSES
from variorum.training.losses.dirichlet import concentration
from variorum.training.networks.base import Network
from variorum.training.networks.building import build_network
from variorum.training.posterior.building import head_draws
from variorum.training.posterior.heads import Draws

if TYPE_CHECKING:
    from variorum.training.network_learner import NetworkLearner

__all__ = ["NetworkPredictor", "train_network"]


@dataclass(frozen=True, eq=False)
class NetworkPredictor:
    """Trained networks.

    Attributes:
        learner: What they were trained by.
        networks: One; several for an ensemble. In evaluation mode.
        curves: Their learning curves.
        draws: Plausible variants of the one network; ``None`` for an ensemble and for single members.
    """

    learner: NetworkLearner
    networks: tuple[Network, ...]
    curves: tuple[LearningCurve, ...]
    draws: Draws | None = None

    def predict(self, inputs: ArrayLike | Texts) -> Prediction:
        """Predict label distributions.

        Args:
            inputs: Of the kind and width that the networks were trained on.

        Returns:
            A member a network or a plausible variant of it; the concentration of a Dirichlet loss, of the network
            itself or the mean over networks; each annotator's distribution of a model of annotators.

        Raises:
            ShapeError: If the number of features differs.
            ArgumentError: If the inputs are of another kind, or not finite.
        """
        outcomes = [_Outcome.of(network, self.draws, inputs) for network in self.networks]  # type: ignore[arg-type]
        alphas = [one.concentration for one in outcomes if one.concentration is not None]
        people = [one.by_annotator for one in outcomes if one.by_annotator is not None]
        return Prediction(
            np.concatenate([one.members for one in outcomes]),
            np.mean(alphas, axis=0) if alphas else None,
            np.mean(people, axis=0) if people else None,
        )

    def logits(self, inputs: Inputs) -> NDArray[np.float64]:
        """Logits of the first network, shape (n_items, *answers)."""
        network = self.networks[0]
        return predict_logits(network, network.read(inputs, _device(network)))[0]

    def embeddings(self, inputs: Inputs) -> NDArray[np.float64]:
        """What the head of the first network reads, shape (n_items, width)."""
        network = self.networks[0]
        parts = list(embedded(network, network.read(inputs, _device(network))))
        return np.concatenate([part.numpy() for part in parts]) if parts else np.zeros((0, network.width))


@dataclass(frozen=True, eq=False)
class _Outcome:
    members: NDArray[np.float64]
    concentration: NDArray[np.float64] | None
    by_annotator: NDArray[np.float64] | None

    @classmethod
    def of(cls, network: Network, draws: Draws | None, inputs: Inputs) -> _Outcome:
        ready = network.read(inputs, _device(network))
        if isinstance(network, AnnotatorNetwork):
            # The population is the mean of the annotators, who need not be asked a second time.
            people = network.by_annotator(ready)
            return cls(people.mean(axis=0)[None], None, people)
        if draws is not None and not network.dirichlet:
            return cls(draws.distributions(network, ready), None, None)
        logits, distribution = predict_logits(network, ready)
        alpha = concentration(torch.from_numpy(logits)).numpy() if network.dirichlet else None
        members = distribution[None] if draws is None else draws.distributions(network, ready)
        return cls(members, alpha, None)


def train_network(
    learner: NetworkLearner,
    data: TrainingData,
    rng: np.random.Generator,
    watch: Watch | None,
    checkpoint: Path | None,
    start: NetworkPredictor | None = None,
) -> NetworkPredictor:
    """Train what a learner describes.

    Args:
        learner: The description, checked against the data.
        data: Items with votes.
        rng: Source of the seeds.
        watch: Told of each evaluation.
        checkpoint: As in `NetworkLearner.train`.
        start: As in `NetworkLearner.train`.

    Returns:
        The predictor.

    Raises:
        ArgumentError: If `start` is of another kind.
    """
    ensemble = learner.n_members > 1 and learner.posterior == "ensemble"
    networks, curves = [], []
    for member in range(learner.n_members if ensemble else 1):
        seed = int(rng.integers(2**31))
        network = with_annotators(learner, build_network(learner, data, seed), data, seed)
        if start is not None:
            _start_from(start.networks[member % len(start.networks)], network)
        schedule = delivery_of(learner.delivery, **learner.delivery_options)(data, seed)
        file = (
            checkpoint.with_name(f"{checkpoint.stem}-{member}{checkpoint.suffix}")
            if checkpoint and ensemble
            else checkpoint
        )
        curve = fit_network(
            network,
            data,
            schedule,
            Objective(LOSSES[learner.loss], data),
            learner.training,
            seed,
            watch=watch,
            checkpoint=file,
            run=_digest(learner, data, seed, start),
        )
        networks.append(network)
        curves.append(curve)
    several = learner.n_members > 1 and not ensemble
    draws = head_draws(learner, networks[0], data, rng) if several else None
    return NetworkPredictor(learner, tuple(networks), tuple(curves), draws)


def _start_from(other: Network, network: Network) -> None:
    theirs, ours = ({name: tuple(p.shape) for name, p in each.state_dict().items()} for each in (other, network))
    differing = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
    if differing:
        name = differing[0]
        raise ArgumentError(
            f"start is another network: its {name} has the shape {theirs.get(name)}, and here it is {ours.get(name)}; "
            f"{len(differing)} of {len(ours)} weights differ. Use the same encoder, sizes and labels in both."
        )
    network.load_state_dict(other.state_dict())


def _device(network: Network) -> torch.device:
    return next(network.parameters()).device


def _digest(learner: NetworkLearner, data: TrainingData, seed: int, start: NetworkPredictor | None) -> str:
    """What a checkpoint belongs to."""
    content = hashlib.sha256(repr((learner, seed, data.counts.shape)).encode())
    for network in () if start is None else start.networks:
        for weights in network.state_dict().values():
            content.update(weights.detach().cpu().numpy().tobytes())
    people = data.by_annotator
    triples = () if people is None else (people.item, people.annotator, people.label, people.weight)
    watched = data.validation
    held_out = () if watched is None else (watched.inputs, watched.counts, watched.weights)
    for part in (data.inputs, data.counts, data.weights, *triples, *held_out):
        content.update(repr(part).encode() if part is None or isinstance(part, Texts) else part.tobytes())
    return content.hexdigest()
