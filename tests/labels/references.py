"""What the independent references of the aggregation methods share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Dense(NamedTuple):
    """Votes as loops want them: items and annotators without votes left out."""

    votes: list[tuple[int, int, int]]
    items: list[int]
    annotators: list[int]
    n_classes: int

    def of_item(self, i):
        return [(a, c) for j, a, c in self.votes if j == i]

    def of_annotator(self, a):
        return [(i, c) for i, b, c in self.votes if b == a]


def dense(annotations) -> Dense:
    columns = (annotations.item, annotations.annotator, annotations.label)
    answered = annotations.status == 0
    votes = list(zip(*(column[answered].tolist() for column in columns), strict=True))
    return Dense(votes, sorted({v[0] for v in votes}), sorted({v[1] for v in votes}), annotations.scheme.n_classes)


def shares(rows: Dense, weight) -> dict[int, np.ndarray]:
    """Vote shares of each item, a vote of annotator a weighing weight[a]."""
    result = {}
    for i in rows.items:
        counts = np.zeros(rows.n_classes)
        for a, c in rows.of_item(i):
            counts[c] += weight[a]
        result[i] = counts / counts.sum()
    return result


def top(share, ties="share"):
    """Mass on the top classes."""
    best = [c for c, s in enumerate(share) if abs(s - max(share)) < 1e-9]
    if ties == "first":
        best = best[:1]
    return np.array([1 / len(best) if c in best else 0.0 for c in range(len(share))])


def accuracy(rows: Dense, posterior) -> dict[int, float]:
    """Mean posterior of the labels that each annotator gave."""
    return {a: float(np.mean([posterior[i][c] for i, c in rows.of_annotator(a)])) for a in rows.annotators}
