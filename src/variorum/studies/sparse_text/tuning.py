"""A whole encoder fine-tuned on few votes, for illustration: a few seeds carry no test."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from variorum.campaign.inputs import learner_inputs
from variorum.features import featurizer
from variorum.labels import normalize
from variorum.studies.base import Key
from variorum.studies.corpus_parts import open_part
from variorum.studies.sparse_text.heads import test_scores
from variorum.studies.sparse_text.settings import SparseTextSettings
from variorum.studies.text_heads import draw_votes, split_texts, steps_of, stream
from variorum.training import TrainingData, encoder, take_inputs

__all__ = ["BATCH_SIZE", "TUNED", "tuned_run"]

TUNED: Final = ("soft", "multipass", "repeated-labelling")
"""Deliveries that are shown."""

BATCH_SIZE: Final = 32


def tuned_run(key: Key, settings: SparseTextSettings) -> dict[str, Any]:
    """One encoder on the split and the votes that the heads of the same seed had.

    Args:
        key: Corpus, votes an item, delivery and seed.
        settings: Of the study.

    Returns:
        Scores.
    """
    seed, votes = int(key["seed"]), int(key["votes"])
    split = split_texts(key["corpus"], settings.features, seed)
    texts = learner_inputs(open_part(key["corpus"]).items, "texts", featurizer("tfidf"), split.train)
    drawn = draw_votes(split.counts, votes, stream("votes", seed, votes))
    n_examples = int(drawn[split.train].sum()) if key["delivery"] == "repeated-labelling" else split.train.size
    steps = settings.tuned_epochs * math.ceil(split.train.size / BATCH_SIZE)
    loop: dict[str, Any] = dict(steps_of(n_examples, steps, settings.tuned_epochs, BATCH_SIZE))
    learner = encoder(delivery=key["delivery"], device="cpu", **loop)
    rows, watched = split.train, split.validation
    data = TrainingData(
        take_inputs(texts, rows),
        drawn[rows].astype(np.float64),
        validation=TrainingData(take_inputs(texts, watched), drawn[watched].astype(np.float64)),
    )
    predictor = learner.fit(data, stream("start", seed))
    human = normalize(split.counts[split.test])
    return test_scores(human, predictor.predict(take_inputs(texts, split.test)).mean)
