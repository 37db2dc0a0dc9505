"""What a round of population-error costs in a large pool, against its goals: 5 seconds and 2 GB.

``python benchmarks/population_error.py``; ``--each 1000`` lets every annotator answer any item. One thread; seconds are
the processor's. Prints one row of Markdown for each number of classes, from a process of its own, so that the peak of
memory is that of one round and of its data.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from dataclasses import replace

# One thread, whatever the machine offers. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from scipy.special import softmax

from memory import high_water, measured
from variorum.acquisition import population_error
from variorum.annotations import PoolView

SECONDS, GIGABYTES = 5.0, 2.0
_FEATURES, _VOTES, _PART = 32, 5_000, 5_000


def draw(n_items: int, n_annotators: int, each: int, n_classes: int, n_members: int) -> PoolView:
    """Items of a softmax model whose members share their weights, some votes, and annotators side by side for each."""
    rng = np.random.default_rng(0)
    weights = rng.normal(0, 0.3, (n_members, _FEATURES, n_classes)) + rng.normal(0, 0.5, (_FEATURES, n_classes))
    members = np.empty((n_members, n_items, n_classes))
    for first in range(0, n_items, _PART):
        part = members[:, first : first + _PART]
        part[:] = softmax(rng.normal(size=(part.shape[1], _FEATURES)) @ weights, axis=2)
    first_of = rng.integers(n_annotators - each + 1, size=(n_items, 1)).astype(np.int32)
    who = (first_of + np.arange(each)).astype(np.int32)
    item = rng.integers(n_items, size=_VOTES)
    annotator = rng.integers(n_annotators, size=_VOTES).astype(np.int32)
    return PoolView(
        members=members,
        counts=np.zeros((n_items, n_classes)),
        asked=np.bincount(item, minlength=n_items),
        pair_start=np.arange(n_items + 1) * each,
        pair_annotator=who.ravel(),
        pair_left=np.ones(who.size, np.int64),
        asked_item=item,
        asked_annotator=annotator,
        prices=rng.integers(1, 5, n_annotators + 1) * 10_000,
        vote_item=item,
        vote_annotator=annotator,
        vote_label=rng.integers(n_classes, size=_VOTES),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--annotators", type=int, default=1_000)
    parser.add_argument("--each", type=int, default=20, help="annotators who can be asked about an item")
    parser.add_argument("--members", type=int, default=128)
    parser.add_argument("--classes", type=int, nargs="+", default=[2, 3, 5])
    parser.add_argument("--picks", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if len(options.classes) > 1:
        print(
            f"| {options.items} items, {options.annotators} annotators, {options.each} for each, classes | s | of "
            f"{SECONDS:.0f} s | data, MB | peak above, MB | peak of the process, of {GIGABYTES:.0f} GB |\n"
            "|---|---|---|---|---|---|",
            flush=True,
        )
        names = ("items", "annotators", "each", "members", "picks", "rounds")
        given = [word for name in names for word in (f"--{name}", str(getattr(options, name)))]
        for n_classes in options.classes:
            subprocess.run([sys.executable, __file__, *given, "--classes", str(n_classes)], check=True)
        return
    view = draw(options.items, options.annotators, options.each, options.classes[0], options.members)
    data = sum(array.nbytes for array in vars(view).values() if isinstance(array, np.ndarray)) / 2**20

    def choose() -> int:
        # A view of its own each time, or the second would find what the first had worked out.
        return len(population_error(replace(view), options.picks, np.random.default_rng(0)))

    runs = [measured(choose) for _ in range(options.rounds)]
    assert all(picks == options.picks for _, _, picks in runs)
    seconds, above = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
    whole = high_water(reset=False) / 1024
    row = [options.classes[0], f"{seconds:.2f}", f"{100 * seconds / SECONDS:.0f} %", f"{data:.0f}", f"{above:.0f}"]
    print("| " + " | ".join(map(str, [*row, f"{100 * whole / GIGABYTES:.0f} %"])) + " |", flush=True)


if __name__ == "__main__":
    main()
