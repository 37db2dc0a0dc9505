"""An LLM's votes as a prior for people's: what it would say is an input, and people's votes decide what that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.errors import ArgumentError, ShapeError
from variorum.training import SoftmaxPredictor, SoftmaxRegression, TrainingData

__all__ = ["LlmPrior", "evidence_for", "llm_prior"]

Array = NDArray[np.float64]

# The prior lets what the LLM would say move people's log odds this many times as far as a feature of the item: without
# it, a few hundred votes of an LLM that is right would be distrusted as much as any single feature.
_TRUST = 10.0


@dataclass(frozen=True, eq=False)
class LlmPrior:
    """What LLMs would say about any item, learned from the items that they were asked about.

    Attributes:
        predictors: One an LLM, fitted to its own votes.
        mean: Of the features, shape (n_features,).
        scale: One over the root of their mean variance.
    """

    predictors: tuple[SoftmaxPredictor, ...]
    mean: Array
    scale: float

    def inputs(self, features: Array) -> Array:
        """What a learner of people's votes reads: the features, and what each LLM would say, as log shares.

        Args:
            features: Shape (n_items, n_features).

        Returns:
            Shape (n_items, n_features + n_llms * n_classes).
        """
        columns = [(features - self.mean) * self.scale]
        for predictor in self.predictors:
            said = np.log(predictor.predict(features).mean)
            columns.append(_TRUST * (said - said.mean(axis=1, keepdims=True)))
        return np.concatenate(columns, axis=1)


def llm_prior(features: Array, votes: Sequence[Array], rng: np.random.Generator) -> LlmPrior:
    """Learn what LLMs would say about any item from their votes, as if they were the population.

    A learner that is then given `LlmPrior.inputs` and the votes of people learns how the two go together: an LLM that
    says what people say teaches nearly as much as people would; one that errs by region is corrected as far as people's
    votes show it; one that says the opposite is turned round; what one says at random finds no use. People's votes
    alone are the target, and the marginal likelihood sets how much is believed.

    Args:
        features: Shape (n_items, n_features).
        votes: Votes of each LLM, or its label distributions, each of shape (n_items, n_classes); rows of zeros are
            items that it was not asked about.
        rng: Source of randomness of the fits.

    Returns:
        The prior, of those LLMs that gave a vote.

    Raises:
        ShapeError: If the shapes do not fit.
        ArgumentError: If no LLM gave a vote.

    Source:
        Ours, in the spirit of prediction-powered inference (Angelopoulos et al. 2023): a control variate, with its
        coefficients learned.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x = rng.normal(size=(600, 2))
        >>> said = (rng.random((600, 1)) < 1 / (1 + np.exp(-2 * x[:, :1]))) * [1.0, -1.0] + [0.0, 1.0]
        >>> prior = llm_prior(x, [said], rng)
        >>> prior.inputs(x).shape
        (600, 4)
        >>> evidence_for(prior, x[:60], said[:60], rng) > 0
        True
    """
    for number, each in enumerate(votes):
        if each.ndim != 2 or each.shape[0] != features.shape[0]:
            raise ShapeError(f"votes[{number}] has shape {each.shape} for {features.shape[0]} items.")
    given = [each for each in votes if each.sum() > 0]
    if not given:
        raise ArgumentError("no LLM gave a vote; ask one before its votes are taken as a prior.")
    fits = [SoftmaxRegression(n_members=1).fit(TrainingData(features, each), rng) for each in given]
    mean = features.mean(axis=0)
    variance = float(np.square(features - mean).mean())
    return LlmPrior(tuple(fits), mean, 1.0 / np.sqrt(variance) if variance > 0 else 1.0)


def evidence_for(prior: LlmPrior, features: Array, human: Array, rng: np.random.Generator) -> float:
    """How much likelier people's votes are with the prior than without it.

    Args:
        prior: The prior.
        features: Of the items, shape (n_items, n_features).
        human: Votes of people, shape (n_items, n_classes); at least one.
        rng: Source of randomness of the fits.

    Returns:
        Difference of the log marginal likelihoods of softmax regression, nats; above 0 the LLM tells something about
        people that is not in the features and votes at hand, below 0 it is better left aside.
    """
    with_it = SoftmaxRegression(n_members=1, standardize=False).fit(TrainingData(prior.inputs(features), human), rng)
    without = SoftmaxRegression(n_members=1).fit(TrainingData(features, human), rng)
    return with_it.log_evidence - without.log_evidence
