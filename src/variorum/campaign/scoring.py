"""How good a prediction is, by all votes of the test items; the only place that sees votes nobody bought."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, LabelScheme
from variorum.campaign.layout import stream
from variorum.evaluation import METRICS, ReferenceLine, Score, fresh_panel, oracle_floor, split_half, wasserstein
from variorum.labels import fit_dirichlet_prior, normalize

__all__ = ["Judge", "metrics_for"]

_SPLIT_HALF_VOTES = 20


def metrics_for(scheme: LabelScheme) -> Mapping[str, Score]:
    """The metrics that mean something on a scale: the Wasserstein distance needs an order, and takes its positions."""
    if scheme.positions is None:
        return {name: metric for name, metric in METRICS.items() if name != "wasserstein"}
    return {**METRICS, "wasserstein": partial(wasserstein, positions=scheme.positions)}


class Judge:
    """Scores predictions for the test items against the label distribution of all their votes.

    Args:
        corpus: The corpus.
        test: Positions of the test items, each with at least one vote.
    """

    def __init__(self, corpus: Corpus, test: NDArray[np.int64]) -> None:
        self.test = test
        self.counts = corpus.annotations.counts()[test]
        self.human = normalize(self.counts)
        self._metrics = metrics_for(corpus.scheme)

    def scores(self, predicted: NDArray[np.float64]) -> dict[str, float | None]:
        """Mean of every metric over the test items.

        Args:
            predicted: Shape (n_test, n_classes).

        Returns:
            Metric name to mean, rounded to ten decimals so that the record holds no noise of the last bits; ``None``
            where the mean is infinite or undefined.
        """
        means = {name: float(np.mean(metric(self.human, predicted))) for name, metric in self._metrics.items()}
        return {name: round(mean, 10) if math.isfinite(mean) else None for name, mean in means.items()}

    def lines(self, seed: int) -> Mapping[str, tuple[ReferenceLine, ...]]:
        """The reference lines of every metric: oracle floor, fresh panel, and split-half where votes allow it.

        Panels are drawn in whole votes, so weighted or elicited counts have the oracle floor alone; a line without a
        finite mean (KL of a panel that leaves a class empty) is left out.
        """
        prior = fit_dirichlet_prior(self.counts)
        whole = bool((self.counts == np.round(self.counts)).all())
        every: dict[str, tuple[ReferenceLine, ...]] = {}
        for name, metric in self._metrics.items():
            rng = stream(seed, "reference lines", name)
            lines = [oracle_floor(self.counts, metric, prior, rng)]
            if whole:
                lines.append(fresh_panel(self.counts, metric, prior, rng))
            if whole and self.counts.sum(axis=1).min() >= _SPLIT_HALF_VOTES:
                lines.append(split_half(self.counts, metric, rng))
            every[name] = tuple(line for line in lines if math.isfinite(line.mean))
        return every
