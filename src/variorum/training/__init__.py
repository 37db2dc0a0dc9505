"""Learn label distributions from votes.

- base: `TrainingData`, `Prediction` and the seats `Learner` and `Predictor`
- softmax_regression: `SoftmaxRegression`, maximum a posteriori on vote counts with a Laplace posterior
- softmax_problem, precision_search, laplace: its coordinates and mode, its prior precision, its posteriors
"""

from variorum.training.base import Learner, Prediction, Predictor, TrainingData
from variorum.training.softmax.regression import (
    SoftmaxMap,
    SoftmaxPredictor,
    SoftmaxRegression,
    fit_map,
    log_marginal_likelihood,
)

__all__ = [
    "METHODS",
    "Learner",
    "Prediction",
    "Predictor",
    "SoftmaxMap",
    "SoftmaxPredictor",
    "SoftmaxRegression",
    "TrainingData",
    "fit_map",
    "log_marginal_likelihood",
]

METHODS = {"softmax-regression": SoftmaxRegression}
