"""Networks as learners: any network, any delivery of votes, any loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from variorum.checks import as_choice, as_whole, need_extra
from variorum.errors import ArgumentError
from variorum.training.annotators import ANNOTATORS
from variorum.training.base import TrainingData
from variorum.training.delivery import DELIVERIES, delivery_of
from variorum.training.inputs import kind_of, take_inputs
from variorum.training.loop.settings import Training
from variorum.training.losses import LOSSES
from variorum.training.pairing import check_choices, check_pairing
from variorum.training.posterior import POSTERIORS
from variorum.training.votes import AnnotatorVotes

if TYPE_CHECKING:
    from variorum.training.network_predictor import NetworkPredictor

__all__ = ["NETWORKS", "NetworkLearner", "encoder", "linear", "mlp", "resnet_18", "small_cnn"]

NETWORKS: Final = {
    "linear": "features",
    "mlp": "features",
    "small-cnn": "pictures",
    "resnet-18": "pictures",
    "encoder": "texts",
}
"""Networks with the kind of inputs that they read."""


@dataclass(frozen=True)
class NetworkLearner:
    """A network trained by steps on batches (extra "train").

    Attributes:
        network: One of `NETWORKS`.
        delivery: How votes reach the loss, one of `DELIVERIES`.
        delivery_options: Parameters of the delivery, by name.
        loss: One of `LOSSES`.
        annotators: A model of single annotators, one of `ANNOTATORS`, or ``None`` for one model of all.
        annotator_options: Parameters of the model of annotators, by name.
        hidden: Widths of the hidden layers of "mlp".
        dropout: Share of activations dropped in training, in [0, 1).
        augment: Crop and flip pictures in training.
        encoder: Of "encoder": "minilm", a folder, or a name of the hub.
        pooling: "mean" or "first" word piece.
        max_length: Longest text in word pieces.
        lora_rank: Rank of low-rank adapters; 0 tunes all weights.
        frozen: Train the head of an encoder alone.
        training: The loop's settings.
        n_members: Plausible models; 1 is the network as it was trained.
        posterior: Where several members come from, one of `POSTERIORS`.

    Raises:
        UnknownNameError: If a name is not known.
        ArgumentError: If a number is out of range, or choices go together on no data.

    Example:
        >>> learner = linear(delivery="sls", loss="js", epochs=5)
        >>> learner.training.epochs
        5
        >>> data = TrainingData(np.array([[-1.0], [1.0]]), np.array([[9, 1], [2, 8]]))
        >>> predictor = learner.fit(data, np.random.default_rng(0))
        >>> predictor.predict([[-1.0], [1.0]]).mean.shape
        (2, 2)
    """

    network: str
    delivery: str = "soft"
    delivery_options: Mapping[str, Any] = field(default_factory=dict)
    loss: str = "cross-entropy"
    annotators: str | None = None
    annotator_options: Mapping[str, Any] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()
    dropout: float = 0.0
    augment: bool = True
    encoder: str = "minilm"
    pooling: str = "mean"
    max_length: int = 128
    lora_rank: int = 0
    frozen: bool = False
    training: Training = field(default_factory=Training)
    n_members: int = 1
    posterior: str = "laplace"

    def __post_init__(self) -> None:
        as_choice("network", self.network, NETWORKS)
        as_choice("delivery", self.delivery, DELIVERIES)
        as_choice("loss", self.loss, LOSSES)
        as_choice("posterior", self.posterior, POSTERIORS)
        if self.annotators is not None:
            as_choice("model of annotators", self.annotators, ANNOTATORS)
        elif self.annotator_options:
            raise ArgumentError("annotator_options are given, and no model of annotators; name one in annotators.")
        if not 0 <= self.dropout < 1:
            raise ArgumentError(f"dropout is a share in [0, 1), not {self.dropout}.")
        if self.posterior == "dropout" and self.dropout == 0:
            raise ArgumentError("the posterior 'dropout' needs dropout in training, and it is 0; set dropout=0.1, say.")
        for name, least in (("n_members", 1), ("max_length", 2), ("lora_rank", 0)):
            as_whole(name, getattr(self, name), least=least)
        if any(as_whole("the width of a hidden layer", width, least=0) < 1 for width in self.hidden):
            raise ArgumentError(f"hidden layers have at least one unit, not {self.hidden}.")
        if self.network == "mlp" and not self.hidden:
            raise ArgumentError("the network 'mlp' needs a hidden layer; give hidden=(128,), say, or use 'linear'.")
        if self.network == "linear" and self.hidden:
            raise ArgumentError(f"the network 'linear' has no hidden layers, not {self.hidden}; use 'mlp'.")
        delivery_of(self.delivery, **self.delivery_options)
        check_choices(
            delivery=self.delivery,
            loss=self.loss,
            annotators=self.annotators,
            posterior=self.posterior if self.n_members > 1 else None,
        )

    def __str__(self) -> str:
        """The network, and what differs from its usual settings."""
        usual = _USUAL[self.network]()
        parts = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.name not in ("network", "training")]
        plain = {f"{f.name}={getattr(usual, f.name)!r}" for f in fields(self)}
        parts += [f"{f.name}={getattr(self.training, f.name)!r}" for f in fields(Training)]
        plain |= {f"{f.name}={getattr(usual.training, f.name)!r}" for f in fields(Training)}
        return ", ".join([self.network, *(part for part in parts if part not in plain)])

    @property
    def reads(self) -> str:
        """The kind of inputs: "features", "pictures" or "texts"."""
        return NETWORKS[self.network]

    def fit(self, data: TrainingData, rng: np.random.Generator) -> NetworkPredictor:
        """Fit to votes.

        Args:
            data: Inputs and votes; at least one vote.
            rng: Source of the seed.

        Returns:
            The predictor.

        Raises:
            ArgumentError: If there is no vote, or network, delivery, loss and data do not go together.
            MissingExtraError: If torch is not installed.
        """
        return self.train(data, rng)

    def train(
        self,
        data: TrainingData,
        rng: np.random.Generator,
        *,
        watch: Callable[..., None] | None = None,
        checkpoint: Path | None = None,
        start: NetworkPredictor | None = None,
    ) -> NetworkPredictor:
        """Fit, watched and resumable.

        Args:
            data: Inputs and votes; at least one vote.
            rng: Source of the seed.
            watch: Called after each evaluation with epochs done, all epochs and the `CurvePoint`.
            checkpoint: File that is written after each epoch, and that an interrupted run goes on from; members of an
                ensemble have one each, with a number.
            start: Networks of the same kind, trained before, whose weights these start from, heads included.

        Returns:
            The predictor, with the learning curves.

        Raises:
            ArgumentError: As `fit`; also if the checkpoint is one of another run, or `start` is of another kind.
        """
        if kind_of(data.inputs) != self.reads:
            raise ArgumentError(
                f"the network {self.network!r} reads {self.reads}, and the inputs are {kind_of(data.inputs)}; "
                f"use one of: {', '.join(n for n, kind in NETWORKS.items() if kind == kind_of(data.inputs))}."
            )
        check_pairing(data, delivery=self.delivery, loss=self.loss, annotators=self.annotators)
        voted = _with_votes(data)
        training = need_extra("train", "variorum.training.network_predictor")
        predictor: NetworkPredictor = training.train_network(self, voted, rng, watch, checkpoint, start)
        return predictor


def _with_votes(data: TrainingData) -> TrainingData:
    """The items that have votes: others change nothing."""
    voted = np.flatnonzero(data.votes.reshape(len(data.counts), -1).sum(axis=1) > 0)
    if voted.size == 0:
        raise ArgumentError("there is no vote to learn from.")
    if voted.size == len(data.counts):
        return data
    triples = data.by_annotator
    if triples is not None:
        row_of = np.full(len(data.counts), -1)
        row_of[voted] = np.arange(voted.size)
        kept = row_of[triples.item] >= 0
        weight = None if triples.weight is None else triples.weight[kept]
        triples = AnnotatorVotes(
            row_of[triples.item[kept]], triples.annotator[kept], triples.label[kept], triples.n_annotators, weight
        )
    return replace(
        data,
        inputs=take_inputs(data.inputs, voted),
        counts=data.counts[voted],
        weights=None if data.weights is None else data.weights[voted],
        by_annotator=triples,
    )


def _made(network: str, training: Training, changes: dict[str, Any], **defaults: Any) -> NetworkLearner:
    """A learner with its usual settings; settings of the loop may be given beside those of the learner."""
    loop = {name: changes.pop(name) for name in list(changes) if name in Training.__dataclass_fields__}
    settings = replace(changes.pop("training", training), **loop)
    if changes.get("annotators") is not None:
        changes.setdefault("delivery", "annotators")  # the one that they learn from
    if isinstance(changes.get("hidden"), int):
        changes["hidden"] = (changes["hidden"],)
    return NetworkLearner(network, training=settings, **{**defaults, **changes})


def linear(**changes: Any) -> NetworkLearner:
    """Softmax regression by steps on features.

    Args:
        **changes: Fields of `NetworkLearner` and of `Training`.

    Example:
        >>> linear(epochs=3).network
        'linear'
    """
    return _made("linear", Training(learning_rate=1e-2), changes)


def mlp(**changes: Any) -> NetworkLearner:
    """One hidden layer of 128 on features.

    Args:
        **changes: Fields of `NetworkLearner` and of `Training`.

    Example:
        >>> mlp(hidden=(64, 32)).hidden
        (64, 32)
    """
    return _made("mlp", Training(learning_rate=2e-3), changes, hidden=(128,))


def small_cnn(**changes: Any) -> NetworkLearner:
    """Three convolutions on small pictures; trains on a processor.

    Args:
        **changes: Fields of `NetworkLearner` and of `Training`.

    Example:
        >>> small_cnn().reads
        'pictures'
    """
    return _made("small-cnn", Training(learning_rate=2e-3, weight_decay=5e-4), changes)


def resnet_18(**changes: Any) -> NetworkLearner:
    """ResNet-18 with a CIFAR stem, by stochastic gradients as in the papers on CIFAR-10H.

    Args:
        **changes: Fields of `NetworkLearner` and of `Training`.

    Example:
        >>> resnet_18().training.epochs
        200
    """
    training = Training(epochs=200, learning_rate=0.1, optimizer="sgd", weight_decay=5e-4)
    return _made("resnet-18", training, changes)


def encoder(**changes: Any) -> NetworkLearner:
    """A pretrained text encoder, tuned as a whole.

    Args:
        **changes: Fields of `NetworkLearner` and of `Training`.

    Example:
        >>> encoder(lora_rank=8, epochs=2).lora_rank
        8
    """
    training = Training(epochs=5, batch_size=32, learning_rate=5e-5, schedule="linear", warmup=0.1)
    return _made("encoder", training, changes, dropout=0.1)


_USUAL: Final = {"linear": linear, "mlp": mlp, "small-cnn": small_cnn, "resnet-18": resnet_18, "encoder": encoder}
