"""What each loss costs in a training step of a linear head, against the hard cross-entropy of PyTorch.

Prints a Markdown table. Run ``OMP_NUM_THREADS=1 python benchmarks/losses.py``; needs PyTorch. The step is forward,
backward and AdamW; the loss's part, from logits to their gradient, is timed on its own, and what it costs more than
hard cross-entropy is set against the latter's step: that difference is steadier than the difference of two steps.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parent))
from timing import interleaved
from variorum.training.losses import LOSSES, Loss

PLAIN = "hard cross-entropy of PyTorch"
# In a row, as in training: a first call after others finds its code and data out of the caches.
IN_A_ROW = 3


def value_of(loss: Loss, target: torch.Tensor) -> Callable[[torch.Tensor], Any]:
    if loss.whole_batch:
        return lambda logits: loss.function(logits, target)
    return lambda logits: loss.function(logits, target).mean()


def losses_of(n_items: int, n_classes: int, device: str) -> dict[str, Callable[[torch.Tensor], Any]]:
    """From logits to the number that is differentiated, by name; PyTorch's own first."""
    generator = torch.Generator().manual_seed(0)
    counts = torch.randint(0, 6, (n_items, n_classes), generator=generator).float()
    counts[:, 0] += 1.0
    counts = counts.to(device)
    shares, label = counts / counts.sum(-1, keepdim=True), counts.argmax(-1)
    values: dict[str, Callable[[torch.Tensor], Any]] = {
        PLAIN: lambda logits: torch.nn.functional.cross_entropy(logits, label)
    }
    for name, loss in LOSSES.items():
        if loss.hard is not None:
            values[f"{name}, hard label"] = partial(lambda hard, logits: hard(logits, label).mean(), loss.hard)
        values[name] = value_of(loss, counts if loss.reads == "counts" else shares)
    return values


def alone(value: Callable[[torch.Tensor], Any], logits: torch.Tensor, finish: Callable[[], None]) -> None:
    for _ in range(IN_A_ROW):
        logits.grad = None
        value(logits).backward()
    finish()


def step(
    value: Callable[[torch.Tensor], Any],
    inputs: torch.Tensor,
    head: torch.nn.Linear,
    optimizer: torch.optim.Optimizer,
    finish: Callable[[], None],
) -> None:
    for _ in range(IN_A_ROW):
        optimizer.zero_grad()
        value(head(inputs)).backward()
        optimizer.step()
    finish()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=256, help="items a batch")
    parser.add_argument("--features", type=int, default=384)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=1_000)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    values = losses_of(arguments.items, arguments.classes, arguments.device)
    inputs = torch.randn(arguments.items, arguments.features, device=arguments.device)
    head = torch.nn.Linear(arguments.features, arguments.classes, device=arguments.device)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-4)
    logits = torch.randn(arguments.items, arguments.classes, device=arguments.device, requires_grad=True)
    finish = torch.cuda.synchronize if arguments.device.startswith("cuda") else lambda: None

    loss_seconds = interleaved(
        {name: partial(alone, value, logits, finish) for name, value in values.items()}, arguments.repeats
    )
    step_seconds = interleaved(
        {name: partial(step, value, inputs, head, optimizer, finish) for name, value in values.items()},
        arguments.repeats,
    )
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    where = torch.cuda.get_device_name() if arguments.device.startswith("cuda") else f"{os.cpu_count()} cores"
    print(
        f"Linear head {arguments.features} -> {arguments.classes}, {arguments.items} items a batch, float32, AdamW, "
        f"PyTorch {torch.__version__}, {where}, {torch.get_num_threads()} threads, load {load}; medians of "
        f"{arguments.repeats:,} turns of {IN_A_ROW}.\n"
    )
    print("| loss | forward and backward, µs | whole step, µs | more than hard cross-entropy, % of its step |")
    print("|---|---|---|---|")
    for name in values:
        loss, whole = (1e6 * seconds[name] / IN_A_ROW for seconds in (loss_seconds, step_seconds))
        more = (loss_seconds[name] - loss_seconds[PLAIN]) / step_seconds[PLAIN]
        print(f"| {name} | {loss:.0f} | {whole:.0f} | {100 * more:.0f} |")


if __name__ == "__main__":
    main()
