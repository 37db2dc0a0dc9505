"""One network trained under one delivery."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from variorum.studies.basins.settings import Arm, as_delivery
from variorum.training import NetworkLearner, TrainingData, mlp, resnet_18, small_cnn
from variorum.training.network_predictor import NetworkPredictor

__all__ = ["learner_for", "trained"]

_LEARNERS: Final = {"mlp": mlp, "small-cnn": small_cnn, "resnet-18": resnet_18}
_WEIGHTS = 4


def learner_for(arm: Arm, delivery: str, data: TrainingData) -> NetworkLearner:
    """The learner of an arm under a delivery.

    All take about the same number of steps, and look at the validation images as often: repeated labelling, which goes
    through m times as many examples in an epoch, has a m-th of the epochs (at least one).

    Args:
        arm: Network, epochs, dropout and rate; the rest is the learner's usual setting, the same for every delivery.
        delivery: A name of `deliveries_at`.
        data: Training images.

    Returns:
        The learner, which keeps the weights with the best cross-entropy to the validation images' votes.

    Example:
        >>> data = TrainingData(np.zeros((256, 1)), np.full((256, 2), 3.0))
        >>> learner_for(Arm("mlp", ("6",), epochs=60), "repeated-labelling", data).training.epochs
        10
    """
    settings: dict[str, Any] = {"precision": arm.precision, "dropout": arm.dropout}
    if arm.learning_rate is not None:
        settings["learning_rate"] = arm.learning_rate
    learner = _LEARNERS[arm.network](epochs=arm.epochs, **settings)
    name, options = as_delivery(delivery)
    passes = data.counts.sum() / len(data.counts)
    epochs, every = arm.epochs, None
    if name == "repeated-labelling" and passes > 1:
        epochs = max(1, round(arm.epochs / passes))
        every = math.ceil(len(data.counts) / learner.training.batch_size)
    return _LEARNERS[arm.network](
        delivery=name, delivery_options=options, epochs=epochs, evaluate_every=every, **settings
    )


def trained(arm: Arm, delivery: str, data: TrainingData, split: int, initialisation: int) -> NetworkPredictor:
    """Train.

    The seed is that of split and initialisation alone: networks of all deliveries start from the same weights and go
    through the images in the same order, and those of other numbers of votes too, but for the head's bias, which starts
    at the mean label distribution of the votes.

    Args:
        arm: Which network.
        delivery: A name of `deliveries_at`.
        data: Training and validation images with their votes.
        split: Number of the split.
        initialisation: Number of the initialisation.

    Returns:
        The network at its chosen checkpoint.
    """
    return learner_for(arm, delivery, data).fit(data, np.random.default_rng([_WEIGHTS, split, initialisation]))
