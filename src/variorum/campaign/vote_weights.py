"""Votes weighted by not being errors, while the campaign runs: from bought votes and features alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotators, Items, group_codes
from variorum.campaign.config import CampaignConfig
from variorum.campaign.layout import stream
from variorum.campaign.market import Market
from variorum.decomposition import sparse_errors
from variorum.errors import ArgumentError
from variorum.training import AnnotatorVotes, SoftmaxRegression, TrainingData, cross_fitted

__all__ = ["VOTE_WEIGHTS", "VoteWeights", "Weigher", "vote_weights"]

VoteWeights = Literal["raw", "decomposition"]

VOTE_WEIGHTS: Final = get_args(VoteWeights)
"""What a vote weighs in training.

``raw``: one; ``decomposition``: 1 less the probability that it is an error (`vote_weights`).
"""

Array = NDArray[np.float64]


def vote_weights(
    features: Array,
    item: NDArray[np.int64],
    annotator: NDArray[np.int32],
    label: NDArray[np.int64],
    groups: NDArray[np.int64],
    *,
    n_annotators: int,
    n_classes: int,
    rng: np.random.Generator,
) -> Array:
    """Weigh votes by not being errors, as far as votes on other items tell.

    A softmax regression predicts each item from votes on items of other groups, in five folds whose precision and
    scaling are those of one fit to all; `decomposition.sparse_errors` sets the predictions against the votes. All is
    done anew at every call: it costs about as much as a fit of the learner with its posterior, less than a tenth of a
    second for 1,500 votes.

    Args:
        features: Of the items, shape (n_items, n_features).
        item: Item of each vote, a row of `features`, shape (n_votes,).
        annotator: Annotator of each vote, -1 for the unknown one; shape (n_votes,).
        label: Class of each vote, shape (n_votes,).
        groups: Group of each item, kept whole, shape (n_items,).
        n_annotators: How many annotators there are.
        n_classes: How many classes there are.
        rng: Draws the folds.

    Returns:
        Weight of each vote, shape (n_votes,), in [0, 1]: 1 for votes of the unknown annotator, and for all while they
        are on one group alone.

    Example:
        Of four people one clicks at random; the others say on which side of zero an item lies.

        >>> rng = np.random.default_rng(0)
        >>> x, who = rng.normal(size=(200, 2)), np.arange(200) % 4
        >>> label = np.where(who == 0, rng.integers(0, 2, 200), x[:, 0] > 0)
        >>> every = np.arange(200)
        >>> weights = vote_weights(x, every, who, label, every, n_annotators=4, n_classes=2, rng=rng)
        >>> [round(float(weights[who == a].mean()), 1) for a in range(4)]
        [0.0, 1.0, 1.0, 1.0]
    """
    voted, row = np.unique(item, return_inverse=True)
    if np.unique(groups[voted]).size < 2:
        return np.ones(item.size)
    counts = np.zeros((voted.size, n_classes))
    np.add.at(counts, (row, label), 1.0)
    whole = SoftmaxRegression(n_members=1).fit(TrainingData(features[voted], counts), rng).mode
    # The search for the precision is what takes time, and four fifths of the votes would find much the same.
    scaled = bool(((whole.inverse_scale != 0.0) & (whole.inverse_scale != 1.0)).any())
    learner = SoftmaxRegression(n_members=1, precision=whole.precision, standardize=scaled)
    predicted = cross_fitted(features[voted], counts, groups[voted], rng, learner=learner)
    error = sparse_errors(predicted, row, annotator, label, n_annotators).error
    return np.where(np.isnan(error), 1.0, 1.0 - error)


class Weigher:
    """Weighs the training votes that an arm has bought.

    Args:
        config: The settings; with ``vote_weights = "raw"`` all votes weigh 1.
        market: What was bought.
        items: All items.
        pool: Positions of the pool items.
        vectors: Features of all items, shape (n_items, n_features); ``None`` only where votes weigh 1.
        annotators: All annotators.
        seed: The arm's seed.

    Raises:
        ArgumentError: If votes are to be weighed and nobody is known who gave one.
    """

    def __init__(
        self,
        config: CampaignConfig,
        market: Market,
        items: Items,
        pool: NDArray[np.int64],
        vectors: Array | None,
        annotators: Annotators,
        seed: int,
    ) -> None:
        self._market, self._pool, self._seed = market, pool, seed
        self._n_annotators = len(annotators)
        self._features = None if config.vote_weights == "raw" or vectors is None else vectors[pool]
        self._groups = group_codes(items)[pool]
        if self._features is not None and not self._n_annotators:
            raise ArgumentError(
                f"vote_weights = {config.vote_weights!r} weighs votes by who gave them, and {config.corpus} names no "
                "annotator. Use --vote-weights raw."
            )

    def weights(self) -> Array:
        """Weight of each vote on pool items, in the order of `Market.votes_on`, shape (n_votes,), in [0, 1]."""
        item, annotator, label = self._market.votes_on(self._pool)
        if self._features is None:
            return np.ones(item.size)
        return vote_weights(
            self._features,
            item,
            annotator,
            label,
            self._groups,
            n_annotators=self._n_annotators,
            n_classes=self._market.counts.shape[1],
            # Of the seed alone, so that a run that goes on weighs the same, whatever it had weighed before.
            rng=stream(self._seed, "vote weights"),
        )

    def weigh(self, by_annotator: AnnotatorVotes | None) -> tuple[Array, AnnotatorVotes | None]:
        """The votes on pool items by their weights.

        Args:
            by_annotator: The same votes one by one, for a learner of annotators.

        Returns:
            Counts, shape (n_pool, n_classes), in which a distribution elicited without a label weighs 1; and the votes
            one by one.
        """
        counts = self._market.counts[self._pool]
        if self._features is None:
            return counts, by_annotator
        weights = self.weights()
        item, _, label = self._market.votes_on(self._pool)
        said, votes = np.eye(counts.shape[1])[label], self._market.bought_for_training()
        if votes.distribution is not None:
            # Whoever gave a label and a distribution is counted by the distribution.
            shares = votes.distribution[(votes.label >= 0) & np.isin(votes.item, self._pool)]
            said = np.where(np.isnan(shares[:, :1]), said, shares)
        np.subtract.at(counts, item, (1.0 - weights)[:, None] * said)
        weighed = None if by_annotator is None else replace(by_annotator, weight=weights)
        return np.maximum(counts, 0.0), weighed
