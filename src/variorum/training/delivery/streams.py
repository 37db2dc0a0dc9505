"""Randomness that depends on a seed, on what it is for and on the epoch, and on nothing that happened before."""

from __future__ import annotations

from typing import Literal

import numpy as np

from variorum.checks import as_choice
from variorum.errors import ArgumentError

__all__ = ["stream"]

# The place in the list is part of every stream: append, never reorder.
_PURPOSES = ("ties", "order", "control order", "pairing", "labels", "mixing")


def stream(
    seed: int,
    purpose: Literal["ties", "order", "control order", "pairing", "labels", "mixing"],
    epoch: int = 0,
) -> np.random.Generator:
    """The generator for one purpose in one epoch.

    Args:
        seed: The seed of the schedule, 0 or more.
        purpose: What is drawn. Different purposes have independent streams, so that two deliveries of one seed share
            what they have in common (how ties are broken, say) and nothing else.
        epoch: Number of the epoch, 0 or more; 0 for what is drawn once.

    Returns:
        A fresh generator.

    Raises:
        ArgumentError: If the seed or the epoch is negative.
        UnknownNameError: If there is no such purpose.

    Example:
        >>> bool(stream(3, "labels", 7).random() == stream(3, "labels", 7).random())
        True
    """
    for name, value in (("seed", seed), ("epoch", epoch)):
        if value < 0:
            raise ArgumentError(f"{name} must be 0 or more, not {value}.")
    key = (_PURPOSES.index(as_choice("purpose", purpose, _PURPOSES)), epoch)
    # A spawn key, as zeros appended to a list of entropy change nothing: [3] and [3, 0] would be one stream.
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(int(seed), spawn_key=key)))
