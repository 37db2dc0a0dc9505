"""Data small enough to train on in a moment."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from variorum.training import TrainingData
from variorum.training.network_predictor import NetworkPredictor


def data_of(n: int = 60, *, seed: int = 0, validation: bool = True) -> TrainingData:
    """Features of four numbers and six votes on three classes, with as many held-out items."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((2 * n, 4))
    shares = softmax(1.5 * inputs @ rng.standard_normal((4, 3)), axis=1)
    counts = rng.multinomial(6, shares).astype(float)
    held_out = TrainingData(inputs[n:], counts[n:]) if validation else None
    return TrainingData(inputs[:n], counts[:n], validation=held_out)


def pictures_of(n: int = 20) -> TrainingData:
    """Noise of 8 by 8."""
    rng = np.random.default_rng(0)
    return TrainingData(
        rng.integers(0, 256, (n, 3, 8, 8)).astype(np.uint8), rng.multinomial(4, [0.3, 0.7], n).astype(float)
    )


def state(predictor: NetworkPredictor) -> dict[str, np.ndarray]:
    """The weights of the first network."""
    return {name: value.double().numpy() for name, value in predictor.networks[0].state_dict().items()}
