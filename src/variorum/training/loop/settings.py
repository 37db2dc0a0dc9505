"""How a network is trained: one frozen object."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.checks import as_choice, as_whole
from variorum.errors import ArgumentError
from variorum.training.loop.monitors import MONITORS

__all__ = ["Training"]


@dataclass(frozen=True)
class Training:
    """Settings of a training run.

    Attributes:
        epochs: Passes over the examples.
        batch_size: Examples a step.
        learning_rate: Of the first step after the warm-up.
        optimizer: "adamw" or "sgd".
        momentum: Of sgd, in [0, 1).
        weight_decay: Decoupled for adamw, an L2 penalty for sgd.
        schedule: "cosine" and "linear" go down to 0, which the step after the last would have; "constant" stays.
        warmup: Share of the steps over which the learning rate rises from 0, in [0, 1).
        clip: Largest norm of a gradient; ``None`` for no limit.
        accumulate: Parts that a batch is computed in, to save memory; the step is the same but for losses of a whole
            batch and batch normalisation, which see a part at a time.
        precision: "float32", or "bfloat16" for the forward pass.
        monitor: Score of the validation items that decides which weights are kept (see `loop.monitors`).
        keep: "best" weights by the monitor, or the "last".
        patience: Evaluations without a better score after which training ends; ``None`` never ends it early.
        evaluate_every: Steps between evaluations; ``None`` evaluates after each epoch.
        device: "cpu", "cuda", ...; ``None`` takes what there is.

    Raises:
        ArgumentError: If a number is out of range.
        UnknownNameError: If a name is not known.

    Example:
        >>> Training(epochs=3).batch_size
        128
    """

    epochs: int = 60
    batch_size: int = 128
    learning_rate: float = 1e-3
    optimizer: str = "adamw"
    momentum: float = 0.9
    weight_decay: float = 1e-2
    schedule: str = "cosine"
    warmup: float = 0.0
    clip: float | None = None
    accumulate: int = 1
    precision: str = "float32"
    monitor: str = "cross-entropy"
    keep: str = "best"
    patience: int | None = None
    evaluate_every: int | None = None
    device: str | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "accumulate"):
            as_whole(name, getattr(self, name), least=1)
        for name in ("patience", "evaluate_every"):
            if getattr(self, name) is not None:
                as_whole(name, getattr(self, name), least=1)
        if not self.learning_rate > 0:
            raise ArgumentError(f"learning_rate must be positive, not {self.learning_rate}.")
        if not self.weight_decay >= 0:
            raise ArgumentError(f"weight_decay must be at least 0, not {self.weight_decay}.")
        if not 0 <= self.momentum < 1:
            raise ArgumentError(f"momentum is in [0, 1), not {self.momentum}.")
        if self.clip is not None and not self.clip > 0:
            raise ArgumentError(f"clip must be positive, or None for no limit, not {self.clip}.")
        if not 0 <= self.warmup < 1:
            raise ArgumentError(f"warmup is a share of the steps in [0, 1), not {self.warmup}.")
        as_choice("optimizer", self.optimizer, ("adamw", "sgd"))
        as_choice("schedule", self.schedule, ("constant", "cosine", "linear"))
        as_choice("precision", self.precision, ("float32", "bfloat16"))
        as_choice("keep", self.keep, ("best", "last"))
        as_choice("monitor", self.monitor, MONITORS)
