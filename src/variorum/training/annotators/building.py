"""The model of annotators that a learner asks for."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from variorum.errors import ArgumentError, UnknownNameError
from variorum.training.annotators import ANNOTATORS
from variorum.training.annotators.base import AnnotatorNetwork
from variorum.training.base import TrainingData
from variorum.training.delivery import delivery_of
from variorum.training.networks.base import Network

if TYPE_CHECKING:
    from variorum.training.network_learner import NetworkLearner

__all__ = ["build_annotators", "with_annotators"]

_WEIGHTS = 4  # the stream of the new weights, apart from those of the network below


def with_annotators(learner: NetworkLearner, network: Network, data: TrainingData, seed: int) -> Network:
    """Put the learner's model of annotators, if it has one, on a network.

    Args:
        learner: Which model, and its options.
        network: The network below, before training.
        data: Training items, with their votes by annotator.
        seed: Source of the weights; torch's global state stays as it is.

    Returns:
        The model of annotators; the network itself for learners without one.

    Raises:
        ArgumentError: If votes are not known by annotator, or there is none.
        UnknownNameError: If the model has no such option.
    """
    if learner.annotators is None:
        return network
    # What the delivery delivers is what counts as a vote: its weight is above 0.
    examples = delivery_of("annotators")(data, seed).epoch(0)
    if data.by_annotator is None or examples.annotator is None or not examples.annotator.size:
        raise ArgumentError(
            "data.by_annotator holds no vote of the items, and models of annotators learn from nothing else; "
            "give it the votes behind the counts, or train without a model of annotators."
        )
    n_votes = np.bincount(examples.annotator, minlength=data.by_annotator.n_annotators)
    with torch.random.fork_rng([]):
        torch.manual_seed(int(np.random.SeedSequence([seed, _WEIGHTS]).generate_state(1)[0]))
        return build_annotators(learner, network, n_votes)


def build_annotators(learner: NetworkLearner, network: Network, n_votes: NDArray[np.int64]) -> AnnotatorNetwork:
    """The learner's model of annotators, with random weights.

    Args:
        learner: Which model, and its options.
        network: The network below.
        n_votes: Votes of each annotator in training, shape (n_annotators,).

    Returns:
        The model.

    Raises:
        UnknownNameError: If the model has no such option.
    """
    assert learner.annotators is not None
    module, name = ANNOTATORS[learner.annotators].split(":")
    model: type[AnnotatorNetwork] = getattr(importlib.import_module(module), name)
    known = list(inspect.signature(model).parameters)[2:]
    for option in learner.annotator_options:
        if option not in known:
            raise UnknownNameError(
                f"the model of annotators {learner.annotators!r} has no option {option!r}; it takes: "
                f"{', '.join(known)}."
            )
    return model(network, n_votes, **learner.annotator_options)
