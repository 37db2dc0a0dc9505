"""Softmax regression on vote counts, with a Laplace posterior; plain NumPy.

- regression: `SoftmaxRegression`, the learner
- problem: its coordinates and its mode
- precision_search: its prior precision, by marginal likelihood
- laplace, draws: its posteriors, and weights drawn from them
"""

from variorum.training.softmax.regression import (
    SoftmaxMap,
    SoftmaxPredictor,
    SoftmaxRegression,
    fit_map,
    log_marginal_likelihood,
)

__all__ = ["SoftmaxMap", "SoftmaxPredictor", "SoftmaxRegression", "fit_map", "log_marginal_likelihood"]
