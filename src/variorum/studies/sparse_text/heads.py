"""Heads on frozen features: every delivery on the same few votes, and equal money spent on more items or more votes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import (
    accuracy,
    brier,
    entropy_correlation,
    js_divergence,
    soft_cross_entropy,
    total_variation,
)
from variorum.labels import normalize
from variorum.studies.base import Key
from variorum.studies.sparse_text.settings import DELIVERED, SparseTextSettings
from variorum.studies.sparse_text.where import distance_gains, terciles
from variorum.studies.text_heads import draw_votes, split_texts, stream

__all__ = ["money_run", "test_scores", "votes_run"]

Array = NDArray[np.float64]


def test_scores(human: Array, predicted: Array) -> dict[str, Any]:
    """Scores of the test items.

    Args:
        human: Label distributions of all their votes, shape (n_test, n_classes).
        predicted: Predicted ones, same shape.

    Returns:
        Soft NLL item by item, and the means of the other scores.
    """
    each = {"js": js_divergence, "tvd": total_variation, "brier": brier, "accuracy": accuracy}
    means = {name: float(score(human, predicted).mean()) for name, score in each.items()}
    # Six decimals are far below any difference that is looked at, and keep the record small.
    return {
        "nll": soft_cross_entropy(human, predicted).round(6),
        **means,
        "entropy_correlation": entropy_correlation(human, predicted, kind="spearman"),
    }


def votes_run(key: Key, settings: SparseTextSettings) -> dict[str, Any]:
    """Every delivery on the same split, votes and initial weights.

    Args:
        key: Corpus, votes an item (or "all") and seed.
        settings: Of the study.

    Returns:
        For each delivery its scores, how far its predictions are from those of soft labels, and where it gained.
    """
    seed, votes = int(key["seed"]), None if key["votes"] == "all" else int(key["votes"])
    split = split_texts(key["corpus"], settings.features, seed)
    drawn = draw_votes(split.counts, votes, stream("votes", seed, votes or 0))
    train, data = split.train, split.data(drawn)
    human = normalize(split.counts[split.test])
    at_test, at_train, scores = {}, {}, {}
    for delivery in DELIVERED:
        n_examples = int(drawn[train].sum()) if delivery == "repeated-labelling" else train.size
        predictor = settings.head(delivery, n_examples).fit(data, stream("start", seed))
        at_test[delivery] = predictor.predict(split.features[split.test]).mean
        at_train[delivery] = predictor.predict(split.features[train]).mean
        apart = float(np.abs(at_test[delivery] - at_test["soft"]).max())
        scores[delivery] = test_scores(human, at_test[delivery]) | {"apart": apart}
    return {
        "scores": scores,
        "tercile": terciles(split.counts, split.test),
        "where": distance_gains(drawn[train], split.counts[train] - drawn[train], at_train),
    }


def money_run(key: Key, settings: SparseTextSettings) -> dict[str, Any]:
    """Soft labels from a fixed number of votes: on many items with one each, or on fewer with more each.

    Args:
        key: Corpus, votes an item and seed.
        settings: Of the study.

    Returns:
        Scores, and how many votes and items were bought, an eighth of the items for validation.
    """
    seed, votes = int(key["seed"]), int(key["votes"])
    split = split_texts(key["corpus"], settings.features, seed)
    n_items = min(settings.budget, split.train.size + split.validation.size) // votes
    n_watched = min(split.validation.size, max(1, round(n_items / 8)))
    # Items with more votes are the first of those with fewer, so that seeds are pairs.
    rng = stream("items", seed)
    train = rng.permutation(split.train)[: max(1, n_items - n_watched)]
    watched = rng.permutation(split.validation)[:n_watched]
    drawn = draw_votes(split.counts, votes, stream("votes", seed, votes))
    data = split.data(drawn, train, watched)
    predictor = settings.head("soft", train.size).fit(data, stream("start", seed))
    human = normalize(split.counts[split.test])
    spent = int(drawn[train].sum() + drawn[watched].sum())
    scores = test_scores(human, predictor.predict(split.features[split.test]).mean)
    return {**scores, "spent": spent, "items": train.size + watched.size}
