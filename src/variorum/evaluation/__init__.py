"""Scores: arrays in, one value per item out, in the order (human, model).

- ``divergence``     KL, Jensen-Shannon, total variation, cross-entropy, Brier, Hellinger, Manhattan, entropy
- ``ordinal``        Wasserstein distance, ranked probability score, normalised absolute distance
- ``dirichlet_multinomial`` how likely votes are under a Dirichlet
- ``correlation``    distance correlation with O(n) memory, entropy correlation
- ``disagreement``   DistCE, EntCE, RankCS: calibration to people, not to a majority
- ``soft_scores``    soft accuracy, soft micro and macro F1, PO-JSD
- ``multilabel``     the same for multilabel schemes, each label a Bernoulli
- ``classification`` accuracy, F1 and majority-vote accuracy of hard labels
- ``calibration``    expected calibration error, equal-width and equal-mass
- ``per_annotator``  scores on each annotator's own votes, the worst-off annotator, groups
- ``agreement``      a room of its own: Krippendorff's alpha, Fleiss, Cohen, Gwet; by label, annotator, pair and group
- ``ceiling``        three reference lines: oracle floor, fresh panel, split half
- ``ranking``        average precision, precision at n, area under the curve, false positives at a recall
- ``ranks``          methods over data sets: mean ranks, Friedman, Nemenyi
- ``significance``   paired bootstrap, sign-flip test, equivalence test, Holm, two-level interval
- ``alternative_annotator_test`` whether a model is as near to the others as each annotator is
- ``prediction_powered`` a mean from few human outcomes and a model's on all items
- ``confidence_driven`` the same where people are asked about the items that the model is expected to get wrong
- ``entropy_split``  which items go to the LLM: those on which its answers vary least

``METRICS`` names the functions of (human, model) that give one value per item; lower is better but for those in
``HIGHER_IS_BETTER``; ``ent-ce`` is signed and best at 0. ``AGREEMENT`` names the measures of agreement among people.
"""

from __future__ import annotations

from variorum.evaluation._mean_estimate import MeanEstimate
from variorum.evaluation.agreement import (
    AGREEMENT,
    AgreementInterval,
    AgreementMeasure,
    AgreementSummary,
    AnnotatorAgreement,
    AnswerCounts,
    GroupAgreement,
    LabelAgreement,
    LabelIntervals,
    MeasuredAgreement,
    PairwiseKappas,
    SetAnswers,
    agreement_interval,
    agreement_summary,
    agreement_with_rest,
    annotator_agreement,
    cohen_kappas,
    fleiss_kappa,
    group_agreement,
    gwet_ac1,
    gwet_ac2,
    jaccard_distance,
    krippendorff_alpha,
    krippendorff_alpha_of_votes,
    label_agreement,
    label_sets,
    masi_distance,
    pairwise_agreement,
    raw_agreement,
)
from variorum.evaluation.alternative_annotator_test import AlternativeAnnotatorTest, alternative_annotator_test
from variorum.evaluation.calibration import CalibrationBins, calibration_bins, expected_calibration_error
from variorum.evaluation.ceiling import (
    SPLIT_HALF_VOTES,
    ReferenceLine,
    Score,
    fresh_panel,
    oracle_floor,
    reference_lines,
    split_half,
)
from variorum.evaluation.classification import accuracy, class_f1, f1, majority_vote_accuracy
from variorum.evaluation.confidence_driven import (
    Regressor,
    confidence_driven_mean,
    predicted_errors,
    sampling_probabilities,
)
from variorum.evaluation.correlation import distance_correlation, entropy_correlation
from variorum.evaluation.dirichlet_multinomial import dirichlet_multinomial_nll
from variorum.evaluation.disagreement import dist_ce, ent_ce, rank_cs
from variorum.evaluation.divergence import (
    brier,
    entropy,
    entropy_bits,
    hellinger,
    js_distance,
    js_distance_bits,
    js_divergence,
    js_divergence_bits,
    kl_divergence,
    manhattan,
    soft_cross_entropy,
    total_variation,
)
from variorum.evaluation.entropy_split import entropy_split
from variorum.evaluation.multilabel import (
    multilabel_brier,
    multilabel_entropy_correlation,
    multilabel_js_divergence,
    multilabel_kl_divergence,
    multilabel_manhattan,
    multilabel_po_jsd,
    multilabel_soft_macro_f1,
    multilabel_soft_micro_f1,
)
from variorum.evaluation.ordinal import normalized_absolute_distance, ranked_probability_score, wasserstein
from variorum.evaluation.per_annotator import (
    AnnotatorScores,
    WorstOff,
    annotator_scores,
    group_scores,
    vote_scores,
    worst_off_annotator,
)
from variorum.evaluation.prediction_powered import ppi_mean
from variorum.evaluation.ranking import area_under_roc, average_precision, false_positive_rate_at, precision_at
from variorum.evaluation.ranks import FriedmanTest, friedman, nemenyi_difference
from variorum.evaluation.significance import (
    EquivalenceTest,
    Interval,
    SignFlipTest,
    equivalence_test,
    holm,
    nested_interval,
    paired_bootstrap,
    sign_flip_test,
    two_level_interval,
)
from variorum.evaluation.soft_scores import (
    SoftClassScores,
    po_jsd,
    soft_accuracy,
    soft_class_scores,
    soft_macro_f1,
    soft_micro_f1,
)

