"""JS divergence between a prediction and a distribution of which only few votes are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr, gammaln

__all__ = ["HiddenJs", "hidden_js"]

_PRECISIONS: Final = np.geomspace(0.5, 500.0, 19)
_DRAWS: Final = 16
_LEAST: Final = 1e-6


@dataclass(frozen=True, eq=False)
class HiddenJs:
    """What held-out votes say of a prediction, for every precision of people around it.

    Attributes:
        precision: Candidates: people's distribution on an item is Dirichlet with mean the prediction and this
            precision, shape (n_precisions,).
        likelihood: Log-likelihood of the votes on each item, nats, shape (n_items, n_precisions).
        js: Expected JS divergence of each item, nats, given its votes, shape (n_items, n_precisions).
    """

    precision: NDArray[np.float64]
    likelihood: NDArray[np.float64]
    js: NDArray[np.float64]

    def mean(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean JS divergence, for several weightings of the items.

        Args:
            weights: How often each item counts, shape (n_weightings, n_items).

        Returns:
            Nats, shape (n_weightings,): averaged over precisions by their likelihood, all of them equally likely before
            the votes, since few votes leave it open.
        """
        each = weights @ self.js / weights.sum(axis=1, keepdims=True)
        return np.asarray((self._believed(weights) * each).sum(axis=1), np.float64)

    def drawn(self, weights: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean JS divergence at one precision a weighting, drawn from what its votes leave open.

        Args:
            weights: How often each item counts, shape (n_weightings, n_items).
            chance: Where in the distribution of the precision to look, in [0, 1), shape (n_weightings,). The same
                chances for several predictions of the same items give curves that err together, as they would.

        Returns:
            Nats, shape (n_weightings,).
        """
        below = np.cumsum(self._believed(weights), axis=1)
        place = np.minimum((below <= chance[:, None]).sum(axis=1), self.precision.size - 1)
        each = weights @ self.js / weights.sum(axis=1, keepdims=True)
        return np.asarray(np.take_along_axis(each, place[:, None], axis=1)[:, 0], np.float64)

    def _believed(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each precision, shape (n_weightings, n_precisions)."""
        evidence = weights @ self.likelihood
        believed = np.exp(evidence - evidence.max(axis=1, keepdims=True))
        return np.asarray(believed / believed.sum(axis=1, keepdims=True), np.float64)


def hidden_js(counts: NDArray[np.float64], predicted: NDArray[np.float64], rng: np.random.Generator) -> HiddenJs:
    """Take the JS divergence from prediction to people where people gave few votes.

    The divergence to the shares of one or two votes says next to nothing: it would be large for a perfect prediction.
    Here people's distribution is drawn from its posterior: Dirichlet around the prediction, plus the votes. How far
    people lie from the prediction, the precision, is told by the votes too, but only where an item has two or more:
    items predicted well agree with themselves no more often than predicted.

    Args:
        counts: Votes on held-out items, shape (n_items, n_classes).
        predicted: Prediction that did not see these items, same shape.
        rng: Source of the draws.

    Returns:
        Likelihood and divergence for each precision.

    Source:
        Empirical Bayes: the Dirichlet-multinomial likelihood of the votes, and posterior draws as in
        `evaluation.oracle_floor`.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> p = rng.dirichlet([2.0, 1.0, 1.0], 400)
        >>> votes = np.array([rng.multinomial(3, row) for row in p]).astype(float)
        >>> from variorum.evaluation import js_divergence
        >>> guess = np.tile([0.5, 0.25, 0.25], (400, 1))
        >>> found = hidden_js(votes, guess, rng).mean(np.ones((1, 400)))[0]
        >>> bool(abs(found - js_divergence(p, guess).mean()) < 0.03)
        True
    """
    q = np.maximum(predicted, _LEAST)
    q /= q.sum(axis=1, keepdims=True)
    total = counts.sum(axis=1)
    likelihood, js = np.zeros((2, counts.shape[0], _PRECISIONS.size))
    for column, precision in enumerate(_PRECISIONS):
        prior = precision * q
        likelihood[:, column] = (
            gammaln(precision) - gammaln(precision + total) + (gammaln(prior + counts) - gammaln(prior)).sum(axis=1)
        )
        drawn = np.maximum(rng.standard_gamma(prior + counts, (_DRAWS, *counts.shape)), 1e-300)
        drawn /= drawn.sum(axis=2, keepdims=True)
        middle = entr((drawn + q) / 2).sum(axis=2) - entr(drawn).sum(axis=2) / 2 - entr(q).sum(axis=1) / 2
        js[:, column] = middle.mean(axis=0)
    return HiddenJs(_PRECISIONS, likelihood, js)
