"""What choosing the next items, or items and annotators, costs, against scikit-activeml, modAL and small-text.

Build the peers' environment once with ``benchmarks/peers/setup acquisition``, then run
``python benchmarks/acquisition.py``. Runs alternate, one thread each; seconds are the processor's. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

# One thread each, whatever the machine offers: a comparison of algorithms. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from memory import measured
from peer_process import PeerProcess, need_peers
from variorum import assignment
from variorum.acquisition import METHODS
from variorum.annotations import PoolView
from variorum.decomposition import annotator_profiles

ONCE = frozenset({"small-text entropy", "scikit-activeml BADGE", "scikit-activeml entropy, wrapped"})
PAIRS = {
    "entropy": ("scikit-activeml entropy", "modAL entropy", "small-text entropy"),
    "k-center": ("scikit-activeml k-center",),
    "badge": ("scikit-activeml BADGE",),
    "herding": (),
    "typical": (),
    "entropy, random annotators": ("scikit-activeml entropy, wrapped",),
    "least confidence, interval estimation": ("scikit-activeml interval estimation",),
}


def choose(name: str, view: PoolView, n: int) -> list[int]:
    """The items that our method takes; where annotators are chosen, too, they are, and the items are those asked."""
    rng = np.random.default_rng(0)
    if name in METHODS:
        items = METHODS[name](view, n, rng).item
    elif name == "entropy, random annotators":
        items = assignment.METHODS["random"](METHODS["entropy"](view, n, rng), view, rng).item
    else:
        # As a campaign does it: who slips how often follows from the votes.
        expected = view.members.mean(axis=0)[view.vote_item]
        profiles = annotator_profiles(expected, view.vote_annotator, view.vote_label, view.n_annotators)
        known = replace(view, error_rates=profiles.error_rates)
        picks = METHODS["least-confidence"](known, n, rng)
        items = assignment.METHODS["interval-estimation"](picks, known, rng).item
    return [int(item) for item in items]


def draw(n_items: int, n_features: int, n_classes: int, n_labelled: int, n_annotators: int) -> dict[str, NDArray[Any]]:
    """Items in sixty overlapping clumps, a linear model's predictions, who has a label, and everybody's votes there."""
    rng = np.random.default_rng(0)
    clumps = rng.normal(0, 0.5, (60, n_features))
    features = rng.normal(size=(n_items, n_features)) + clumps[rng.integers(60, size=n_items)]
    weights = rng.normal(0, 2 / np.sqrt(n_features), (n_features, n_classes))
    return {
        "features": features,
        "probabilities": softmax(features @ weights, axis=1),
        "labelled": np.sort(rng.choice(n_items, n_labelled, replace=False)),
        "votes": rng.integers(n_classes, size=(n_labelled, n_annotators)),
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


def view_of_people(pool: dict[str, NDArray[Any]]) -> PoolView:
    """The same pool, where every annotator can be asked about every item without a label."""
    labelled, votes = pool["labelled"], pool["votes"]
    n, n_annotators = pool["probabilities"].shape[0], votes.shape[1]
    each = np.full(n, n_annotators)
    each[labelled] = 0
    item, annotator = np.repeat(labelled, n_annotators), np.tile(np.arange(n_annotators, dtype=np.int32), labelled.size)
    return replace(
        view_of(pool),
        asked=np.bincount(item, minlength=n),
        pair_start=np.concatenate(([0], np.cumsum(each))),
        pair_annotator=np.tile(np.arange(n_annotators, dtype=np.int32), n - labelled.size),
        pair_left=np.ones(int(each.sum()), np.int64),
        asked_item=item,
        asked_annotator=annotator,
        prices=np.ones(n_annotators + 1, np.int64),
        vote_item=item,
        vote_annotator=annotator,
        vote_label=votes.ravel(),
    )


def compare(name: str, peers: list[str], view: PoolView, peer: PeerProcess, n: int, rounds: int) -> None:
    """Medians of alternating runs, peaks of memory, and how many of the items are the same."""

    def ours() -> dict[str, Any]:
        # A view of its own each time, or the second would find what the first had worked out.
        seconds, megabytes, items = measured(lambda: choose(name, replace(view), n))
        return {"seconds": seconds, "megabytes": megabytes, "items": items}

    mine = f"ours, {name}"
    answers: dict[str, list[dict[str, Any]]] = {who: [] for who in (*peers, mine)}
    before = os.getloadavg()[0]
    for round_ in range(rounds):
        for who in peers:
            if round_ == 0 or who not in ONCE:
                answers[who].append(peer.ask(method=who, n=n))
        answers[mine].append(ours())
    seconds = {who: statistics.median(each["seconds"] for each in given) for who, given in answers.items()}
    chosen = set(answers[mine][0]["items"])
    for who, given in answers.items():
        same = len(chosen & set(given[0]["items"]))
        peak = max(each["megabytes"] for each in given)
        row = [who, f"{seconds[who]:.4f}", f"{seconds[who] / seconds[mine]:.1f}x", f"{peak:.0f}", same, len(given)]
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    print(f"Load average {before:.1f} before, {os.getloadavg()[0]:.1f} after.", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, of slow tools one")
    parser.add_argument("--methods", nargs="+", default=list(PAIRS), choices=PAIRS)
    parser.add_argument("--without", nargs="*", default=[], metavar="TOOL", help="tools to leave out")
    options = parser.parse_args()
    need_peers("acquisition")
    pool = draw(options.items, 384, 10, 200, 20)
    items, people = view_of(pool), view_of_people(pool)
    with tempfile.TemporaryDirectory() as folder:
        for name, array in pool.items():
            np.save(Path(folder) / f"{name}.npy", array)
        peer = PeerProcess("acquisition.py", Path(folder), environment="acquisition")
        print("| 100 items | s | of ours | peak above the data, MB | items as ours | runs |")
        print("|---|---|---|---|---|---|")
        for name in options.methods:
            peers = [each for each in PAIRS[name] if each.split()[0] not in options.without]
            compare(name, peers, items if name in METHODS else people, peer, 100, options.rounds)
        peer.close()


if __name__ == "__main__":
    main()
