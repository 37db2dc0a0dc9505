"""Learn label distributions from votes.

- base: `TrainingData`, `Prediction` and the seats `Learner` and `Predictor`
- inputs, votes: what a learner reads of an item, and who gave it which label
- methods: `METHODS`, the learners by name
- softmax: `SoftmaxRegression`, maximum a posteriori on vote counts with a Laplace posterior
- network_learner: `NetworkLearner`, any network, delivery and loss; `linear`, `mlp`, `small_cnn`, `resnet_18`,
  `encoder` are ones with their usual settings
- delivery: how votes reach the loss, `DELIVERIES`
- losses: what a step minimises, `LOSSES`
- pairing: which of them go together
- networks, annotators: networks for features, pictures and texts, and models of single annotators on top of them
- loop: the training loop, its settings `Training`, its curve and its checkpoints
- posterior: several plausible models from one network
- network_predictor, saved, saved_networks: what training leaves, in memory and on disk
- geometry, ood: how flat a solution is, and how it tells what it was not trained for
- cross_fitting: `cross_fitted`, predictions for items whose votes the learner has not seen
- classifier: `DistributionClassifier`, a learner as scikit-learn takes it
"""

from variorum.training.annotators import ANNOTATORS
from variorum.training.base import Learner, Prediction, Predictor, TrainingData
from variorum.training.classifier import DistributionClassifier
from variorum.training.cross_fitting import cross_fitted
from variorum.training.delivery import DELIVERIES
from variorum.training.inputs import Inputs, Texts, kind_of, take_inputs
from variorum.training.loop.settings import Training
from variorum.training.losses import LOSSES
from variorum.training.methods import METHODS
from variorum.training.network_learner import NETWORKS, NetworkLearner, encoder, linear, mlp, resnet_18, small_cnn
from variorum.training.posterior import POSTERIORS
from variorum.training.saved import load_predictor, save_predictor
from variorum.training.softmax import (
    SoftmaxMap,
    SoftmaxPredictor,
    SoftmaxRegression,
    fit_map,
    log_marginal_likelihood,
)
from variorum.training.votes import AnnotatorVotes, annotator_votes

__all__ = [
    "ANNOTATORS",
    "DELIVERIES",
    "LOSSES",
    "METHODS",
    "NETWORKS",
    "POSTERIORS",
    "AnnotatorVotes",
    "DistributionClassifier",
    "Inputs",
    "Learner",
    "NetworkLearner",
    "Prediction",
    "Predictor",
    "SoftmaxMap",
    "SoftmaxPredictor",
    "SoftmaxRegression",
    "Texts",
    "Training",
    "TrainingData",
    "annotator_votes",
    "cross_fitted",
    "encoder",
    "fit_map",
    "kind_of",
    "linear",
    "load_predictor",
    "log_marginal_likelihood",
    "mlp",
    "resnet_18",
    "save_predictor",
    "small_cnn",
    "take_inputs",
]
