"""How far our aggregators are from crowd-kit's and cleanlab's, and how long each takes, on public corpora.

Build the peers' environment once with ``benchmarks/peers/setup``, point VARIORUM_DATA at the corpora, then run
``python benchmarks/parity.py``, or ``python benchmarks/parity.py --synthetic 100000`` for votes drawn at random. Both
sides get the same start and as many iterations. Memory is by how much each process rose above its data in memory, at
most; the dense matrix that cleanlab wants counts as its own. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

# One thread each, whatever the machine offers: a comparison of algorithms. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from memory import peak_above
from peer_process import PeerProcess, need_peers, write_columns
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.labels import (
    LabelEstimate,
    crowdlab,
    dawid_skene,
    glad,
    kos,
    mace,
    majority_vote,
    mmsr,
    one_coin,
    wawa,
    zero_based_skill,
)

CORPORA = ("bluebird", "dog", "rte", "LabelMe", "web", "trec")
Table = NDArray[np.int64]


def read(folder: Path, name: str) -> Table:
    """Item, annotator and label of each vote; only the first of an annotator's votes on an item, as peers want it."""
    if name == "LabelMe":
        answers = np.loadtxt(folder / "learning_from_crowds/LabelMe/answers.txt", dtype=int)
        item, annotator = np.nonzero(answers >= 0)
        rows = list(zip(item.tolist(), annotator.tolist(), answers[item, annotator].tolist(), strict=True))
    else:
        with (folder / "truth_inference" / name / "label.csv").open(newline="") as file:
            rows = [tuple(row.values())[:3] for row in csv.DictReader(file)]
    first = {}
    for item, annotator, label in rows:
        first.setdefault((item, annotator), label)
    return numbered([(item, annotator, label) for (item, annotator), label in first.items()])


