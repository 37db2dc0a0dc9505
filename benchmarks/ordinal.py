"""How near ordinal Dawid-Skene comes to the truth, and to unseen votes, beside methods that know no order.

Point VARIORUM_DATA at the corpora, then run ``python benchmarks/ordinal.py``. Three tables in Markdown: web, whose five
grades have gold labels, whole and in random parts; planted crowds; and the log-loss of unseen votes on corpora without
gold labels. Means over the seeds, top classes that tie sharing the item.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

# One thread, as in the other benchmarks. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.corpora import load_corpus
from variorum.errors import ConvergenceWarning
from variorum.labels import LabelEstimate, dawid_skene, mace, majority_vote, one_coin, ordinal_dawid_skene

METHODS: dict[str, Callable[[Annotations], LabelEstimate]] = {
    "majority": majority_vote,
    "one-coin": one_coin,
    "mace": mace,
    "dawid-skene": dawid_skene,
    "dawid-skene, smoothing 0.1": partial(dawid_skene, smoothing=0.1),
    "dawid-skene, smoothing 1": partial(dawid_skene, smoothing=1),
    "ordinal-dawid-skene": ordinal_dawid_skene,
}
K = 5


def errors(posterior: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[float, float]:
    """Accuracy and mean absolute error."""
    top = posterior >= posterior.max(axis=1, keepdims=True) - 1e-9
    share = top / top.sum(axis=1, keepdims=True)
    away = np.abs(np.arange(posterior.shape[1]) - truth[:, None])
    return float(share[away == 0].sum() / len(truth)), float((share * away).sum() / len(truth))


def web(n_items: int | None, seed: int) -> tuple[Annotations, NDArray[np.int64]]:
    """The judged items of web, or so many of them at random, as five grades."""
    votes = load_corpus("web").annotations
    gold = np.array([-1 if grade is None else int(grade) for grade in votes.items.fields["gold"]])
    judged = np.flatnonzero((gold >= 0) & (votes.counts().sum(axis=1) > 0))
    if n_items is not None:
        judged = np.random.default_rng(seed).choice(judged, n_items, replace=False)
    place = np.full(len(gold), -1)
    place[judged] = np.arange(judged.size)
    if n_items is None:
        # Items without gold have votes too, which say something of their annotators.
        place, judged = np.arange(len(gold)), np.arange(len(gold))
    rows = votes.take(place[votes.item] >= 0)
    item = place[rows.item].astype(np.int32)
    part = replace(rows, scheme=LabelScheme.ordinal(votes.scheme.labels), items=votes.items.take(judged), item=item)
    return part, np.where(part.counts().sum(axis=1) > 0, gold[judged], -1)


def planted(kind: str, n_annotators: int, seed: int) -> tuple[Annotations, NDArray[np.int64]]:
    """800 items with five votes each, of annotators with a precision and a bias, and of 30 % spammers in one kind."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(K, 800, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    item = np.repeat(np.arange(truth.size), 5)
    annotator = np.concatenate([rng.choice(n_annotators, 5, replace=False) for _ in range(truth.size)])
    if kind == "model":
        x = np.array([0, 0.8, 1.6, 2.6, 4])
        precision, bias = rng.normal(1.5, 0.7, n_annotators), rng.normal(0, 0.6, n_annotators)
        scores = bias[annotator, None] * x - precision[annotator, None] * np.abs(x - x[truth[item], None])
        label = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    else:
        # Cut from a latent scale, the bias being a shift: not the model of any method here.
        precision, bias = rng.gamma(4, 1, n_annotators) + 0.5, rng.normal(0, 0.5, n_annotators)
        seen = truth[item] - 2 + bias[annotator] + rng.logistic(size=item.size) / precision[annotator]
        label = (seen[:, None] > np.array([-1.3, -0.6, 0.4, 1.7])).sum(axis=1)
    if kind == "cut scale, 30 % spam":
        spam = (rng.random(n_annotators) < 0.3)[annotator]
        label[spam] = rng.integers(K, size=spam.sum())
    votes = Annotations(
        LabelScheme.ordinal([f"grade {c}" for c in range(K)]),
        Items(tuple(f"i{i}" for i in range(truth.size))),
        Annotators(tuple(f"b:{a}" for a in range(n_annotators))),
        item,
        annotator,
        label,
    )
    return votes, truth


def log_loss(votes: Annotations, method: Callable[[Annotations], LabelEstimate], seed: int) -> float:
    """Nats a vote, for a fifth of the votes from the others; votes below a chance of 1e-4 cost as much as one at it."""
    bought = np.random.default_rng(seed).random(votes.n_rows) < 0.8
    estimate = method(votes.take(bought))
    assert estimate.confusion is not None
    unseen = votes.take(~bought)
    known = ~np.isnan(estimate.posterior[unseen.item, 0])
    confusion = estimate.confusion[unseen.annotator]
    # Of an annotator without bought votes only the crowd's mean is known.
    strange = np.isnan(confusion[:, 0, 0])
    confusion[strange] = np.nanmean(estimate.confusion, axis=0)
    given = confusion[np.arange(unseen.n_rows), :, unseen.label]
    chance = (estimate.posterior[unseen.item] * given).sum(axis=1)[known]
    return float(-np.log(np.maximum(chance, 1e-4)).mean())


def print_table(title: str, cells: dict[str, dict[str, str]]) -> None:
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    print(f"\n| {title} | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for name, row in cells.items():
        print(f"| `{name}` | " + " | ".join(row.get(column, "") for column in columns) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(parser.parse_args().seeds)
    warnings.simplefilter("ignore", ConvergenceWarning)
    sources: dict[str, Callable[[int], tuple[Annotations, NDArray[np.int64]]]] = {
        "all": partial(web, None),
        "800 items": partial(web, 800),
        "300 items": partial(web, 300),
    }
    crowds = {
        f"{kind}, {votes} votes each": partial(planted, kind, 4_000 // votes)
        for kind in ("model", "cut scale", "cut scale, 30 % spam")
        for votes in (25, 10)
    }
    for title, draws in (("web: accuracy, mean absolute error", sources), ("planted: the same", crowds)):
        cells: dict[str, dict[str, str]] = defaultdict(dict)
        for column, draw in draws.items():
            found = defaultdict(list)
            for seed in seeds if column != "all" else (0,):
                votes, truth = draw(seed)
                for name, method in METHODS.items():
                    found[name].append(errors(method(votes).posterior[truth >= 0], truth[truth >= 0]))
            for name, scores in found.items():
                accuracy, away = np.mean(scores, axis=0)
                cells[name][column] = f"{accuracy:.3f}, {away:.3f}"
        print_table(title, cells)
    cells = defaultdict(dict)
    for corpus in ("popquorn-offensiveness", "convabuse", "paraphrase"):
        votes = load_corpus(corpus).annotations
        for name, method in METHODS.items():
            if "dawid-skene" in name:
                cells[name][corpus] = f"{np.mean([log_loss(votes, method, seed) for seed in seeds]):.3f}"
    print_table("log-loss of unseen votes, nats", cells)
    votes = web(None, 0)[0]
    start = time.perf_counter()
    estimate = ordinal_dawid_skene(votes)
    print(f"\nweb: {time.perf_counter() - start:.2f} s, {estimate.n_iterations} steps; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
