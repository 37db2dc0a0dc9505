"""What the methods for sets of labels and for pairs are worth: unseen answers, and planted worths.

Point VARIORUM_DATA at the corpora, then run ``python benchmarks/sets_and_pairs.py``. Two tables in Markdown: squared
error of the probability that a label is given, for half of the answers from the other half; and the correlation of
worths with planted ones, for annotators weighed or all alike.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings

# One thread, as in the other benchmarks. It must stand before NumPy is imported.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.corpora import load_corpus
from variorum.errors import ConvergenceWarning
from variorum.labels import METHODS, binary_relevance, bradley_terry

FOR_EACH_LABEL = ("dirichlet", "soft", "majority", "wawa", "one-coin", "dawid-skene", "glad", "mace")


def squared_error(votes: Annotations, name: str, seed: int) -> float:
    """Mean over the unseen answers and all labels; an annotator's answer on an item is kept whole."""
    pair = votes.item.astype(np.int64) * len(votes.annotators) + votes.annotator
    bought = np.random.default_rng(seed).random(pair.max() + 1)[pair] < 0.5
    posterior = binary_relevance(votes.take(bought), aggregator=METHODS[name]).posterior[:, :, 1]
    unseen = votes.take(~bought).counts()
    error = unseen[:, :, 1] * (1 - posterior) ** 2 + unseen[:, :, 0] * posterior**2
    known = ~np.isnan(posterior[:, 0])
    return float(error[known].sum() / unseen[known].sum())


def planted(
    seed: int, reliability: NDArray[np.float64], n_votes: int, n_contestants: int
) -> tuple[Annotations, NDArray]:
    """Votes about random pairs of contestants, and the log worths."""
    rng = np.random.default_rng(seed)
    worth = rng.normal(0, 1.5, n_contestants)
    pairs = np.unique(np.sort(rng.integers(n_contestants, size=(n_votes, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    item, annotator = rng.integers(len(pairs), size=n_votes), rng.integers(len(reliability), size=n_votes)
    margin = reliability[annotator] * (worth[pairs[item, 0]] - worth[pairs[item, 1]])
    scores = np.column_stack((margin / 2, -margin / 2, np.full(n_votes, -0.5)))
    names = [f"o{i:06}" for i in range(n_contestants)]
    votes = Annotations(
        LabelScheme.pairwise(),
        Items(
            tuple(f"i{i}" for i in range(len(pairs))),
            text=[names[i] for i in pairs[:, 0]],
            second_text=[names[i] for i in pairs[:, 1]],
        ),
        Annotators(tuple(f"b:{a}" for a in range(len(reliability)))),
        item,
        annotator,
        (scores + rng.gumbel(size=scores.shape)).argmax(axis=1),
    )
    return votes, worth[np.unique(pairs)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    seeds = range(parser.parse_args().seeds)
    warnings.simplefilter("ignore", ConvergenceWarning)
    corpora = {name: load_corpus(name).annotations for name in ("livenli", "varierr-lewidi")}
    print("| method for each label | " + " | ".join(corpora) + " |\n|---|" + "---|" * len(corpora))
    for name in FOR_EACH_LABEL:
        means = [np.mean([squared_error(votes, name, seed) for seed in seeds]) for votes in corpora.values()]
        print(f"| `{name}` | " + " | ".join(f"{mean:.3f}" for mean in means) + " |", flush=True)
    crowds = {
        "16 alike": np.ones(16),
        "6 good, 10 at random": np.repeat([1.2, 0.0], [6, 10]),
        "10 good, 6 adverse": np.repeat([1.2, -1.0], [10, 6]),
        "100, normal around 1 with 0.5": np.random.default_rng(0).normal(1, 0.5, 100),
    }
    print("\n| annotators, 800 votes on 20 contestants | weighed | all alike |\n|---|---|---|")
    for title, reliability in crowds.items():
        found = []
        for seed in seeds:
            votes, worth = planted(seed, reliability, 800, 20)
            both = bradley_terry(votes), bradley_terry(votes, reliability_sd=0)
            found.append([np.corrcoef(estimate.worth, worth)[0, 1] for estimate in both])
        print(f"| {title} | " + " | ".join(f"{mean:.3f}" for mean in np.mean(found, axis=0)) + " |", flush=True)
    votes, _ = planted(0, np.random.default_rng(0).normal(1, 0.5, 500), 100_000, 1_000)
    start = time.perf_counter()
    n_iterations = bradley_terry(votes).n_iterations
    seconds = time.perf_counter() - start
    print(f"\n10^5 votes, 1,000 contestants: {seconds:.2f} s, {n_iterations} steps; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
