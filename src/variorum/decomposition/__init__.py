"""Variation told apart from annotation error: for every annotation, every item, every annotator.

- decompose: `decompose`, `Decomposition`, Variorum's own model of votes, put together
- reading_model, item_types, responses, evidence_weights, posteriors, splits, entries, notes: its parts
- one_truth: the hypothesis that all disagreement is error, and how far votes bear it out
- annotator_profiles: `annotator_profiles`, leanings and error rates while a campaign runs, in one pass
- sparse_errors: `sparse_errors`, which votes are errors while an item has one or few, beside a model's predictions
- perspectives, perspective_model: `find_perspectives`, groups of annotators found from votes alone
- validity_round: `error_labels`, `validity_rates`, VariErr's second round
- validity_model: `fit_validity`, which annotations their authors would reject
- base: `ErrorScorer`, the seat of those who rank labels by error, and `PairEvidence`, what they may see
- label_count, crowd_probability, datamaps, metadata_archaeology, peer_judgments: scorers of the literature, one idea a
  file; `METHODS` names them all; `rerank_by_count`
"""

from variorum.decomposition.annotator_profiles import AnnotatorProfiles, annotator_profiles
from variorum.decomposition.base import ErrorScorer, ItemLabelPairs, PairEvidence, item_label_pairs
from variorum.decomposition.crowd_probability import crowd_probability
from variorum.decomposition.datamaps import datamaps_mean, datamaps_std
from variorum.decomposition.decompose import Decomposition, decompose
from variorum.decomposition.label_count import label_count, rerank_by_count
from variorum.decomposition.metadata_archaeology import metadata_archaeology_knn, metadata_archaeology_lr
from variorum.decomposition.peer_judgments import peer_ratio, peer_ratio_per_reason, peer_sum, peer_sum_per_reason
from variorum.decomposition.perspectives import GroupCount, Perspectives, find_perspectives
from variorum.decomposition.scorers import METHODS
from variorum.decomposition.sparse_errors import SparseErrors, sparse_errors
from variorum.decomposition.splits import LEVEL, AnnotatorSplit, ItemSplit
from variorum.decomposition.validity_model import ValidityModel, fit_validity
from variorum.decomposition.validity_round import ValidityRates, error_labels, judged_own, validity_rates

__all__ = [
    "LEVEL",
    "METHODS",
    "AnnotatorProfiles",
    "AnnotatorSplit",
    "Decomposition",
    "ErrorScorer",
    "GroupCount",
    "ItemLabelPairs",
    "ItemSplit",
    "PairEvidence",
    "Perspectives",
    "SparseErrors",
    "ValidityModel",
    "ValidityRates",
    "annotator_profiles",
    "crowd_probability",
    "datamaps_mean",
    "datamaps_std",
    "decompose",
    "error_labels",
    "find_perspectives",
    "fit_validity",
    "item_label_pairs",
    "judged_own",
    "label_count",
    "metadata_archaeology_knn",
    "metadata_archaeology_lr",
    "peer_ratio",
    "peer_ratio_per_reason",
    "peer_sum",
    "peer_sum_per_reason",
    "rerank_by_count",
    "sparse_errors",
    "validity_rates",
]
