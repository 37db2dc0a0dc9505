"""The learners, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from variorum.training.base import Learner
from variorum.training.network_learner import encoder, linear, mlp, resnet_18, small_cnn
from variorum.training.softmax import SoftmaxRegression

__all__ = ["METHODS"]

METHODS: Final[dict[str, Callable[..., Learner]]] = {
    "softmax-regression": SoftmaxRegression,
    "linear": linear,
    "mlp": mlp,
    "small-cnn": small_cnn,
    "resnet-18": resnet_18,
    "encoder": encoder,
}
