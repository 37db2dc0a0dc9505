"""Peak resident memory of this process, as the Linux kernel counts it: pages of mapped files and of libraries too."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["high_water", "measured", "peak_above"]


def _status(field: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def high_water(*, reset: bool) -> float:
    """Most that was resident since the last reset (of the process), MB."""
    most = _status("VmHWM")
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    return most


def peak_above(function: Callable[[], object]) -> float:
    """MB by which resident memory rose, at most, above what it was while a function ran.

    Freed memory is given back first, so that the function cannot use it unseen.
    """
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    high_water(reset=True)
    before = _status("VmRSS")
    function()
    return high_water(reset=False) - before


def measured(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds of the processor and MB at most that a function took, and its result.

    On a machine that others use, the processor's time tells an algorithm's cost where the clock on the wall does not.
    """
    kept: dict[str, Any] = {}

    def run() -> None:
        start = time.process_time()
        kept["result"] = function()
        kept["seconds"] = time.process_time() - start

    megabytes = peak_above(run)
    return kept["seconds"], megabytes, kept["result"]
