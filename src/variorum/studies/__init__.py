"""Experiments with a question, seeds and an answer; beside campaign, the only place where rooms of one floor meet.

- entropy_sampling: does entropy sampling help or harm a label distribution?
- corpus_decomposition: pipeline, a corpus's variation told apart from its errors, with texts, reasons and judgments
- errors: how well variation is told apart from error, one question a file
- vote_evidence, reason_evidence, cross_fitting: what it looks at beside votes
"""

from variorum.studies.corpus_decomposition import CorpusDecomposition, decompose_corpus, validity_features
from variorum.studies.cross_fitting import cross_fitted
from variorum.studies.entropy_sampling import CurvePoint, Finding, entropy_sampling, findings_table
from variorum.studies.reason_evidence import reason_evidence
from variorum.studies.vote_evidence import Evidence, vote_evidence

__all__ = [
    "CorpusDecomposition",
    "CurvePoint",
    "Evidence",
    "Finding",
    "cross_fitted",
    "decompose_corpus",
    "entropy_sampling",
    "findings_table",
    "reason_evidence",
    "validity_features",
    "vote_evidence",
]
