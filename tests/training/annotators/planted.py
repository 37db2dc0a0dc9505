"""Planted annotators, and networks for tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.annotators.building import with_annotators
from variorum.training.network_learner import NetworkLearner, linear
from variorum.training.networks.building import build_network


def learner(annotators: str, **changes: Any) -> NetworkLearner:
    """A linear learner of votes by annotator."""
    return linear(annotators=annotators, delivery="annotators", **{"device": "cpu", "epochs": 3, **changes})


def untrained(annotators: str, data: TrainingData, seed: int = 0, **options: Any) -> Any:
    """A model of annotators before training, on a linear network, in evaluation mode."""
    asked = learner(annotators, annotator_options=options)
    return with_annotators(asked, build_network(asked, data, seed), data, seed).eval()


def votes_of(
    distributions: np.ndarray, inputs: np.ndarray, rng: np.random.Generator, n_annotators: int
) -> TrainingData:
    """One vote of each annotator with a distribution, on each item.

    Args:
        distributions: Of each annotator for each item, shape (n_voters, n_items, n_classes).
        inputs: Features, shape (n_items, n_features).
        rng: Source of the votes.
        n_annotators: At least as many as there are voters; the rest give no vote.
    """
    n_voters, n_items, n_classes = distributions.shape
    label = (rng.random((n_voters, n_items, 1)) > distributions.cumsum(axis=2)[:, :, :-1]).sum(axis=2).ravel()
    annotator, item = np.divmod(np.arange(n_voters * n_items), n_items)
    counts = np.zeros((n_items, n_classes))
    np.add.at(counts, (item, label), 1)
    return TrainingData(inputs, counts, by_annotator=AnnotatorVotes(item, annotator, label, n_annotators))


def some(n_classes: int = 3, seed: int = 0, n_voters: int = 4, n_annotators: int = 6) -> TrainingData:
    """Random votes on 40 items with 5 features; the last annotators give none."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((40, 5))
    return votes_of(rng.dirichlet(np.ones(n_classes), (n_voters, 40)), inputs, rng, n_annotators)


def several_labels() -> TrainingData:
    """Votes of three annotators of whom the last says no to everything, on 60 items with two labels."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((60, 4))
    annotator, item = np.divmod(np.arange(180), 60)
    label = (rng.random((180, 2)) < 1 / (1 + np.exp(-3 * inputs[item, :2]))).astype(int)
    label[annotator == 2] = 0
    counts = np.zeros((60, 2, 2))
    for k in range(2):
        np.add.at(counts[:, k], (item, label[:, k]), 1)
    return TrainingData(inputs, counts, by_annotator=AnnotatorVotes(item, annotator, label, 3))
