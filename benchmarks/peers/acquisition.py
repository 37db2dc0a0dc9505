"""Other tools' choice of the next items, as a process: ``acquisition.py FOLDER``.

The folder holds ``features.npy`` (items x features), ``probabilities.npy`` (items x classes), ``labelled.npy``
(items) and ``votes.npy`` (labelled items x annotators). Each line on standard input is a JSON object with ``method``
and ``n``; each answer one with ``seconds`` of the processor and ``megabytes`` above the data that the call alone took,
and ``items``, where pairs are chosen those of the pairs. Predictions are given, so that nobody's classifier is
measured.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from modAL.uncertainty import entropy_sampling
from skactiveml.base import SkactivemlClassifier
from skactiveml.pool import Badge, CoreSet, UncertaintySampling
from skactiveml.pool.multiannotator import IntervalEstimationThreshold, SingleAnnotatorWrapper
from small_text.query_strategies import PredictionEntropy

sys.path.append(str(Path(__file__).parents[1]))

from memory import measured

warnings.simplefilter("ignore")


class Known(SkactivemlClassifier):
    """A classifier that was asked before: predictions of all items, or of those without a label."""

    def __init__(self, everything=None, open_=None, classes=None):
        super().__init__(classes=classes)
        self.everything, self.open_ = everything, open_

    def fit(self, X, y, sample_weight=None):  # noqa: ARG002 - the tool's interface
        """Nothing is left to learn."""
        return self

    def predict_proba(self, X):
        """What was predicted of as many items."""
        return self.everything if len(X) == len(self.everything) else self.open_


class Pool:
    """What the tools are given."""

    def __init__(self, folder):
        self.features, probabilities, self.labelled, votes = (
            np.load(folder / f"{name}.npy") for name in ("features", "probabilities", "labelled", "votes")
        )
        self.open = np.setdiff1d(np.arange(len(self.features)), self.labelled)
        self.label = np.full(len(self.features), np.nan)
        self.label[self.labelled] = 0
        self.votes = np.full((len(self.features), votes.shape[1]), np.nan)
        self.votes[self.labelled] = votes
        self.known = Known(probabilities, probabilities[self.open], classes=list(range(probabilities.shape[1])))
        self.known.classes_ = np.arange(probabilities.shape[1])  # as fitting would have left it

    def call_of(self, method, n):
        """The call to measure; what it is given is made before."""
        x, y = self.features, self.label
        if method == "scikit-activeml entropy":
            strategy = UncertaintySampling(method="entropy", random_state=0)
            return lambda: strategy.query(x, y, self.known, fit_clf=False, batch_size=n)
        if method == "scikit-activeml k-center":
            return lambda: CoreSet(random_state=0).query(x, y, batch_size=n)
        if method == "scikit-activeml BADGE":
            return lambda: Badge(random_state=0).query(x, y, self.known, fit_clf=False, batch_size=n)
        if method == "scikit-activeml interval estimation":
            by_interval = IntervalEstimationThreshold(random_state=0)
            given = {"fit_clf": False, "batch_size": n}
            return lambda: by_interval.query(x, self.votes, self.known, **given)[:, 0]
        if method == "scikit-activeml entropy, wrapped":
            wrapped = SingleAnnotatorWrapper(UncertaintySampling(method="entropy", random_state=0), random_state=0)
            given = {"clf": self.known, "fit_clf": False, "batch_size": n}
            return lambda: wrapped.query(x, self.votes, **given)[:, 0]
        if method == "modAL entropy":
            rest = x[self.open]
            return lambda: self.open[np.asarray(entropy_sampling(self.known, rest, n_instances=n)[0])]
        if method == "small-text entropy":
            return lambda: PredictionEntropy().query(self.known, x, self.open, self.labelled, y[self.labelled], n=n)
        raise ValueError(method)


def main() -> None:
    pool = Pool(Path(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        seconds, megabytes, items = measured(pool.call_of(request["method"], request["n"]))
        answer = {"seconds": seconds, "megabytes": megabytes, "items": [int(item) for item in np.ravel(items)]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
