"""What metrics cost: whole arrays against SciPy row by row, and distance correlation against dcor.

Run ``python benchmarks/metrics.py`` (``--full`` adds 20,000 items, where dcor takes a minute and 16 GB). dcor needs
``pip install dcor``; without it its columns stay empty, and the output says so. Prints Markdown.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as scipy_entropy

from timing import interleaved
from variorum.evaluation import (
    distance_correlation,
    entropy,
    js_distance,
    kl_divergence,
    total_variation,
)

Rows = NDArray[np.float64]


def by_row(function: Callable[..., float], *arrays: Rows) -> NDArray[np.float64]:
    return np.array([function(*rows) for rows in zip(*arrays, strict=True)])


def half_l1(p: Rows, q: Rows) -> float:
    return 0.5 * float(np.abs(p - q).sum())


def draw(n_items: int, n_classes: int = 3) -> tuple[Rows, Rows]:
    rng = np.random.default_rng(0)
    human = rng.dirichlet(np.ones(n_classes), n_items)
    return human, 0.5 * human + 0.5 * rng.dirichlet(np.ones(n_classes), n_items)


def metrics_table(n_items: int, n_loop: int, repeats: int) -> None:
    human, model = draw(n_items)
    few_human, few_model = human[:n_loop], model[:n_loop]
    cases = {
        "KL(human \\|\\| model)": (kl_divergence, scipy_entropy, 2),
        "JS distance": (js_distance, jensenshannon, 2),
        "total variation": (total_variation, half_l1, 2),
        "entropy": (entropy, scipy_entropy, 1),
    }
    print(f"### Metrics, {n_items:,} x 3 (row loop: {n_loop:,} rows, extrapolated; median of {repeats})\n")
    print("| metric | variorum | row loop | faster | largest difference |")
    print("|---|---|---|---|---|")
    for name, (ours, per_row, n_arguments) in cases.items():
        whole, few = (human, model)[:n_arguments], (few_human, few_model)[:n_arguments]
        gap = float(np.abs(ours(*few) - by_row(per_row, *few)).max())
        times = interleaved({"ours": partial(ours, *whole), "loop": partial(by_row, per_row, *few)}, repeats)
        loop = times["loop"] * n_items / n_loop
        print(f"| {name} | {times['ours']:.3f} s | {loop:.1f} s | {loop / times['ours']:,.0f}x | {gap:.0e} |")
    print()


def correlation_table(sizes: list[int], repeats: int) -> None:
    print(f"### Distance correlation, 3 classes (median of {repeats}; at 20,000 items a single run)\n")
    peer = importlib.util.find_spec("dcor") is not None
    if not peer:
        print("dcor is not installed: its columns are empty.\n")
    print("| items | variorum | dcor | faster | difference |")
    print("|---|---|---|---|---|")
    for n_items in sizes:
        human, model = draw(n_items)
        values: dict[str, float] = {}
        functions = {"ours": partial(keep, values, "ours", distance_correlation, human, model)}
        if peer:
            functions["dcor"] = partial(
                keep, values, "dcor", importlib.import_module("dcor").distance_correlation, human, model
            )
        times = interleaved(functions, 1 if n_items >= 20_000 else repeats)
        row = [f"{n_items:,}", f"{times['ours']:.3f} s"]
        if peer:
            gap = abs(values["ours"] - values["dcor"])
            row += [f"{times['dcor']:.2f} s", f"{times['dcor'] / times['ours']:,.0f}x", f"{gap:.0e}"]
        else:
            row += ["-", "-", "-"]
        print("| " + " | ".join(row) + " |", flush=True)


def keep(
    values: dict[str, float], name: str, function: Callable[[Rows, Rows], float], human: Rows, model: Rows
) -> None:
    values[name] = float(function(human, model))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="also dcor at 20,000 items (a minute, 16 GB)")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    metrics_table(1_000_000, 5_000, arguments.repeats)
    correlation_table([2_000, 5_000, 20_000] if arguments.full else [2_000, 5_000], arguments.repeats)


if __name__ == "__main__":
    main()
