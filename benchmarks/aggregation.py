"""What Dawid-Skene costs, against crowd-kit: end to end from votes in memory, per EM step, and how far apart they are.

Build the peer's environment once with ``benchmarks/peers/setup``, then run ``python benchmarks/aggregation.py``. Rounds
alternate: crowd-kit, ours in float64, ours in float32. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

# One thread each, whatever the machine offers: a comparison of algorithms. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import duckdb
import numpy as np
from numpy.typing import NDArray

from peer_process import PeerProcess, need_peers, write_columns
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ConvergenceWarning
from variorum.labels import LabelEstimate, dawid_skene

FEW, MANY = 1, 11
OURS = {"ours, float64": "float64", "ours, float32": "float32"}
PEER = "crowd-kit 1.4.2"


def draw(n_annotations: int, n_annotators: int, n_classes: int, per_item: int, in_order: bool) -> Annotations:
    """Votes of annotators who are right half to almost all of the time, in random order unless `in_order`."""
    rng = np.random.default_rng(0)
    n_items = n_annotations // per_item
    item = np.repeat(np.arange(n_items), per_item)
    annotator = rng.integers(n_annotators, size=item.size)
    truth, skill = rng.integers(n_classes, size=n_items), rng.uniform(0.5, 0.95, n_annotators)
    right = rng.random(item.size) < skill[annotator]
    label = np.where(right, truth[item], rng.integers(n_classes, size=item.size))
    order = np.arange(item.size) if in_order else rng.permutation(item.size)
    return Annotations(
        LabelScheme.nominal([f"class {c}" for c in range(n_classes)]),
        Items(tuple(f"i{i}" for i in range(n_items))),
        Annotators(tuple(f"b:{a}" for a in range(n_annotators))),
        item[order],
        annotator[order],
        label[order],
    )


class Peer(PeerProcess):
    """crowd-kit, which holds the votes in memory."""

    def __init__(self, votes: Annotations, folder: Path) -> None:
        file = folder / "votes.parquet"
        write_columns(file, {"task": votes.item, "worker": votes.annotator, "label": votes.label})
        super().__init__("crowdkit_dawid_skene.py", file)

    def fit(self, n_iter: int, tol: float | None, posterior: Path | None = None) -> tuple[float, int]:
        """Seconds and iterations of one fit."""
        answer = self.ask(n_iter=n_iter, tol=tol, posterior=None if posterior is None else str(posterior))
        return answer["seconds"], answer["iterations"]

    def posterior(self, n_iter: int, folder: Path) -> NDArray[np.float64]:
        """Posterior after so many iterations, items in order."""
        file = folder / f"posterior{n_iter}.parquet"
        self.fit(n_iter, None, file)
        with duckdb.connect() as connection:
            columns = connection.execute(f"SELECT * EXCLUDE task FROM '{file}' ORDER BY task").fetchnumpy()
        return np.column_stack(list(columns.values()))


def fit(votes: Annotations, dtype: str, n_iterations: int | None = None) -> LabelEstimate:
    """Ours: so many iterations, or with the criterion of both tools, a gain of 1e-5 a vote."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if n_iterations is None:
            return dawid_skene(votes, dtype=dtype)
        return dawid_skene(votes, dtype=dtype, max_iterations=n_iterations, tolerance=0)


def timed(function: Callable[[], LabelEstimate], n_iterations: int | None) -> tuple[float, int]:
    start = time.perf_counter()
    estimate = function()
    seconds = time.perf_counter() - start
    if n_iterations not in (None, estimate.n_iterations):
        raise SystemExit(f"asked for {n_iterations} iterations, got {estimate.n_iterations}: the runs do not compare.")
    return seconds, estimate.n_iterations


def measure(votes: Annotations, peer: Peer, rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Median seconds of each tool: few iterations, many, and its own default; and the iterations of the default."""
    seconds: dict[str, list[list[float]]] = defaultdict(lambda: [[], [], []])
    iterations: dict[str, int] = {}
    for round_ in range(rounds + 1):
        for column, n in enumerate((FEW, MANY, None)):
            runs = {PEER: peer.fit(n or 100, None if n else 1e-5)}
            for name, dtype in OURS.items():
                runs[name] = timed(lambda dtype=dtype, n=n: fit(votes, dtype, n), n)
            for name, (took, done) in runs.items():
                # The first round warms caches and allocators up.
                if round_:
                    seconds[name][column].append(took)
                iterations[name] = done
    return {name: [statistics.median(column) for column in columns] for name, columns in seconds.items()}, iterations


def apart(estimate: LabelEstimate, theirs: NDArray[np.float64], n_iterations: int) -> str:
    """Largest difference of two posteriors, unless rounding ended ours early (no gain is left in its digits)."""
    if estimate.n_iterations < n_iterations:
        return f"no gain left after {estimate.n_iterations}"
    return f"{np.abs(estimate.posterior - theirs).max():.1e}"


def report(votes: Annotations, rounds: int, folder: Path) -> None:
    peer = Peer(votes, folder)
    before = os.getloadavg()[0]
    medians, iterations = measure(votes, peer, rounds)
    step = {name: (many - few) / (MANY - FEW) for name, (few, many, _) in medians.items()}
    print(
        f"| {len(votes):,} votes | s per EM step | ratio | s, {MANY} steps | ratio | s, own criterion | steps | ratio |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, (_, many, default) in medians.items():
        ratios = [x[PEER] / x[name] for x in (step, *({n: m[c] for n, m in medians.items()} for c in (1, 2)))]
        print(
            f"| {name} | {step[name]:.4f} | {ratios[0]:.1f}x | {many:.3f} | {ratios[1]:.1f}x "
            f"| {default:.3f} | {iterations[name]} | {ratios[2]:.1f}x |"
        )
    print(f"\nLoad average {before:.1f} before, {os.getloadavg()[0]:.1f} after; medians of {rounds} rounds.\n")
    print("| largest difference of posteriors to crowd-kit after | float64 | float32 |\n|---|---|---|")
    for n in (FEW, MANY, 2 * MANY):
        theirs = peer.posterior(n, folder)
        print(f"| {n} steps | " + " | ".join(apart(fit(votes, dtype, n), theirs, n) for dtype in OURS.values()) + " |")
    peer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--annotators", type=int, default=1_000)
    parser.add_argument("--classes", type=int, default=5)
    parser.add_argument("--per-item", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--in-order", action="store_true", help="votes sorted by item instead of in random order")
    options = parser.parse_args()
    need_peers()
    votes = draw(options.votes, options.annotators, options.classes, options.per_item, options.in_order)
    with tempfile.TemporaryDirectory() as folder:
        report(votes, options.rounds, Path(folder))


if __name__ == "__main__":
    main()
