"""One loss on one split: its learning rate and its checkpoint are chosen on validation items."""

from __future__ import annotations

from typing import Any

import numpy as np

from variorum.studies.base import Key
from variorum.studies.corpus_parts import open_part
from variorum.studies.losses.scores import head_scores
from variorum.studies.losses.settings import REPEATED, LossesSettings
from variorum.studies.text_heads import line_means, split_texts, stream

__all__ = ["lines_run", "loss_run"]


def loss_run(key: Key, settings: LossesSettings) -> dict[str, Any]:
    """Train a head by one method at each learning rate, and score the one that validation items prefer.

    Args:
        key: Corpus, method and seed.
        settings: Of the study.

    Returns:
        Scores, the learning rate chosen, the validation JS of each, and under "by_cross_entropy" the means of the
        scores where cross-entropy chose the checkpoint.
    """
    seed = int(key["seed"])
    split = split_texts(key["corpus"], settings.features, seed)
    train, test = split.train, split.test
    counts = split.counts.astype(np.float64)
    data = split.data(split.counts)
    n_examples = int(counts[train].sum()) if key["method"] == REPEATED else train.size
    positions = open_part(key["corpus"]).scheme.positions if split.ordinal else None
    tried, found = [], []
    for rate in settings.learning_rates:
        learner = settings.head(key["method"], n_examples, rate, "js")
        predictor = learner.fit(data, stream("start", seed))
        tried.append(predictor.curves[0].kept.scores["js"])
        found.append(predictor)
    best = int(np.argmin(tried))
    scores = head_scores(counts[test], found[best].predict(split.features[test]).mean, positions)
    other = settings.head(key["method"], n_examples, settings.learning_rates[best], "cross-entropy")
    again = other.fit(data, stream("start", seed)).predict(split.features[test]).mean
    by_cross_entropy = head_scores(counts[test], again, positions)
    del by_cross_entropy["items"]
    return {
        **scores,
        "learning_rate": settings.learning_rates[best],
        "validation_js": tried,
        "by_cross_entropy": by_cross_entropy,
    }


def lines_run(key: Key, settings: LossesSettings) -> dict[str, Any]:
    """Reference lines of a split's test items.

    Args:
        key: Corpus and seed.
        settings: Of the study.

    Returns:
        Means by score and line, and whether the corpus is ordinal.
    """
    split = split_texts(key["corpus"], settings.features, int(key["seed"]))
    lines = line_means(open_part(key["corpus"]), split.test, int(key["seed"]))
    return {"lines": lines, "ordinal": split.ordinal}
