"""How far annotators agree with one another.

An answer is all that one annotator says about one item, and weighs 1; nobody is compared with themselves. Functions of
counts take every vote for another annotator's.

- krippendorff     alpha of counts, or of columns of labels and numbers: nominal, ordinal, interval, ratio, your own
- raw              pairwise and raw agreement, chance included
- fleiss, gwet     Fleiss' kappa; Gwet's AC1 and AC2
- cohen            kappa of every two annotators who share items
- rest             each annotator against all others
- per_label        each label against all others
- label_sets       answers that are sets of labels: MASI and Jaccard distance
- groups           within and between groups of annotators, with a permutation test
- measures         `AGREEMENT`, every measure by name; intervals of vote counts
- bootstrap        percentile intervals over items
- summary          all of it for a corpus, as fits its label scheme
"""

from __future__ import annotations

from variorum.evaluation.agreement.bootstrap import AgreementInterval
from variorum.evaluation.agreement.cohen import PairwiseKappas, cohen_kappas
from variorum.evaluation.agreement.fleiss import fleiss_kappa
from variorum.evaluation.agreement.groups import GroupAgreement, group_agreement
from variorum.evaluation.agreement.gwet import gwet_ac1, gwet_ac2
from variorum.evaluation.agreement.krippendorff import krippendorff_alpha, krippendorff_alpha_of_votes
from variorum.evaluation.agreement.label_sets import SetAnswers, jaccard_distance, label_sets, masi_distance
from variorum.evaluation.agreement.measures import AGREEMENT, AgreementMeasure, agreement_interval
from variorum.evaluation.agreement.per_label import LabelAgreement, label_agreement
from variorum.evaluation.agreement.raw import pairwise_agreement, raw_agreement
from variorum.evaluation.agreement.rest import AnnotatorAgreement, agreement_with_rest, annotator_agreement
from variorum.evaluation.agreement.summary import (
    AgreementSummary,
    AnswerCounts,
    LabelIntervals,
    MeasuredAgreement,
    agreement_summary,
)

__all__ = [
    "AGREEMENT",
    "AgreementInterval",
    "AgreementMeasure",
    "AgreementSummary",
    "AnnotatorAgreement",
    "AnswerCounts",
    "GroupAgreement",
    "LabelAgreement",
    "LabelIntervals",
    "MeasuredAgreement",
    "PairwiseKappas",
    "SetAnswers",
    "agreement_interval",
    "agreement_summary",
    "agreement_with_rest",
    "annotator_agreement",
    "cohen_kappas",
    "fleiss_kappa",
    "group_agreement",
    "gwet_ac1",
    "gwet_ac2",
    "jaccard_distance",
    "krippendorff_alpha",
    "krippendorff_alpha_of_votes",
    "label_agreement",
    "label_sets",
    "masi_distance",
    "pairwise_agreement",
    "raw_agreement",
]
