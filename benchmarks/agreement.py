"""What agreement costs, against krippendorff, crowd-kit and statsmodels, and how far apart the values are.

Build the peers' environment once with ``benchmarks/peers/setup``, then run ``python benchmarks/agreement.py``; with
VARIORUM_DATA set, values are compared on public corpora too. Runs alternate. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# One thread each, whatever the machine offers: a comparison of algorithms. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from numpy.typing import NDArray

from peer_process import PeerProcess, need_peers, write_columns
from variorum.annotations import ANSWERED, Annotations
from variorum.corpora import CORPORA, load_corpus
from variorum.evaluation import (
    agreement_interval,
    agreement_summary,
    cohen_kappas,
    fleiss_kappa,
    jaccard_distance,
    krippendorff_alpha,
    krippendorff_alpha_of_votes,
    label_sets,
    masi_distance,
)

METRICS = ("nominal", "ordinal", "interval", "ratio")
Columns = dict[str, NDArray[Any]]


class Peer(PeerProcess):
    """The other tools, and the votes that they are asked about."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "votes.parquet"
        super().__init__("agreement.py")

    def load(self, columns: Columns) -> None:
        """Give it votes."""
        write_columns(self.file, columns)
        self.ask(load=str(self.file))


def draw(n_votes: int, *, per_item: int = 5, n_annotators: int = 1000, n_classes: int = 5) -> Columns:
    """Votes of annotators who are right half of the time, in random order; nobody votes twice on an item."""
    rng = np.random.default_rng(0)
    n_items = n_votes // per_item
    item = np.repeat(np.arange(n_items), per_item)
    first = np.repeat(rng.integers(n_annotators, size=n_items), per_item)
    annotator = (first + np.tile(np.arange(per_item), n_items) * 7) % n_annotators
    truth = np.repeat(rng.integers(n_classes, size=n_items), per_item)
    label = np.where(rng.random(item.size) < 0.5, truth, rng.integers(n_classes, size=item.size))
    order = rng.permutation(item.size)
    return {"item": item[order], "annotator": annotator[order], "label": label[order]}


def counts_of(columns: Columns) -> NDArray[np.int64]:
    item, label = columns["item"], columns["label"]
    shape = int(item.max()) + 1, int(label.max()) + 1
    return np.bincount(item * shape[1] + label, minlength=shape[0] * shape[1]).reshape(shape)


