"""Aggregation of votes on disk: time, peak memory and disk of each stage, at 10^6, 10^7 and 10^8 votes.

Run with ``python benchmarks/streaming.py``; at 10^8 it needs 6 GB of free disk and some ten minutes. Votes are drawn
part by part into Parquet files, in an order in which neighbouring rows belong to items far apart; then a process of its
own aggregates them. Prints Markdown. Peak memory is the kernel's high-water mark of that process, set back before each
stage (Linux): everything resident counts, pages of mapped files and of shared libraries too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# One thread of linear algebra, as `variorum` itself needs no more. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import duckdb
import numpy as np
from numpy.typing import NDArray

from memory import high_water

N_CLASSES, PER_ITEM, N_ANNOTATORS = 5, 5, 10_000
PART = 2_500_000
HEADER = (
    "method", "votes", "input, MB", "count + sort + pack, s", "s a step", "steps", "write, s", "all, s",
    "peak MB, sorting", "peak MB, steps", "peak MB, writing", "disk, MB", "result, MB", "right", "load",
)  # fmt: skip
# Far apart, so that an item's annotators differ; the stride is prime, so that it meets every vote once.
OFFSETS, STRIDE = np.array([0, 1, 17, 301, 4001], np.uint64), 2_654_435_761


def mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pseudo-random bits of each number (splitmix64)."""
    z = number * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def truth(item: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return mixed(item + np.uint64(1 << 40)) % np.uint64(N_CLASSES)


def draw(n_votes: int, folder: Path) -> int:
    """Votes of annotators who are right half to almost all of the time; returns the bytes written."""
    skill = np.random.default_rng(0).uniform(0.5, 0.95, N_ANNOTATORS)
    with duckdb.connect() as connection:
        for start in range(0, n_votes, PART):
            row = np.arange(start, min(start + PART, n_votes), dtype=np.uint64)
            vote = row * np.uint64(STRIDE) % np.uint64(n_votes)
            item, place = vote // np.uint64(PER_ITEM), vote % np.uint64(PER_ITEM)
            annotator = (mixed(item) + OFFSETS[place.astype(int)]) % np.uint64(N_ANNOTATORS)
            luck = mixed(vote + np.uint64(1 << 50))
            right = (luck >> np.uint64(11)) / 2**53 < skill[annotator.astype(int)]
            label = np.where(right, truth(item), mixed(luck) % np.uint64(N_CLASSES))
            columns = {"item": item, "annotator": annotator, "label": label}
            connection.register("votes", {name: column.astype(np.int64) for name, column in columns.items()})
            texts = ", ".join(f"'{name}-' || {name} AS {name}" for name in columns)
            file = folder / f"{start:012}.parquet"
            connection.execute(f"COPY (SELECT {texts} FROM votes) TO '{file}' (FORMAT parquet)")
    return sum(file.stat().st_size for file in folder.iterdir())


def aggregate(folder: Path, method: str, memory: float, dtype: str) -> None:
    """Aggregate in this process, and print what it took as JSON."""
    from variorum.engines import Progress, aggregate_files

    stages: list[tuple[str, float, float]] = []
    steps: list[float] = []
    clock = [time.perf_counter(), time.perf_counter()]
    stage = ["opening"]

    def watch(progress: Progress) -> None:
        now = time.perf_counter()
        if progress.stage == "estimating" and progress.done:
            steps.append(now - clock[1])
        clock[1] = now
        if progress.stage != stage[0]:
            stages.append((stage[0], now - clock[0], high_water(reset=True)))
            stage[0], clock[0] = progress.stage, now

    start = time.perf_counter()
    files = sorted((folder / "votes").iterdir())
    out = folder / "result" / "posterior.parquet"
    estimate = aggregate_files(
        files,
        out,
        method=method,
        memory=int(memory * 2**30),
        dtype=dtype,
        progress=watch,  # type: ignore[arg-type]
    )
    stages.append((stage[0], time.perf_counter() - clock[0], high_water(reset=True)))
    total = time.perf_counter() - start
    with duckdb.connect() as connection:
        sample = connection.execute(f"SELECT * FROM '{out}' USING SAMPLE 100000 ROWS").fetchnumpy()
    item = np.array([int(name.partition("-")[2]) for name in sample["item"]], np.uint64)
    top = np.column_stack([sample[label] for label in estimate.labels]).argmax(axis=1)
    found = {
        "stages": stages, "steps": steps, "total": total, "right": float((top == truth(item)).mean()),
        "result": out.stat().st_size, "n_items": estimate.n_items,
    }  # fmt: skip
    print(json.dumps(found))


class DiskWatch(threading.Thread):
    """Measures what a folder takes at most."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.most, self.over = folder, 0, threading.Event()

    def run(self) -> None:
        """Look twice a second."""
        while not self.over.wait(0.5):
            total = 0
            for path in self.folder.rglob("*"):
                try:
                    total += path.stat().st_blocks * 512
                except OSError:
                    continue
            self.most = max(self.most, total)


def measure(n_votes: int, method: str, memory: float, dtype: str, place: Path | None) -> None:
    """Draw, aggregate in a process of its own, print a row."""
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        for part in ("votes", "result"):
            (folder / part).mkdir()
        need = 60 * n_votes
        if shutil.disk_usage(folder).free < 2 * need:
            raise SystemExit(f"{n_votes:,} votes need {need / 1e9:.0f} GB, and twice as much must be free.")
        n_bytes = draw(n_votes, folder / "votes")
        before = os.getloadavg()[0]
        disk = DiskWatch(folder / "result")
        disk.start()
        words = [sys.executable, __file__, "--in-folder", name, "--method", method, "--dtype", dtype]
        done = subprocess.run([*words, "--memory", str(memory)], capture_output=True, text=True, check=True)
        disk.over.set()
        disk.join()
    found = json.loads(done.stdout)
    seconds = {stage: took for stage, took, _ in found["stages"]}
    peak = {stage: most for stage, _, most in found["stages"]}
    step = statistics.median(found["steps"]) if found["steps"] else float("nan")
    sorting = max(peak.get(stage, 0.0) for stage in ("opening", "counting", "sorting", "packing"))
    cells = (
        f"{method}, {dtype}",
        f"{n_votes:,}",
        f"{n_bytes / 1e6:,.0f}",
        f"{seconds['counting']:.1f} + {seconds['sorting']:.1f} + {seconds['packing']:.1f}",
        f"{step:.2f}",
        len(found["steps"]),
        f"{seconds['writing']:.1f}",
        f"{found['total']:.0f}",
        f"{sorting:,.0f}",
        f"{peak['estimating']:,.0f}",
        f"{peak['writing']:,.0f}",
        f"{disk.most / 1e6:,.0f}",
        f"{found['result'] / 1e6:,.0f}",
        f"{found['right']:.3f}",
        f"{before:.1f} to {os.getloadavg()[0]:.1f}",
    )
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=float, nargs="*", default=[1e6, 1e7, 1e8])
    parser.add_argument("--method", default="dawid-skene")
    parser.add_argument("--dtype", default="float64")
    parser.add_argument("--memory", type=float, default=2.0, help="GiB for sorting")
    parser.add_argument(
        "--folder", type=Path, help="where to work; the system's folder for temporary files if not given"
    )
    parser.add_argument("--in-folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_folder is not None:
        aggregate(options.in_folder, options.method, options.memory, options.dtype)
        return
    print("| " + " | ".join(HEADER) + " |\n" + "|---" * len(HEADER) + "|")
    for n_votes in options.votes:
        measure(int(n_votes), options.method, options.memory, options.dtype, options.folder)


if __name__ == "__main__":
    main()
