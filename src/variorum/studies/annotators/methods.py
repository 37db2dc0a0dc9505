"""The methods: one model for all, and models of single annotators on the same body."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from variorum.training import TrainingData, linear, mlp
from variorum.training.network_learner import NetworkLearner

__all__ = ["BODIES", "LINES", "METHODS", "REFERENCE", "TRUTHS", "learner_of"]

REFERENCE: Final = "one model"

LINES: Final = "reference lines"
"""Stands for a method where a run draws the lines and trains nothing."""

METHODS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        REFERENCE: {"delivery": "repeated-labelling"},
        "soft labels": {"delivery": "soft"},
        "heads": {"annotators": "heads"},
        "free heads": {"annotators": "heads", "annotator_options": {"shared": False}},
        "embeddings": {"annotators": "embeddings"},
        "crowd layer": {"annotators": "crowd-layer"},
        "MaDL": {"annotators": "madl"},
    }
)
"""Methods with what sets their learners apart."""

TRUTHS: Final = ("crowd layer", "MaDL")
"""Those that posit a ground truth beneath the annotators."""

BODIES: Final = {"linear": linear, "mlp": mlp}
_STEPS = 64


def learner_of(
    method: str, data: TrainingData, *, body: str, dropout: float, epochs: int, learning_rate: float
) -> NetworkLearner:
    """The learner of a method.

    All methods, and all corpora, take the same number of steps an epoch, so that none is trained longer than another:
    what a batch holds follows from the number of examples, which are items for soft labels and votes for the others.

    Args:
        method: One of `METHODS`.
        data: What it will learn from.
        body: One of `BODIES`.
        dropout: Share of its activations dropped in training.
        epochs: At most so many passes; the best by validation is kept.
        learning_rate: Of the first step.

    Returns:
        The learner.
    """
    changes = dict(METHODS[method])
    n_examples = len(data.counts) if changes.get("delivery") == "soft" else int(data.counts.sum())
    return BODIES[body](
        **{"delivery": "annotators", **changes},
        dropout=dropout,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=math.ceil(n_examples / _STEPS),
        monitor="js",
        patience=6,
        device="cpu",
    )
