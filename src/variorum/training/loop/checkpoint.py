"""A training run on disk, from which it goes on as if it had never stopped."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from variorum.errors import ArgumentError, ReadError
from variorum.training.loop.curve import CurvePoint

__all__ = ["Progress", "load_checkpoint", "save_checkpoint"]


@dataclass
class Progress:
    """Where a run stands between two epochs; all its randomness is a function of its seed and the epoch.

    Attributes:
        epoch: Epochs done.
        step: Optimizer steps made.
        points: Evaluations so far.
        best: Which of them is the best.
        weights: The weights of the best, or ``None`` if it is the last.
        ended: Whether patience has ended the run.
        losses: Sum of the training losses since the last evaluation, and number of examples.
    """

    epoch: int
    step: int
    points: list[CurvePoint]
    best: int
    weights: dict[str, Any] | None
    ended: bool
    losses: tuple[float, int] = (0.0, 0)


def save_checkpoint(
    path: Path, progress: Progress, network: nn.Module, optimizer: torch.optim.Optimizer, run: str
) -> None:
    """Write a checkpoint, at once and whole.

    Args:
        path: The file; one of that name is replaced.
        progress: Where the run stands.
        network: Its weights.
        optimizer: Its state.
        run: What the run is (settings and data), so that another one does not go on from it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    content = {"run": run, "network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**content, **vars(progress), "points": [asdict(point) for point in progress.points]}, part)
    part.replace(path)


def load_checkpoint(
    path: Path, network: nn.Module, optimizer: torch.optim.Optimizer, run: str, device: torch.device
) -> Progress | None:
    """Go on from a checkpoint: weights and optimizer are set.

    Returns:
        Where the run stands; ``None`` if there is no checkpoint.

    Raises:
        ReadError: If the file is not a checkpoint.
        ArgumentError: If it is one of another run.
    """
    if not path.exists():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is strange about a file that is none of ours
            content = torch.load(path, map_location=device, weights_only=True)
        named = content["run"]
    except (OSError, RuntimeError, LookupError, ValueError, EOFError, TypeError, UnpicklingError) as error:
        raise ReadError(f"{path} is not a checkpoint ({type(error).__name__}). Delete it to start again.") from None
    if named != run:
        raise ArgumentError(
            f"{path} is of another run: settings, data or seed differ. Give the same ones, or another file."
        )
    network.load_state_dict(content["network"])
    optimizer.load_state_dict(content["optimizer"])
    points = [CurvePoint(**point) for point in content["points"]]
    kept = {name: content[name] for name in ("epoch", "step", "best", "weights", "ended", "losses")}
    return Progress(points=points, **kept)
