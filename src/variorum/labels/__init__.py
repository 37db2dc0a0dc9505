"""From votes to labels: hard, soft and distributional.

- counts: `vote_counts`, `normalize`, `population_weights`
- hard: `hard_labels`, `majority_set`, with explicit ties
- soft: `soft_labels`, `empirical_bayes_labels`
- dirichlet: `DirichletLabels`, `dirichlet_labels`, `fit_dirichlet_prior`, `fit_polya`
- base: `Aggregator`, `LabelEstimate`, the seat and what it returns; `Kernel`, `Fit`, those of a kernel; `need_classes`,
  `population_statement`, what every method asks first and says last
- distribution_files: `Distributions`, `read_distributions`, `align`: label distributions from files, whoever made them
- majority, shares, wawa, zero_based_skill, one_coin, dawid_skene, glad, mace, mmsr, kos, ordinal_dawid_skene,
  binary_relevance, bradley_terry: one aggregation method a file; `METHODS` names them all
- crowdlab: votes and a classifier's predictions; not in `METHODS`, as it takes both
- vote_matrix: the votes as a sparse matrix in shards, which the iterative methods run on
- ordered_confusion: what ordinal_dawid_skene takes annotators for
- iteration: what the iterative methods share; climb: how those with a smooth objective climb it
- fit: what kernels share; a kernel, ``fit_...``, needs a vote matrix alone, so that `variorum.engines` can run it on
  votes that do not fit in memory
"""

from variorum.labels.base import Aggregator, Fit, Kernel, LabelEstimate, need_classes, population_statement
from variorum.labels.binary_relevance import binary_relevance
from variorum.labels.bradley_terry import bradley_terry
from variorum.labels.counts import normalize, population_weights, vote_counts
from variorum.labels.crowdlab import crowdlab
from variorum.labels.dawid_skene import dawid_skene, fit_dawid_skene
from variorum.labels.dirichlet import (
    DirichletLabels,
    PolyaFit,
    dirichlet_labels,
    fit_dirichlet_prior,
    fit_polya,
)
from variorum.labels.glad import glad
from variorum.labels.hard import hard_labels, majority_set
from variorum.labels.kos import kos
from variorum.labels.mace import fit_mace, mace
from variorum.labels.majority import fit_majority_vote, majority_vote
from variorum.labels.methods import METHODS
from variorum.labels.mmsr import mmsr
from variorum.labels.one_coin import fit_one_coin, one_coin
from variorum.labels.ordinal_dawid_skene import ordinal_dawid_skene
from variorum.labels.shares import dirichlet_smoothed, fit_vote_shares, vote_shares
from variorum.labels.soft import empirical_bayes_labels, soft_labels
from variorum.labels.wawa import wawa
from variorum.labels.zero_based_skill import zero_based_skill

__all__ = [
    "METHODS",
    "Aggregator",
    "DirichletLabels",
    "Fit",
    "Kernel",
    "LabelEstimate",
    "PolyaFit",
    "binary_relevance",
    "bradley_terry",
    "crowdlab",
    "dawid_skene",
    "dirichlet_labels",
    "dirichlet_smoothed",
    "empirical_bayes_labels",
    "fit_dawid_skene",
    "fit_dirichlet_prior",
    "fit_mace",
    "fit_majority_vote",
    "fit_one_coin",
    "fit_polya",
    "fit_vote_shares",
    "glad",
    "hard_labels",
    "kos",
    "mace",
    "majority_set",
    "majority_vote",
    "mmsr",
    "need_classes",
    "normalize",
    "one_coin",
    "ordinal_dawid_skene",
    "population_statement",
    "population_weights",
    "soft_labels",
    "vote_counts",
    "vote_shares",
    "wawa",
    "zero_based_skill",
]