def draw(n_votes: int, n_annotators: int, n_classes: int, per_item: int) -> Table:
    """Votes of annotators who are right half to almost all of the time."""
    rng = np.random.default_rng(0)
    item = np.repeat(np.arange(n_votes // per_item), per_item)
    annotator = np.concatenate([rng.choice(n_annotators, per_item, replace=False) for _ in range(n_votes // per_item)])
    truth, skill = rng.integers(n_classes, size=item.max() + 1), rng.uniform(0.5, 0.95, n_annotators)
    right = rng.random(item.size) < skill[annotator]
    label = np.where(right, truth[item], rng.integers(n_classes, size=item.size))
    return numbered(list(zip(item.tolist(), annotator.tolist(), label.tolist(), strict=True)))


def numbered(rows: list[tuple[Any, Any, Any]]) -> Table:
    """Rows by item, all names numbered as they appear: crowd-kit's MACE mixes annotators up in any other order."""
    place: dict[Any, int] = {}
    rows = sorted(rows, key=lambda row: place.setdefault(row[0], len(place)))
    columns = []
    for column in zip(*rows, strict=True):
        codes: dict[Any, int] = {}
        columns.append([codes.setdefault(name, len(codes)) for name in column])
    return np.array(columns).T


def annotations(table: Table) -> Annotations:
    n_items, n_annotators, n_classes = table.max(axis=0) + 1
    return Annotations(
        LabelScheme.nominal([f"class {c}" for c in range(n_classes)]),
        Items(tuple(f"i{i}" for i in range(n_items))),
        Annotators(tuple(f"b:{a}" for a in range(n_annotators))),
        *table.T,
    )


class Peer(PeerProcess):
    """Both tools, and the start that they share with ours."""

    def __init__(self, table: Table, folder: Path) -> None:
        self.folder, rng = folder, np.random.default_rng(1)
        n_items, n_annotators, n_classes = table.max(axis=0) + 1
        self.predictions = rng.dirichlet(np.ones(n_classes), n_items)
        self.start = {
            "spam_free": rng.uniform(0.3, 0.7, n_annotators),
            "strategy": rng.dirichlet(np.full(n_classes, 5.0), n_annotators),
            "messages": rng.normal(1, 1, len(table)),
            "left": rng.uniform(0.1, 1, n_annotators),
            "right": rng.uniform(0.1, 1, n_annotators),
        }
        write_columns(folder / "votes.parquet", dict(zip(("task", "worker", "label"), table.T, strict=True)))
        write_columns(folder / "predictions.parquet", {f"class_{c}": p for c, p in enumerate(self.predictions.T)})
        (folder / "start.json").write_text(json.dumps({name: value.tolist() for name, value in self.start.items()}))
        super().__init__("aggregators.py", folder)

    def fit(self, method: str, options: dict[str, Any]) -> tuple[dict[str, Any], NDArray[np.float64]]:
        """What the tool says, and its posterior, items in order."""
        file = self.folder / f"{method}.parquet"
        answer = self.ask(method=method, options=options, posterior=str(file))
        if "error" in answer:
            return answer, np.empty((0, 0))
        with duckdb.connect() as connection:
            columns = connection.execute(f"SELECT * FROM '{file}'").fetchnumpy()
        return answer, np.column_stack(list(columns.values()))


def timed(function: Callable[[], LabelEstimate]) -> tuple[float, LabelEstimate]:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimate = function()
    return time.perf_counter() - start, estimate


def objective(votes: Annotations, ability: NDArray[np.float64], log_easiness: NDArray[np.float64]) -> float:
    """GLAD's log posterior density, nats, the true labels summed out."""
    n_items, k = len(votes.items), votes.scheme.n_classes
    right = np.clip(expit(ability[votes.annotator] * np.exp(log_easiness[votes.item])), 1e-300, 1)
    wrong = expit(-ability[votes.annotator] * np.exp(log_easiness[votes.item])) / (k - 1)
    scores = np.zeros((n_items, k))
    for c in range(k):
        chance = np.where(votes.label == c, right, np.maximum(wrong, 1e-300))
        scores[:, c] = np.bincount(votes.item, np.log(chance), minlength=n_items)
    likelihood = np.logaddexp.reduce(scores - np.log(k), axis=1).sum()
    return float(likelihood + norm.logpdf(ability, 1).sum() + norm.logpdf(log_easiness, 1).sum())


def row(corpus: str, method: str, theirs: float, ours: float, memory: str, result: str) -> None:
    print(
        f"| {corpus} | {method} | {theirs:.3f} | {ours:.4f} | {theirs / ours:,.0f}x | {memory} | {result} |", flush=True
    )


def compare(corpus: str, table: Table, methods: list[str], n_iterations: int, folder: Path) -> None:
    votes, peer = annotations(table), Peer(table, folder)
    start, n = peer.start, n_iterations
    signs = len(votes.annotators) <= 110
    exact: dict[str, tuple[dict[str, Any], Callable[[], LabelEstimate]]] = {
        "majority": ({}, lambda: majority_vote(votes)),
        "wawa": ({}, lambda: wawa(votes, ties="first")),
        "zero-based-skill": ({}, lambda: zero_based_skill(votes, ties="first")),
        "dawid-skene": ({"n_iter": n, "tol": -1e9}, lambda: dawid_skene(votes, max_iterations=n, tolerance=0)),
        "one-coin": ({"n_iter": n, "tol": -1e9}, lambda: one_coin(votes, max_iterations=n, tolerance=0)),
        "crowdlab": ({}, lambda: crowdlab(votes, peer.predictions)),
        "mace": (
            {"n_restarts": 1, "n_iter": n, "method": "vb"},
            lambda: mace(votes, start=(start["spam_free"], start["strategy"]), max_iterations=n, tolerance=0),
        ),
        "mace-em": (
            {"n_restarts": 1, "n_iter": n, "method": "em"},
            lambda: mace(
                votes,
                start=(start["spam_free"], start["strategy"]),
                max_iterations=n,
                tolerance=0,
                variational=False,
            ),
        ),
        "kos": ({"n_iter": n}, lambda: kos(votes, start=start["messages"], max_iterations=n, tolerance=0)),
        "mmsr": (
            {"n_iter": n, "tol": 0.0},
            lambda: mmsr(votes, start=(start["left"], start["right"]), max_iterations=n, tolerance=0),
        ),
        "glad": (
            {"n_iter": n, "tol": -1e9, "m_step_tol": 1e-6},
            lambda: glad(votes, tolerance=0, max_iterations=5_000),
        ),
    }
    exact["mmsr-mended"] = exact["mmsr"]
    for method in methods:
        if (method == "kos" and votes.scheme.n_classes != 2) or (method == "mmsr" and not signs):
            continue
        options, function = exact[method]
        name = {"mace-em": "mace", "mmsr-mended": method if signs else "mmsr-unsigned"}.get(method, method)
        answer, theirs = peer.fit(name, options)
        most = peak_above(lambda function=function: timed(function))
        seconds, estimate = min((timed(function) for _ in range(3)), key=lambda pair: pair[0])
        if "error" in answer:
            row(corpus, method, float("nan"), seconds, f"-, {most:.0f}", answer["error"])
            continue
        result = f"posteriors {np.abs(estimate.posterior - theirs).max():.1e}"
        if method == "majority":
            # crowd-kit's posterior is the vote share; its label is what compares.
            same = estimate.posterior[np.arange(len(theirs)), theirs.argmax(axis=1)] > 0
            result = f"labels equal or tied on {same.mean():.2%}"
        if method == "kos":
            result = f"labels differ on {(np.abs(estimate.posterior - theirs).max(axis=1) > 0.6).sum()} items"
        if method.startswith("mmsr"):
            weight, given = estimate.skill, np.array(answer["skill"])
            assert weight is not None
            agree = np.sign(weight) == np.sign(given)
            far = np.abs(weight - given)[agree].max()
            same = estimate.posterior.argmax(axis=1) == theirs.argmax(axis=1)
            result = (
                f"weights {far:.1e}, signs differ for {(~agree).sum()} of {agree.size}, labels on {(~same).mean():.2%}"
            )
            result += "" if signs else " (peer without signs)"
        if method == "glad":
            found = objective(votes, np.array(answer["alpha"]), np.array(answer["beta"]))
            assert estimate.skill is not None
            assert estimate.easiness is not None
            own = objective(votes, estimate.skill, np.log(estimate.easiness))
            result += f", objective {own - found:+.1e} nats above theirs after {answer['iterations']} steps"
        elif method not in ("majority", "wawa", "crowdlab"):
            result += f" ({estimate.n_iterations} of {n} steps)" if 0 < estimate.n_iterations < n else ""
        row(corpus, method, answer["seconds"], seconds, f"{answer['memory']:.0f}, {most:.0f}", result)
    peer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", nargs="*", default=CORPORA)
    parser.add_argument(
        "--methods",
        nargs="*",
        default=[
            "majority",
            "wawa",
            "zero-based-skill",
            "dawid-skene",
            "one-coin",
            "crowdlab",
            "mace",
            "mace-em",
            "kos",
            "mmsr",
            "mmsr-mended",
        ],
    )
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--synthetic", type=int, help="so many random votes instead of corpora")
    parser.add_argument("--annotators", type=int, default=1_000)
    options = parser.parse_args()
    need_peers()
    print(
        "| corpus | method | peer, s | ours, s | ratio | MB, peer and ours | largest difference |\n" + "|---" * 7 + "|"
    )
    names = [f"{options.synthetic:,} votes"] if options.synthetic else options.corpora
    for name in names:
        table = (
            draw(options.synthetic, options.annotators, 5, 5)
            if options.synthetic
            else read(Path(os.environ["VARIORUM_DATA"]), name)
        )
        with tempfile.TemporaryDirectory() as folder:
            compare(name, table, options.methods, options.iterations, Path(folder))
    print(f"\nLoad average {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
