"""Timing two or more ways of doing the same thing, fairly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

__all__ = ["interleaved"]


def interleaved(functions: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median wall time of each function, in seconds.

    The functions take turns, so that a busy spell of the machine falls on all of them. Each runs once before the clock
    starts, unless it is to run once only: then the first run is the one that counts.

    Args:
        functions: What to time, by name; each is called without arguments.
        repeats: Timed runs of each.

    Returns:
        Median seconds by name.
    """
    if repeats > 1:
        for function in functions.values():
            function()
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}
