"""From votes to labels: hard, soft and distributional.

- counts: `vote_counts`, `normalize`, `population_weights`
- hard: `hard_labels`, `majority_set`, with explicit ties
- soft: `soft_labels`, `empirical_bayes_labels`
- dirichlet: `DirichletLabels`, `dirichlet_labels`, `fit_dirichlet_prior`, `fit_polya`
- base: `Aggregator`, `LabelEstimate`, the seat and what it returns
- majority, shares, dawid_skene: one aggregation method a file; `METHODS` names them all
- vote_matrix: the votes as a sparse matrix in shards, which the iterative methods run on
"""

from variorum.labels.base import Aggregator, LabelEstimate
from variorum.labels.counts import normalize, population_weights, vote_counts
from variorum.labels.dawid_skene import dawid_skene
from variorum.labels.dirichlet import (
    DirichletLabels,
    PolyaFit,
    dirichlet_labels,
    fit_dirichlet_prior,
    fit_polya,
)
from variorum.labels.hard import hard_labels, majority_set
from variorum.labels.majority import majority_vote
from variorum.labels.methods import METHODS
from variorum.labels.shares import dirichlet_smoothed, vote_shares
from variorum.labels.soft import empirical_bayes_labels, soft_labels

__all__ = [
    "METHODS",
    "Aggregator",
    "DirichletLabels",
    "LabelEstimate",
    "PolyaFit",
    "dawid_skene",
    "dirichlet_labels",
    "dirichlet_smoothed",
    "empirical_bayes_labels",
    "fit_dirichlet_prior",
    "fit_polya",
    "hard_labels",
    "majority_set",
    "majority_vote",
    "normalize",
    "population_weights",
    "soft_labels",
    "vote_counts",
    "vote_shares",
]
