"""A network as it predicts, for the time of a measurement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["frozen"]


@contextmanager
def frozen(module: Any) -> Iterator[Any]:
    """Put a network in evaluation mode, and each of its parts back in its own mode afterwards.

    Meanwhile batch norm uses its running statistics and leaves them alone, and dropout is off.

    Args:
        module: A ``torch.nn.Module``.

    Yields:
        The module.

    Example:
        >>> import torch
        >>> network = torch.nn.Sequential(torch.nn.Dropout(0.5)).train()
        >>> with frozen(network):
        ...     print(network.training, network[0].training)
        False False
        >>> network.training, network[0].training
        (True, True)
    """
    # A network with a part frozen for good has parts of both modes, so one flag for the whole would lose that.
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield module
    finally:
        for part, mode in modes:
            part.training = mode
