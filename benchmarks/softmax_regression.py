"""Softmax regression on vote counts against scikit-learn on the same votes, one row a vote.

Prints a Markdown table. Run: ``python benchmarks/softmax_regression.py``; load and threads of the machine are printed,
because both move the numbers.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))
from timing import interleaved
from variorum.training import SoftmaxRegression, TrainingData, fit_map

CASES = [(500, 48, 3, 1), (500, 48, 3, 5), (2_000, 384, 3, 2), (10_000, 256, 5, 1), (10_000, 256, 5, 5)]


def problem(n_items: int, n_features: int, n_classes: int, votes: int) -> TrainingData:
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((n_items, n_features)) @ rng.standard_normal((n_features, n_features))
    inputs *= np.linspace(0.5, 1.5, n_features) / inputs.std(axis=0)  # uneven, so that the choice of scaling is made
    logits = inputs @ rng.standard_normal((n_features, n_classes)) / np.sqrt(n_features)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return TrainingData(inputs, np.array([rng.multinomial(votes, share) for share in shares]) * 1.0)


def row(case: tuple[int, int, int, int], repeats: int) -> str:
    data = problem(*case)
    precision = float(case[1])
    items, labels = np.nonzero(data.counts)
    inputs, weights = data.inputs[items], data.counts[items, labels]

    def theirs() -> object:
        return LogisticRegression(C=1.0 / precision, max_iter=1000).fit(inputs, labels, sample_weight=weights)

    seconds = interleaved(
        {
            "map": lambda: fit_map(data.inputs, data.counts, precision),
            "sklearn": theirs,
            "whole": lambda: SoftmaxRegression().fit(data, np.random.default_rng(0)),
            "one scaling": lambda: SoftmaxRegression(standardize=True).fit(data, np.random.default_rng(0)),
        },
        repeats,
    )
    size = " x ".join(f"{number:,}" for number in case[:3])
    milliseconds = {name: f"{1000 * value:,.0f}" for name, value in seconds.items()}
    ratio = seconds["sklearn"] / seconds["map"]
    return (
        f"| {size} | {case[3]} | {milliseconds['map']} | {milliseconds['sklearn']} | {ratio:.1f} | "
        f"{milliseconds['one scaling']} | {milliseconds['whole']} |"
    )


def main() -> None:
    warnings.simplefilter("error", ConvergenceWarning)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(
        f"{os.cpu_count()} cores, load {load}, OPENBLAS_NUM_THREADS={os.environ.get('OPENBLAS_NUM_THREADS', 'unset')}\n"
    )
    print(
        "| items x features x classes | votes an item | MAP, ms | scikit-learn MAP, ms | ratio "
        "| with precision search and posterior, ms | both scalings compared, ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        print(row(case, repeats=3 if case[0] > 5_000 else 7), flush=True)


if __name__ == "__main__":
    main()
