"""What an epoch of each delivery costs, and drawing labels against torch.multinomial and an inverse CDF in NumPy.

Run ``python benchmarks/delivery.py``; torch comes with the extra ``train``, and without it its column stays empty. One
thread. Prints Markdown.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import itertools
import os
from collections.abc import Callable

import numpy as np

from timing import interleaved
from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.delivery import DELIVERIES, delivery_of
from variorum.training.delivery.categorical import Categorical
from variorum.training.delivery.streams import stream

N_VOTES = 20


def problem(n_items: int, n_classes: int) -> TrainingData:
    rng = np.random.default_rng(0)
    counts = rng.multinomial(N_VOTES, rng.dirichlet(np.ones(n_classes), n_items)).astype(float)
    labels = np.repeat(np.tile(np.arange(n_classes), n_items), counts.ravel().astype(int))
    people = AnnotatorVotes(
        np.repeat(np.arange(n_items), N_VOTES), np.tile(np.arange(N_VOTES), n_items), labels, N_VOTES
    )
    return TrainingData(np.zeros((n_items, 1)), counts, by_annotator=people)


def samplers(data: TrainingData) -> dict[str, Callable[[], object]]:
    shares = data.counts / data.counts.sum(axis=1, keepdims=True)
    cumulative, rng, epochs = np.cumsum(shares, axis=1), np.random.default_rng(0), itertools.count()
    distributions = Categorical.of(data.counts)
    found: dict[str, Callable[[], object]] = {
        "sls": lambda: distributions.draw(stream(0, "labels", next(epochs))),
        "numpy": lambda: (rng.random((len(shares), 1)) >= cumulative[:, :-1]).sum(axis=1),
    }
    if importlib.util.find_spec("torch"):
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        weights, generator = torch.as_tensor(shares, dtype=torch.float32), torch.Generator().manual_seed(0)
        found["torch"] = lambda: torch.multinomial(weights, 1, generator=generator)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=50_000)
    arguments.add_argument("--repeats", type=int, default=201)
    given = arguments.parse_args()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"{given.items:,} items, medians of {given.repeats}, load {load}, NumPy {np.__version__}\n")
    print("| drawing one label an item, ms | ours, seeding included | NumPy inverse CDF | torch.multinomial |")
    print("|---|---|---|---|")
    data = {n_classes: problem(given.items, n_classes) for n_classes in (3, 10)}
    for n_classes, each in data.items():
        seconds = interleaved(samplers(each), given.repeats)
        ours = seconds["sls"]
        others = [
            f"{1000 * seconds[name]:.2f} ({seconds[name] / ours:.0f}x)" if name in seconds else ""
            for name in ("numpy", "torch")
        ]
        print(f"| {n_classes} classes | {1000 * ours:.3f} | {others[0]} | {others[1]} |")

    print(f"\n| delivery ({N_VOTES} votes an item) | bind, ms: 3 classes | 10 | an epoch, ms: 3 classes | 10 |")
    print("|---|---|---|---|---|")
    bind: dict[int, dict[str, float]] = {}
    epoch: dict[int, dict[str, float]] = {}
    for n_classes, each in data.items():
        bind[n_classes] = interleaved({name: lambda n=name, d=each: delivery_of(n)(d, 0) for name in DELIVERIES}, 5)
        schedules, epochs = {name: delivery_of(name)(each, 0) for name in DELIVERIES}, itertools.count()
        epoch[n_classes] = interleaved(
            {name: lambda s=schedule, e=epochs: s.epoch(next(e)) for name, schedule in schedules.items()}, given.repeats
        )
    for name in DELIVERIES:
        binds = " | ".join(f"{1000 * bind[k][name]:.1f}" for k in data)
        print(f"| {name} | {binds} | " + " | ".join(f"{1000 * epoch[k][name]:.3f}" for k in data) + " |")


if __name__ == "__main__":
    main()
