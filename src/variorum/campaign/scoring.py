"""How good a prediction is, by all votes of the test items; the only place that sees votes nobody bought."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, LabelScheme
from variorum.campaign.layout import of_people, stream
from variorum.errors import ConvergenceWarning
from variorum.evaluation import (
    METRICS,
    ReferenceLine,
    Score,
    kl_divergence,
    reference_lines,
    soft_cross_entropy,
    wasserstein,
)
from variorum.labels import fit_dirichlet_prior, normalize

__all__ = ["Scorer", "lines_of", "metrics_for"]

_PRIORS = 20
# A panel of few leaves classes empty, which KL and cross-entropy would call infinitely wrong.
_PANEL_FLOOR = 1e-10


def metrics_for(scheme: LabelScheme) -> Mapping[str, Score]:
    """The metrics that mean something on a scale: the Wasserstein distance needs an order, and takes its positions."""
    if scheme.positions is None:
        return {name: metric for name, metric in METRICS.items() if name != "wasserstein"}
    return {**METRICS, "wasserstein": partial(wasserstein, positions=scheme.positions)}


class Scorer:
    """Scores predictions for the test items against the label distribution of all votes of people on them.

    Args:
        corpus: The corpus.
        test: Positions of the test items, each with at least one vote of a person.
    """

    def __init__(self, corpus: Corpus, test: NDArray[np.int64]) -> None:
        self.test = test
        self.counts = of_people(corpus.annotations).counts()[test]
        self.human = normalize(self.counts)
        self._metrics = metrics_for(corpus.scheme)

    def each(self, predicted: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Every metric on every test item.

        Args:
            predicted: Shape (n_test, n_classes).

        Returns:
            Metric name to values of shape (n_test,).
        """
        return {name: metric(self.human, predicted) for name, metric in self._metrics.items()}

    def scores(self, predicted: NDArray[np.float64]) -> dict[str, float | None]:
        """Mean of every metric over the test items.

        Args:
            predicted: Shape (n_test, n_classes).

        Returns:
            Metric name to mean, rounded to ten decimals so that the record holds no noise of the last bits; ``None``
            where the mean is infinite or undefined.
        """
        means = {name: float(np.mean(values)) for name, values in self.each(predicted).items()}
        return {name: round(mean, 10) if math.isfinite(mean) else None for name, mean in means.items()}

    def lines(self, seed: int) -> Mapping[str, tuple[ReferenceLine, ...]]:
        """The reference lines of every metric, as `lines_of` draws them."""
        return lines_of(
            self.counts, self._metrics, stream(seed, "reference lines", "prior"), stream(seed, "reference lines")
        )


def lines_of(
    counts: NDArray[np.float64],
    metrics: Mapping[str, Score],
    prior_rng: np.random.Generator,
    rng: np.random.Generator,
) -> Mapping[str, tuple[ReferenceLine, ...]]:
    """The reference lines of metrics: oracle floor, fresh panel, and split-half where votes allow it.

    Panels are drawn in whole votes, so weighted or elicited counts have the oracle floor alone. Where no item has two
    votes there is no line: such votes do not tell people who vary from items that do, and any prior would be made up.
    For KL and cross-entropy a panel's empty classes count as 1e-10.

    Args:
        counts: Votes of the scored items, shape (n_items, n_classes).
        metrics: Of (human, model), by name.
        prior_rng: Source of the items that priors are fitted to.
        rng: Source of the panels; may be the same generator.

    Returns:
        Lines by metric; none for each where they would be made up.
    """
    if not (counts.sum(axis=1) > 1.0 + 1e-9).any():
        return dict.fromkeys(metrics, ())
    # One fitted prior is too sure of itself where votes are few; fits to resampled items show its own error.
    n = counts.shape[0]
    with warnings.catch_warnings():
        # Few items resampled may look unanimous or alike by chance; that is part of the error that they show.
        warnings.simplefilter("ignore", ConvergenceWarning)
        prior = [fit_dirichlet_prior(counts[prior_rng.integers(n, size=n)]) for _ in range(_PRIORS)]
    floored: Mapping[str, Score] = {
        "kl": partial(kl_divergence, floor=_PANEL_FLOOR),
        "soft-ce": partial(soft_cross_entropy, floor=_PANEL_FLOOR),
    }
    panel_scores = {name: score for name, score in floored.items() if name in metrics}
    return reference_lines(counts, metrics, prior, rng, panel_scores=panel_scores)
