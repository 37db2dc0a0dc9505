"""Other tools' agreement on columns of votes, as a process: ``agreement.py``.

Each line on standard input is a JSON object: ``load``, a Parquet file with the columns item, annotator and label (whole
numbers from 0; for sets of labels, one bit a label), and optionally value; or ``method``, and ``metric`` where it has
one. Each answer is a JSON object: ``seconds`` of the call alone, and ``value``; ``error`` where the tool fails.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import krippendorff
import numpy as np
import pandas as pd
from crowdkit.metrics.data import alpha_krippendorff
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance
from statsmodels.stats.inter_rater import fleiss_kappa

warnings.simplefilter("ignore")


def bits(code):
    return frozenset(k for k in range(60) if code >> k & 1)


class Votes:
    """Columns of votes, and the shapes that tools want them in."""

    def __init__(self, path):
        self.table = pd.read_parquet(path)
        self.made = {}

    def once(self, name, make):
        """What `make` gives, made at the first call, which no clock measures."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def counts(self):
        """Vote counts, items x classes."""
        item, label = self.table.item.to_numpy(), self.table.label.to_numpy()
        counts = np.zeros((item.max() + 1, label.max() + 1), dtype=np.int64)
        np.add.at(counts, (item, label), 1)
        return counts

    def matrix(self):
        """Votes as rows x items, nan where there is none: a row for the first vote on an item, one for the second, ...

        Who gave a vote does not matter to alpha, and annotators x items would be far larger.
        """
        item = self.table.item.to_numpy()
        place = self.table.groupby("item").cumcount().to_numpy()
        column = self.table["value" if "value" in self.table else "label"].to_numpy()
        matrix = np.full((place.max() + 1, item.max() + 1), np.nan)
        matrix[place, item] = column
        return matrix

    def frame(self):
        """crowd-kit's names."""
        return self.table.rename(columns={"item": "task", "annotator": "worker"})[["task", "worker", "label"]]

    def triples(self):
        """Rows as nltk has them, labels as sets."""
        rows = self.table[["annotator", "item", "label"]].to_numpy().tolist()
        return [(str(a), str(i), bits(label)) for a, i, label in rows]


def call_of(method, metric, votes):
    """The call to measure; what it is given is made before."""
    if method == "krippendorff-counts":
        counts = votes.once("counts", votes.counts)
        return lambda: krippendorff.alpha(value_counts=counts, level_of_measurement=metric)
    if method == "krippendorff-matrix":
        matrix = votes.once("matrix", votes.matrix)
        return lambda: krippendorff.alpha(reliability_data=matrix, level_of_measurement=metric)
    if method == "crowd-kit":
        frame = votes.once("frame", votes.frame)
        return lambda: alpha_krippendorff(frame)
    if method == "statsmodels":
        counts = votes.once("counts", votes.counts)
        return lambda: fleiss_kappa(counts)
    rows = votes.once("triples", votes.triples)
    return lambda: AnnotationTask(rows, masi_distance if metric == "masi" else jaccard_distance).alpha()


def main() -> None:
    print("ready", flush=True)
    votes = None
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            votes = Votes(request["load"])
            print(json.dumps({"rows": len(votes.table)}), flush=True)
            continue
        call = call_of(request["method"], request.get("metric", "nominal"), votes)
        start = time.perf_counter()
        try:
            answer = {"value": float(call())}
        except (ValueError, AssertionError, ZeroDivisionError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"seconds": time.perf_counter() - start, **answer}), flush=True)


if __name__ == "__main__":
    main()
