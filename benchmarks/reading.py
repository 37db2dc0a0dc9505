"""Reading time and peak memory at a million annotations, every validation on, against pandas without any.

Run with ``python benchmarks/reading.py``; prints a Markdown table. Each measurement is a process of its own, and the
readers take turns, so that a busy machine slows all of them. Peak memory is the process's, imports included (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

OURS = """
import json, sys, time
from variorum.annotations import read
wall, cpu = time.perf_counter(), time.process_time()
votes = read(sys.argv[1])
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
assert len(votes) == int(sys.argv[2]) and votes.counts().sum() == len(votes)
print(json.dumps([wall, cpu]))
"""
# Linux's ru_maxrss is handed down from the process that starts this one, so the kernel's own high-water mark is read.
MEMORY = """
marks = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(marks[0]) / 1024)
"""
PANDAS = """
import json, sys, time
import pandas as pd
wall, cpu = time.perf_counter(), time.process_time()
frame = pd.read_csv(sys.argv[1])
codes = {name: pd.factorize(frame[name]) for name in ("item", "annotator", "label")}
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
assert len(codes["item"][0]) == int(sys.argv[2])
print(json.dumps([wall, cpu]))
"""


def make_files(folder: Path, n_rows: int) -> dict[str, Path]:
    """A million votes: 200,000 items, 1,000 annotators, 5 labels, no (item, annotator) twice."""
    import duckdb

    rng = np.random.default_rng(0)
    n_items, n_annotators = max(1, n_rows // 5), 1000
    pairs = rng.choice(n_items * n_annotators, n_rows, replace=False)
    labels = rng.integers(0, 5, n_rows)
    rows = zip((pairs // n_annotators).tolist(), (pairs % n_annotators).tolist(), labels.tolist(), strict=True)
    csv = folder / "votes.csv"
    with csv.open("w") as file:
        file.write("item,annotator,label\n")
        file.writelines(f"item-{item},annotator-{who},label-{label}\n" for item, who, label in rows)
    files = {"CSV": csv, "JSONL": folder / "votes.jsonl", "Parquet": folder / "votes.parquet"}
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        for path, how in ((files["JSONL"], "FORMAT json"), (files["Parquet"], "FORMAT parquet")):
            connection.execute(f"COPY (FROM read_csv('{csv}')) TO '{path}' ({how})")
    return files


def measure(code: str, path: Path, n_rows: int) -> tuple[float, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", code + MEMORY, str(path), str(n_rows)], capture_output=True, text=True, check=True
    )
    times, memory = done.stdout.splitlines()
    wall, cpu = json.loads(times)
    return wall, cpu, float(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = make_files(Path(scratch), arguments.rows)
        readers = {f"variorum.read, {name}": (OURS, path) for name, path in files.items()}
        readers["pandas.read_csv + factorize, CSV, no validation"] = (PANDAS, files["CSV"])
        results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in readers}
        before = os.getloadavg()[0]
        for _ in range(arguments.repeats):
            for name, (code, path) in readers.items():
                results[name].append(measure(code, path, arguments.rows))
        sizes = {name: path.stat().st_size / 2**20 for name, path in files.items()}
    print(f"{arguments.rows:,} rows, {os.cpu_count()} cores, load {before:.1f} to {os.getloadavg()[0]:.1f}, ", end="")
    print(f"{arguments.repeats} interleaved repeats; " + ", ".join(f"{n} {s:.0f} MB" for n, s in sizes.items()) + ".\n")
    print("| reader | wall s, median | wall s, best | CPU s, median | peak RSS MB |")
    print("|---|---|---|---|---|")
    for name, runs in results.items():
        wall, cpu, memory = zip(*runs, strict=True)
        middle, busy = statistics.median(wall), statistics.median(cpu)
        print(f"| {name} | {middle:.2f} | {min(wall):.2f} | {busy:.2f} | {max(memory):.0f} |")


if __name__ == "__main__":
    main()
