"""What choosing the next items costs, against scikit-activeml, modAL and small-text.

Build the peers' environment once with ``benchmarks/peers/setup acquisition``, then run
``python benchmarks/acquisition.py``. Runs alternate, one thread each. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# One thread each, whatever the machine offers: a comparison of algorithms. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from memory import peak_above
from peer_process import PeerProcess, need_peers
from variorum.acquisition import METHODS
from variorum.annotations import PoolView

OURS_ALONE = ("herding", "typical")
PAIRS = {
    "entropy": ("scikit-activeml entropy", "modAL entropy", "small-text entropy"),
    "k-center": ("scikit-activeml k-center",),
    "badge": ("scikit-activeml BADGE",),
}


def draw(n_items: int, n_features: int, n_classes: int, n_labelled: int) -> dict[str, NDArray[Any]]:
    """Items in sixty overlapping clumps, a linear model's predictions, and who has a label."""
    rng = np.random.default_rng(0)
    clumps = rng.normal(0, 0.5, (60, n_features))
    features = rng.normal(size=(n_items, n_features)) + clumps[rng.integers(60, size=n_items)]
    weights = rng.normal(0, 2 / np.sqrt(n_features), (n_features, n_classes))
    return {
        "features": features,
        "probabilities": softmax(features @ weights, axis=1),
        "labelled": np.sort(rng.choice(n_items, n_labelled, replace=False)),
    }


def view_of(pool: dict[str, NDArray[Any]]) -> PoolView:
    """The same pool as our methods see it."""
    probabilities, labelled = pool["probabilities"], pool["labelled"]
    n, n_classes = probabilities.shape
    asked = np.zeros(n, np.int64)
    asked[labelled] = 1
    return PoolView(
        members=probabilities[None],
        counts=np.zeros((n, n_classes)),
        asked=asked,
        pair_start=np.arange(n + 1),
        pair_annotator=np.full(n, -1, np.int32),
        pair_left=np.full(n, 3, np.int64),
        asked_item=labelled,
        asked_annotator=np.full(labelled.size, -1, np.int32),
        prices=np.array([1], np.int64),
        features=pool["features"],
    )


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def compare(name: str, view: PoolView, peer: PeerProcess, n: int, rounds: int) -> None:
    """Medians of alternating runs, peaks of memory, and how many of the items are the same."""

    def ours() -> Any:
        return METHODS[name](view, n, np.random.default_rng(0)).item

    seconds: dict[str, list[float]] = {f"ours, {name}": []} | {other: [] for other in PAIRS[name]}
    items: dict[str, list[int]] = {}
    before = os.getloadavg()[0]
    # The first round warms caches and allocators up, unless a round is all there is.
    for round_ in range(rounds + (rounds > 1)):
        for other in PAIRS[name]:
            answer = peer.ask(method=other, n=n, memory=False)
            items[other] = answer["items"]
            if round_ or rounds == 1:
                seconds[other].append(answer["seconds"])
        took, chosen = timed(ours)
        items[f"ours, {name}"] = chosen.tolist()
        if round_ or rounds == 1:
            seconds[f"ours, {name}"].append(took)
    megabytes = {other: peer.ask(method=other, n=n, memory=True)["megabytes"] for other in PAIRS[name]}
    megabytes[f"ours, {name}"] = peak_above(ours)
    base = statistics.median(seconds[f"ours, {name}"])
    for who, took in seconds.items():
        median, same = statistics.median(took), len(set(items[who]) & set(items[f"ours, {name}"]))
        print(f"| {who} | {median:.4f} | {median / base:.1f}x | {megabytes[who]:.0f} | {same} | {len(took)} |", flush=True)
    print(f"Load average {before:.1f} before, {os.getloadavg()[0]:.1f} after.", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each, after one that warms up")
    parser.add_argument("--methods", nargs="+", default=[*PAIRS, *OURS_ALONE])
    options = parser.parse_args()
    need_peers("acquisition")
    pool = draw(options.items, 384, 10, 200)
    view = view_of(pool)
    with tempfile.TemporaryDirectory() as folder:
        for name, array in pool.items():
            np.save(Path(folder) / f"{name}.npy", array)
        peer = PeerProcess("acquisition.py", Path(folder), environment="acquisition")
        print("| 100 of the items | s | of ours | peak above the data, MB | items as ours | runs |")
        print("|---|---|---|---|---|---|")
        for name in options.methods:
            if name in PAIRS:
                compare(name, view, peer, 100, options.rounds)
        peer.close()
    for name in set(OURS_ALONE) & set(options.methods):
        took, _ = timed(lambda name=name: METHODS[name](view, 100, np.random.default_rng(0)))
        peak = peak_above(lambda name=name: METHODS[name](view, 100, np.random.default_rng(0)))
        print(f"| ours, {name} | {took:.2f} | | {peak:.0f} | | 1 |", flush=True)


if __name__ == "__main__":
    main()
