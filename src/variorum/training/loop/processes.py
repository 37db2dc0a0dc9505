"""One process on one device, or several that share the batches: accelerate finds out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from variorum.training.loop.settings import Training

__all__ = ["Crew", "crew_of"]


@dataclass(frozen=True)
class Crew:
    """The processes of a run.

    Attributes:
        device: Of this process.
        rank: Number of this process.
        world: How many there are.
        accelerator: Wraps the network where there are several; ``None`` for one.
    """

    device: torch.device
    rank: int = 0
    world: int = 1
    accelerator: Accelerator | None = None

    def wrap(self, network: nn.Module) -> Any:
        """The network, with gradients averaged over the processes."""
        return network if self.accelerator is None else self.accelerator.prepare_model(network)

    def no_sync(self, model: Any) -> AbstractContextManager[Any]:
        """Where gradients are not averaged yet."""
        return nullcontext() if self.accelerator is None else self.accelerator.no_sync(model)

    def sum(self, value: Tensor) -> Tensor:
        """A number, summed over the processes."""
        return value if self.accelerator is None else self.accelerator.reduce(value, "sum")

    def align(self, network: nn.Module) -> None:
        """Take what is counted in passing (means of batch normalisation) from the first process, in all of them."""
        if self.accelerator is not None:
            for buffer in network.buffers():
                torch.distributed.broadcast(buffer, 0)


def crew_of(settings: Training) -> Crew:
    """Find out where a run runs: the device of the settings, or what there is, shared by all processes.

    Several processes are started by ``accelerate launch`` or ``torchrun``; each takes its share of every batch, so that
    the result is that of one process up to rounding, and up to what each draws (dropout, augmentation) or averages
    (batch normalisation) over its share.

    Example:
        >>> crew_of(Training(device="cpu")).device
        device(type='cpu')
    """
    if settings.device is not None:
        return Crew(torch.device(settings.device))
    accelerator = Accelerator()
    if accelerator.num_processes == 1:
        return Crew(accelerator.device)
    return Crew(accelerator.device, accelerator.process_index, accelerator.num_processes, accelerator)