__all__ = [
    "AGREEMENT",
    "HIGHER_IS_BETTER",
    "METRICS",
    "SPLIT_HALF_VOTES",
    "AgreementInterval",
    "AgreementMeasure",
    "AgreementSummary",
    "AlternativeAnnotatorTest",
    "AnnotatorAgreement",
    "AnnotatorScores",
    "AnswerCounts",
    "CalibrationBins",
    "EquivalenceTest",
    "FriedmanTest",
    "GroupAgreement",
    "Interval",
    "LabelAgreement",
    "LabelIntervals",
    "MeanEstimate",
    "MeasuredAgreement",
    "PairwiseKappas",
    "ReferenceLine",
    "Regressor",
    "Score",
    "SetAnswers",
    "SignFlipTest",
    "SoftClassScores",
    "WorstOff",
    "accuracy",
    "agreement_interval",
    "agreement_summary",
    "agreement_with_rest",
    "alternative_annotator_test",
    "annotator_agreement",
    "annotator_scores",
    "area_under_roc",
    "average_precision",
    "brier",
    "calibration_bins",
    "class_f1",
    "cohen_kappas",
    "confidence_driven_mean",
    "dirichlet_multinomial_nll",
    "dist_ce",
    "distance_correlation",
    "ent_ce",
    "entropy",
    "entropy_bits",
    "entropy_correlation",
    "entropy_split",
    "equivalence_test",
    "expected_calibration_error",
    "f1",
    "false_positive_rate_at",
    "fleiss_kappa",
    "fresh_panel",
    "friedman",
    "group_agreement",
    "group_scores",
    "gwet_ac1",
    "gwet_ac2",
    "hellinger",
    "holm",
    "jaccard_distance",
    "js_distance",
    "js_distance_bits",
    "js_divergence",
    "js_divergence_bits",
    "kl_divergence",
    "krippendorff_alpha",
    "krippendorff_alpha_of_votes",
    "label_agreement",
    "label_sets",
    "majority_vote_accuracy",
    "manhattan",
    "masi_distance",
    "multilabel_brier",
    "multilabel_entropy_correlation",
    "multilabel_js_divergence",
    "multilabel_kl_divergence",
    "multilabel_manhattan",
    "multilabel_po_jsd",
    "multilabel_soft_macro_f1",
    "multilabel_soft_micro_f1",
    "nemenyi_difference",
    "nested_interval",
    "normalized_absolute_distance",
    "oracle_floor",
    "paired_bootstrap",
    "pairwise_agreement",
    "po_jsd",
    "ppi_mean",
    "precision_at",
    "predicted_errors",
    "rank_cs",
    "ranked_probability_score",
    "raw_agreement",
    "reference_lines",
    "sampling_probabilities",
    "sign_flip_test",
    "soft_accuracy",
    "soft_class_scores",
    "soft_cross_entropy",
    "soft_macro_f1",
    "soft_micro_f1",
    "split_half",
    "total_variation",
    "two_level_interval",
    "vote_scores",
    "wasserstein",
    "worst_off_annotator",
]

METRICS: dict[str, Score] = {
    "kl": kl_divergence,
    "js": js_divergence,
    "js-distance": js_distance,
    "tvd": total_variation,
    "soft-ce": soft_cross_entropy,
    "brier": brier,
    "hellinger": hellinger,
    "manhattan": manhattan,
    "wasserstein": wasserstein,
    "ent-ce": ent_ce,
    "accuracy": accuracy,
    "soft-accuracy": soft_accuracy,
    "po-jsd": po_jsd,
}

HIGHER_IS_BETTER = frozenset({"accuracy", "soft-accuracy", "po-jsd"})
