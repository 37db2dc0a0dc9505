"""Study: which metric of a judgment distribution predicts how well a model does that is fine-tuned on it?

- study: `STUDY`, its settings and runs
- published: `PUBLISHED`, the rows that were printed, with their errata
- own: `own_rows`, the same of our own sources
- prediction: `rank_prediction`, rank correlations with intervals over rows and over families
- findings: tables, charts and sentences
"""

from variorum.studies.metrics.own import OwnRow, own_rows
from variorum.studies.metrics.prediction import METRIC_NAMES, Prediction, Sources, rank_prediction
from variorum.studies.metrics.published import PUBLISHED, RECOMPUTED, SourceRow, corrected
from variorum.studies.metrics.study import STUDY, MetricsSettings

__all__ = [
    "METRIC_NAMES",
    "PUBLISHED",
    "RECOMPUTED",
    "STUDY",
    "MetricsSettings",
    "OwnRow",
    "Prediction",
    "SourceRow",
    "Sources",
    "corrected",
    "own_rows",
    "rank_prediction",
]
