"""Learn label distributions from votes.

- base: `TrainingData`, `Prediction` and the seats `Learner` and `Predictor`
- inputs, votes: what a learner reads of an item, and who gave it which label
- softmax: `SoftmaxRegression`, maximum a posteriori on vote counts with a Laplace posterior
"""

from collections.abc import Callable
from typing import Final

from variorum.training.base import Learner, Prediction, Predictor, TrainingData
from variorum.training.inputs import Inputs, Texts
from variorum.training.softmax import (
    SoftmaxMap,
    SoftmaxPredictor,
    SoftmaxRegression,
    fit_map,
    log_marginal_likelihood,
)
from variorum.training.votes import AnnotatorVotes, annotator_votes

__all__ = [
    "METHODS",
    "AnnotatorVotes",
    "Inputs",
    "Learner",
    "Prediction",
    "Predictor",
    "SoftmaxMap",
    "SoftmaxPredictor",
    "SoftmaxRegression",
    "Texts",
    "TrainingData",
    "annotator_votes",
    "fit_map",
    "log_marginal_likelihood",
]

METHODS: Final[dict[str, Callable[..., Learner]]] = {"softmax-regression": SoftmaxRegression}
