"""The training loop: examples of an epoch in, one optimizer step a batch, the best or last weights out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from variorum.errors import ArgumentError
from variorum.training.base import TrainingData
from variorum.training.delivery import Examples, Schedule
from variorum.training.loop.checkpoint import Progress, load_checkpoint, save_checkpoint
from variorum.training.loop.curve import CurvePoint, LearningCurve
from variorum.training.loop.monitors import HIGHER, monitor_scores
from variorum.training.loop.objective import Objective
from variorum.training.loop.processes import Crew, crew_of
from variorum.training.loop.settings import Training
from variorum.training.networks.base import Batches, Network

__all__ = ["Watch", "embedded", "fit_network", "predict_logits"]

# Called after each evaluation with the epochs done (a fraction within one), all epochs, and the evaluation.
Watch = Callable[[float, int, CurvePoint], None]

# What a run's random streams are for; that of an epoch is (seed, use, epoch), so that a resumed run draws the same.
_ORDER, _AUGMENTATION, _NETWORK = 1, 2, 3


def fit_network(
    network: Network,
    data: TrainingData,
    schedule: Schedule,
    objective: Objective,
    settings: Training,
    seed: int,
    *,
    watch: Watch | None = None,
    checkpoint: Path | None = None,
    run: str = "",
) -> LearningCurve:
    """Train a network in place.

    Args:
        network: Its weights are the start, and the kept ones at the end; left in evaluation mode.
        data: Training and validation items.
        schedule: What each epoch's examples are.
        objective: What a step minimises.
        settings: How.
        seed: Source of all randomness.
        watch: Told of each evaluation.
        checkpoint: File that is written after each epoch, and that the run goes on from if it is there.
        run: What the run is, for the checkpoint.

    Returns:
        The learning curve.

    Raises:
        ArgumentError: If patience is set and there are no validation items, or the loss stops being finite.
    """
    validation = data.validation if data.validation is not None and data.validation.votes.any() else None
    if settings.patience is not None and validation is None:
        raise ArgumentError("patience needs validation items. Hold some out, or train without it.")
    crew = crew_of(settings)
    network.to(crew.device)
    inputs = network.read(data.inputs, crew.device)
    held_out = None if validation is None else network.read(validation.inputs, crew.device)
    optimizer = _optimizer(network, settings)
    loop = _Loop(network, inputs, objective, settings, seed, crew, optimizer)
    start = None if checkpoint is None else load_checkpoint(checkpoint, network, optimizer, run, crew.device)
    at = Progress(0, 0, [], -1, None, False) if start is None else start
    loop.losses = at.losses
    n_steps = settings.epochs * math.ceil(len(schedule.epoch(0).item) / settings.batch_size)

    def evaluate(epoch: float) -> bool:
        crew.align(network)
        loss = loop.mean_loss()
        if not all(math.isfinite(value) for value in (loss, *(float(p.detach().sum()) for p in network.parameters()))):
            raise ArgumentError("the training loss is not finite. Lower learning_rate, or set clip.")
        scores: dict[str, float] = {}
        if held_out is not None and validation is not None:
            scores = monitor_scores(validation.counts, predict_logits(network, held_out)[1], validation.weights)
        at.points.append(CurvePoint(math.ceil(epoch), at.step, loss, scores))
        if _better(at, settings):
            at.best = len(at.points) - 1
            at.weights = {k: v.detach().clone() for k, v in network.state_dict().items()} if scores else None
        if watch is not None:
            watch(epoch, settings.epochs, at.points[-1])
        at.ended = settings.patience is not None and len(at.points) - 1 - at.best >= settings.patience
        return at.ended

    with _own_randomness(crew.device):
        while at.epoch < settings.epochs and not at.ended:
            examples, first = schedule.epoch(at.epoch), at.step
            n_here = math.ceil(len(examples.item) / settings.batch_size)
            network.train()
            for _ in loop.epoch(examples, at.epoch, at.step, n_steps):
                at.step += 1
                if settings.evaluate_every and at.step % settings.evaluate_every == 0:
                    if evaluate(at.epoch + (at.step - first) / n_here):
                        break
                    network.train()
            at.epoch += 1
            last = at.epoch == settings.epochs
            if not settings.evaluate_every or (last and (not at.points or at.points[-1].step != at.step)):
                evaluate(float(at.epoch))
            at.losses = loop.losses
            if checkpoint is not None and crew.rank == 0:
                save_checkpoint(checkpoint, at, network, optimizer, run)
    network.eval()
    if settings.keep == "last":
        at.best = len(at.points) - 1
    elif at.weights is not None:
        network.load_state_dict(at.weights)
    return LearningCurve(tuple(at.points), at.best, at.ended, seed)


def predict_logits(network: Network, inputs: Batches) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logits and label distributions, in evaluation mode.

    Args:
        network: Stays in the mode that it is in.
        inputs: As `Network.read` gives them.

    Returns:
        Both of shape (n_items, *answers), float64.
    """
    parts = list(_by_parts(network, inputs, network))
    logits = torch.cat(parts) if parts else torch.zeros((0, *network.answers), dtype=torch.float64)
    return logits.numpy(), network.distribution(logits).numpy()


