"""Settings of the study of basins: which networks, how many votes, which deliveries, how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.studies.base import Key
from variorum.training import DELIVERIES

__all__ = [
    "ALIKE_AT_ONE",
    "ALL",
    "ARM_NETWORKS",
    "AT_RANDOM",
    "HARD",
    "PRESETS_OF_BASINS",
    "UP_GRADIENT",
    "Arm",
    "BasinsSettings",
    "as_delivery",
    "basins_keys",
    "deliveries_at",
]

ALL: Final = "all"
"""In place of a number of votes: the counts as they were published."""

ARM_NETWORKS: Final = ("mlp", "small-cnn", "resnet-18")
"""Networks that an arm can train; the first reads features of patches, the others pictures."""

HARD: Final = ("sls", "multipass", "deterministic-control")
"""Deliveries of one hard label an image and epoch that keep all votes in play."""

ALIKE_AT_ONE: Final = ("majority", *HARD, "repeated-labelling")
"""Deliveries that hand over the very targets of "soft" where every image has one vote; they are not trained again."""

UP_GRADIENT: Final = 0.05
"""How far up the gradient the rise of the loss is measured, in the norm of all weights."""

AT_RANDOM: Final = 1.0
"""How far in random directions, which hardly meet the few steep ones: nearer by, the rise is lost in rounding."""

_DELIVERIES: Final = ("soft", "majority", *HARD, "shuffled-sls", "repeated-labelling", "label-smoothing", "mixup")
_STALE: Final = "stale-sls-"


@dataclass(frozen=True)
class Arm:
    """One network, trained under several deliveries.

    Attributes:
        network: One of `ARM_NETWORKS`.
        votes: Votes an image, as text: "1", "5", ..., `ALL`.
        deliveries: One of them is "soft".
        epochs: Passes over the images.
        splits: Splits at most; ``None`` for as many as there are seeds.
        sparse_splits: Splits at most where votes are few; ``None`` for `splits`.
        initialisations: Trained on each split.
        images: A fixed subset of so many; ``None`` for all.
        holds: Epochs that draws are held in "stale-sls", with all votes alone.
        measured_at: Votes at which geometry and outside pictures are looked at.
        measured: Deliveries of which they are.
        precision: Of the forward pass.
        dropout: Share of activations dropped in training.
        learning_rate: Of the first step; ``None`` for the learner's usual one.

    Raises:
        UnknownNameError: If a name is not known.
        ArgumentError: If a number is out of range, or "soft" is missing.
    """

    network: str
    votes: tuple[str, ...]
    deliveries: tuple[str, ...] = _DELIVERIES
    epochs: int = 60
    splits: int | None = None
    sparse_splits: int | None = None
    initialisations: int = 1
    images: int | None = None
    holds: tuple[int, ...] = ()
    measured_at: tuple[str, ...] = ()
    measured: tuple[str, ...] = ("soft", "majority", "sls", "multipass", "shuffled-sls")
    precision: str = "float32"
    dropout: float = 0.0
    learning_rate: float | None = None

    def __post_init__(self) -> None:
        as_choice("network", self.network, ARM_NETWORKS)
        for delivery in (*self.deliveries, *self.measured):
            as_choice("delivery", delivery, DELIVERIES)
        if self.deliveries[:1] != ("soft",):
            raise ArgumentError(f"deliveries start with 'soft', which all are compared with, not {self.deliveries}.")
        for votes in self.votes:
            if votes != ALL and not (votes.isdigit() and int(votes) > 0):
                raise ArgumentError(f"votes are whole numbers above 0, or {ALL!r}, not {votes!r}.")
        if self.epochs < 1 or self.initialisations < 1:
            raise ArgumentError(
                f"epochs and initialisations are at least 1, not {self.epochs} and {self.initialisations}."
            )


@dataclass(frozen=True)
class BasinsSettings:
    """Settings of the study.

    Attributes:
        seeds: Splits of the images; each has votes drawn, and networks initialised, of its own.
        arms: The first carries the tests, the others illustrate.
        outside: Sets of pictures that show something else.
        n_outside: Pictures of each at most.
        patches: Size of the dictionary that features are learned with.
        grid: Cells a side of the features' grid.
        components: Principal components of the features.
        margin: Largest difference of soft NLL that counts as none, in nats.
        curvature_images: Training images that geometry is measured on.
        probes: Random signs behind a trace.
        draws: Resamples behind an interval.
        corpus: Whose images.

    Raises:
        ArgumentError: If two arms have one network, or a number is out of range.
    """

    seeds: int
    arms: tuple[Arm, ...]
    outside: tuple[str, ...] = ("stand-in-digits", "stand-in-scrambled")
    n_outside: int = 1000
    patches: int = 256
    grid: int = 3
    components: int = 256
    margin: float = 0.01
    curvature_images: int = 512
    probes: int = 64
    draws: int = 1000
    corpus: str = field(default="cifar10h")

    def __post_init__(self) -> None:
        names = [arm.network for arm in self.arms]
        if not names or len(set(names)) < len(names):
            raise ArgumentError(f"arms are at least one, each with a network of its own, not {names}.")
        if not self.margin > 0:
            raise ArgumentError(f"margin must be above 0 nats, not {self.margin}.")

    def arm(self, network: str) -> Arm:
        """The arm with a network."""
        return next(arm for arm in self.arms if arm.network == network)


def basins_keys(settings: BasinsSettings) -> Sequence[Key]:
    """A run an arm, a split and a number of votes; splits outermost.

    Example:
        >>> [key["votes"] for key in basins_keys(BasinsSettings(1, (Arm("mlp", ("1", "all")),)))]
        ['1', 'all']
    """
    return [
        {"arm": arm.network, "split": split, "votes": votes}
        for split in range(settings.seeds)
        for arm in settings.arms
        for votes in arm.votes
        if split < _splits(settings, arm, votes)
    ]


def _splits(settings: BasinsSettings, arm: Arm, votes: str) -> int:
    limits = [settings.seeds, arm.splits, None if votes == ALL else arm.sparse_splits]
    return min(limit for limit in limits if limit is not None)


def deliveries_at(arm: Arm, votes: str) -> tuple[str, ...]:
    """Deliveries that are trained with so many votes, "soft" first.

    With one vote an image, those of `ALIKE_AT_ONE` are "soft"; stale draws are a probe with all votes.

    Example:
        >>> deliveries_at(Arm("mlp", ("1",), ("soft", "sls", "mixup")), "1")
        ('soft', 'mixup')
    """
    named = tuple(name for name in arm.deliveries if votes != "1" or name not in ALIKE_AT_ONE)
    return named + tuple(f"{_STALE}{hold}" for hold in arm.holds if votes == ALL)


def as_delivery(name: str) -> tuple[str, dict[str, int]]:
    """Delivery and its parameters of a name of `deliveries_at`.

    Example:
        >>> as_delivery("stale-sls-5"), as_delivery("soft")
        (('stale-sls', {'hold': 5}), ('soft', {}))
    """
    if name.startswith(_STALE):
        return "stale-sls", {"hold": int(name.removeprefix(_STALE))}
    return name, {}


_ILLUSTRATION: Final = ("soft", "sls", "multipass")

PRESETS_OF_BASINS: Final = {
    "quick": BasinsSettings(
        seeds=2,
        arms=(
            Arm("mlp", ("1", "3", ALL), epochs=4, images=500, holds=(2,), measured_at=(ALL,)),
            Arm("small-cnn", (ALL,), _ILLUSTRATION, epochs=1, splits=1, images=200),
        ),
        n_outside=60,
        patches=24,
        grid=2,
        components=24,
        curvature_images=64,
        probes=8,
        draws=100,
    ),
    "cpu": BasinsSettings(
        seeds=10,
        arms=(
            # By the validation images of one split, soft labels of 5 votes: without dropout, at the usual rate, the
            # third epoch is the best, and a delivery has had no epochs to vary in; so it is the 23rd, and better.
            Arm(
                "mlp",
                ("1", "3", "5", "10", ALL),
                initialisations=2,
                holds=(5, 10, 50),
                measured_at=("5", ALL),
                dropout=0.5,
                learning_rate=5e-4,
            ),
            Arm("small-cnn", ("3", ALL), _ILLUSTRATION, epochs=40, splits=3, images=2000),
        ),
    ),
    "paper": BasinsSettings(
        seeds=10,
        arms=(
            Arm(
                "resnet-18",
                ("1", "2", "3", "5", "10", "25", "50", ALL),
                epochs=200,
                sparse_splits=5,
                holds=(5, 10, 50),
                measured_at=("5", ALL),
                precision="bfloat16",
            ),
        ),
        outside=("svhn", "cifar-100", "stand-in-digits", "stand-in-scrambled"),
    ),
}
"""Settings by name: a minute, two hours of one core, and the paper's on a graphics card."""