def timed(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def speed(peer: Peer, n_votes: int, rounds: int) -> None:
    """Medians of alternating runs: nominal alpha and Fleiss' kappa."""
    columns = draw(n_votes)
    peer.load(columns)
    counts = counts_of(columns)
    item, annotator, label = (columns[name] for name in ("item", "annotator", "label"))
    ours: dict[str, Callable[[], float]] = {
        "ours, from counts": lambda: krippendorff_alpha(counts),
        "ours, from items and labels": lambda: krippendorff_alpha_of_votes(item, None, label),
        "ours, from items, annotators and labels": lambda: krippendorff_alpha_of_votes(item, annotator, label),
        "Fleiss, ours": lambda: fleiss_kappa(counts),
    }
    theirs = {
        "krippendorff, value counts": "krippendorff-counts",
        "krippendorff, votes x items": "krippendorff-matrix",
        "crowd-kit": "crowd-kit",
        "Fleiss, statsmodels": "statsmodels",
    }
    seconds: dict[str, list[float]] = {name: [] for name in (*theirs, *ours)}
    values: dict[str, float] = {}
    before = os.getloadavg()[0]
    for round_ in range(rounds + 1):
        for name, method in theirs.items():
            answer = peer.ask(method=method)
            values[name] = answer["value"]
            # The first round warms caches and allocators up.
            if round_:
                seconds[name].append(answer["seconds"])
        for name, function in ours.items():
            values[name] = function()
            if round_:
                seconds[name].append(timed(function))
    median = {name: statistics.median(each) for name, each in seconds.items()}
    print(f"\n| {n_votes:,} votes | ms | counts are faster | votes are faster | value less ours |")
    print("|---|---|---|---|---|")
    for name, took in median.items():
        fleiss = name.startswith("Fleiss")
        base = "Fleiss, ours" if fleiss else "ours, from counts"
        columns_ratio = "" if fleiss else f"{took / median['ours, from items, annotators and labels']:.1f}x"
        off = values[name] - values[base]
        print(f"| {name} | {took * 1e3:.1f} | {took / median[base]:.1f}x | {columns_ratio} | {off:.0e} |")
    print(f"\nLoad average {before:.1f} before, {os.getloadavg()[0]:.1f} after.")


def more_speed(rounds: int) -> None:
    """What has no peer here, or none that gets so far: medians of ours alone."""
    columns = draw(1_000_000)
    item, annotator, label = (columns[name] for name in ("item", "annotator", "label"))
    rng = np.random.default_rng(1)
    number = rng.lognormal(size=item.size)
    anyone = rng.integers(1000, size=item.size)
    counts = counts_of(draw(500_000))
    cases: dict[str, tuple[int, Callable[[], Any]]] = {
        "interval alpha, 10^6 distinct numbers": (
            rounds, lambda: krippendorff_alpha_of_votes(item, annotator, number, distance="interval")),
        "ordinal alpha, 10^6 distinct numbers": (
            rounds, lambda: krippendorff_alpha_of_votes(item, annotator, number, distance="ordinal")),
        "ratio alpha, 10^6 distinct numbers": (
            1, lambda: krippendorff_alpha_of_votes(item, annotator, number, distance="ratio")),
        "Cohen's kappa of 4,000 pairs, 10^6 votes": (rounds, lambda: cohen_kappas(item, annotator, label)),
        "Cohen's kappa of 490,000 pairs, 10^6 votes": (1, lambda: cohen_kappas(item, anyone, label)),
        "interval of nominal alpha, 1,000 draws of 10^5 items": (1, lambda: agreement_interval(counts, 0)),
        "summary of md-agreement, 1,000 draws": (
            1, lambda: agreement_summary(load_corpus("md-agreement").annotations, 0)),
    }  # fmt: skip
    print("\n| ours alone | s |\n|---|---|")
    for name, (times, function) in cases.items():
        if "md-agreement" in name and not os.environ.get("VARIORUM_DATA"):
            continue
        print(f"| {name} | {statistics.median(timed(function) for _ in range(times)):.2f} |", flush=True)


def sparse_votes(rng: np.random.Generator, n_items: int, n_annotators: int, n_classes: int, seen: float) -> Columns:
    """Random votes with many missing."""
    item, annotator = np.nonzero(rng.random((n_items, n_annotators)) < seen)
    return {"item": item, "annotator": annotator, "label": rng.integers(n_classes, size=item.size)}


def public(names: list[str]) -> Iterator[tuple[str, Annotations]]:
    for name in names:
        votes = load_corpus(name).annotations
        known = votes.annotator[votes.status == ANSWERED] >= 0
        if votes.scheme.kind in ("nominal", "ordinal") and (not known.any() or votes.n_pairs == len(votes)):
            yield name, votes


def difference(peer: Peer, columns: Columns, metric: str, method: str = "krippendorff-matrix") -> float:
    """Largest difference of alpha: from columns, and from counts where there are any."""
    theirs = peer.ask(method=method, metric=metric)["value"]
    given = columns["value"] if "value" in columns else columns["label"]
    alphas = [krippendorff_alpha_of_votes(columns["item"], columns["annotator"], given, distance=metric)]
    if "value" not in columns:
        alphas.append(krippendorff_alpha(counts_of(columns), distance=metric))
    return max(abs(alpha - theirs) for alpha in alphas)


def parity(peer: Peer) -> None:
    """Largest differences to krippendorff on random votes with many missing, and on public corpora."""
    rng = np.random.default_rng(2)
    rows: dict[str, dict[str, float]] = {}
    for _ in range(40):
        shape = (int(rng.integers(3, 60)), int(rng.integers(2, 12)), int(rng.integers(2, 9)), rng.uniform(0.2, 1))
        votes = sparse_votes(rng, *shape)
        numbers = votes | {"value": np.round(rng.lognormal(size=votes["item"].size), 6)}
        for name, columns in (("random labels, 40 tables", votes), ("random numbers, 40 tables", numbers)):
            peer.load(columns)
            for metric in METRICS:
                worst = rows.setdefault(name, {})
                worst[metric] = max(worst.get(metric, 0.0), difference(peer, columns, metric))
    if os.environ.get("VARIORUM_DATA"):
        for name, votes in public([name for name in CORPORA if not name.startswith("synthetic")]):
            kept = (votes.status == ANSWERED) & (votes.label >= 0)
            columns = {n: getattr(votes, n)[kept].astype(np.int64) for n in ("item", "annotator", "label")}
            columns["item"] = np.unique(columns["item"], return_inverse=True)[1]
            peer.load(columns)
            rows[name] = {metric: difference(peer, columns, metric, "krippendorff-counts") for metric in METRICS}
    print("\n| votes | " + " | ".join(METRICS) + " |\n|---|" + "---|" * len(METRICS))
    for name, worst in rows.items():
        print(f"| {name} | " + " | ".join(f"{worst[metric]:.0e}" for metric in METRICS) + " |")
    if os.environ.get("VARIORUM_DATA"):
        print("\n| sets of labels, against nltk | MASI | Jaccard |\n|---|---|---|")
        for name in ("varierr-lewidi", "livenli"):
            votes = load_corpus(name).annotations
            found = label_sets(votes.item, votes.annotator, votes.label, n_labels=votes.scheme.n_classes)
            bits = (found.sets @ (1 << np.arange(found.sets.shape[1])))[found.code]
            peer.load({"item": found.item, "annotator": found.annotator, "label": bits})
            off = []
            for metric, distance in (("masi", masi_distance), ("jaccard", jaccard_distance)):
                ours = krippendorff_alpha_of_votes(
                    found.item, found.annotator, found.code, distance=distance(found.sets)
                )
                off.append(abs(ours - peer.ask(method="nltk", metric=metric)["value"]))
            print(f"| {name} | " + " | ".join(f"{each:.0e}" for each in off) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="timed runs of each, after one that warms up")
    parser.add_argument("--parity", action="store_true", help="compare values only")
    options = parser.parse_args()
    need_peers()
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(Path(folder))
        if not options.parity:
            for n_votes in (100_000, 1_000_000):
                speed(peer, n_votes, options.rounds)
            more_speed(options.rounds)
        parity(peer)
        peer.close()


if __name__ == "__main__":
    main()