def embedded(network: Network, inputs: Batches, embed: Callable[[Any], Tensor] | None = None) -> Iterator[Tensor]:
    """What the head reads, in evaluation mode, some items at a time.

    Args:
        network: Is in the mode that it was in once the last part is taken.
        inputs: As `Network.read` gives them.
        embed: In place of the network's own.

    Yields:
        Embeddings in the order of the items, shape (n, width), float64, on the processor.
    """
    yield from _by_parts(network, inputs, network.embed if embed is None else embed)


def _by_parts(network: Network, inputs: Batches, function: Callable[[Any], Tensor]) -> Iterator[Tensor]:
    was = network.training
    network.eval()
    try:
        for rows in torch.arange(len(inputs)).split(network.at_a_time):
            if len(rows):  # no items are one part of none
                with torch.no_grad():
                    part = function(inputs.take(rows, None)).double().cpu()
                yield part
    finally:
        network.train(was)


class _Loop:
    """The steps of an epoch."""

    def __init__(
        self,
        network: Network,
        inputs: Batches,
        objective: Objective,
        settings: Training,
        seed: int,
        crew: Crew,
        optimizer: torch.optim.Optimizer,
    ) -> None:
        self._network, self._inputs, self._objective, self._settings = network, inputs, objective, settings
        self._seed, self._crew, self._optimizer = seed, crew, optimizer
        self._model = crew.wrap(network)
        self._total, self._n = torch.zeros((), device=crew.device), 0

    @property
    def losses(self) -> tuple[float, int]:
        """Sum of the losses since the mean was asked last, over all processes, and of how many examples."""
        return float(self._crew.sum(self._total)), self._n

    @losses.setter
    def losses(self, sum_and_number: tuple[float, int]) -> None:
        self._total.fill_(sum_and_number[0] if self._crew.rank == 0 else 0.0)
        self._n = sum_and_number[1]

    def mean_loss(self) -> float:
        """Mean loss since it was asked last."""
        total, n = self.losses
        self._total.zero_()
        self._n = 0
        return total / n

    def epoch(self, examples: Examples, epoch: int, step: int, n_steps: int) -> Iterator[None]:
        """One step a batch."""
        settings, crew = self._settings, self._crew
        order = np.random.default_rng([self._seed, _ORDER, epoch]).permutation(len(examples.item))
        augment = np.random.default_rng([self._seed, _AUGMENTATION, epoch, crew.rank])
        torch.manual_seed(int(np.random.SeedSequence([self._seed, _NETWORK, epoch, crew.rank]).generate_state(1)[0]))
        batches = self._objective.bind(examples, crew.device)
        for rows in torch.from_numpy(order).split(settings.batch_size):
            rate = _rate(settings, step, n_steps)
            for group in self._optimizer.param_groups:
                group["lr"] = rate
            self._optimizer.zero_grad(set_to_none=True)
            parts = rows[crew.rank :: crew.world].chunk(settings.accumulate)
            for number, part in enumerate(parts):
                with crew.no_sync(self._model) if number < len(parts) - 1 else nullcontext():
                    n_part, part = len(part), part if len(part) else rows[:1]  # all take part, if with nothing
                    with torch.autocast(crew.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
                        loss = batches.loss(self._model, self._inputs, part, augment)
                    # Each part, and each process, counts by its examples.
                    loss = loss * (n_part * crew.world / len(rows))
                    loss.backward()
                    self._total += loss.detach() * (len(rows) / crew.world)
            self._n += len(rows)
            if settings.clip is not None:
                torch.nn.utils.clip_grad_norm_(self._network.parameters(), settings.clip)
            self._optimizer.step()
            step += 1
            yield


def _better(at: Progress, settings: Training) -> bool:
    """Whether the last evaluation is the best; without validation items the last one always is."""
    if not at.points[-1].scores or at.best < 0:
        return True
    now, best = (point.scores[settings.monitor] for point in (at.points[-1], at.points[at.best]))
    return now > best if settings.monitor in HIGHER else now < best


def _rate(settings: Training, step: int, n_steps: int) -> float:
    """The learning rate of a step."""
    warm = settings.warmup * n_steps
    if step < warm:
        return settings.learning_rate * (step + 1) / (warm + 1)
    if settings.schedule == "constant":
        return settings.learning_rate
    done = min(1.0, (step - warm) / max(1.0, n_steps - warm))
    falls = 1 - done if settings.schedule == "linear" else (1 + math.cos(math.pi * done)) / 2
    return settings.learning_rate * falls


def _optimizer(network: Network, settings: Training) -> torch.optim.Optimizer:
    weights = [p for p in network.parameters() if p.requires_grad]
    if settings.optimizer == "sgd":
        return torch.optim.SGD(
            weights, settings.learning_rate, settings.momentum, weight_decay=settings.weight_decay, fused=True
        )
    return torch.optim.AdamW(weights, settings.learning_rate, weight_decay=settings.weight_decay, fused=True)


@contextmanager
def _own_randomness(device: torch.device) -> Iterator[None]:
    """Leave the global random state of torch as it was."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield
