"""Experiments with a question, seeds and an answer; beside campaign, the only place where rooms of one floor meet.

- base: `Study`, the seat: presets, runs that know nothing of each other, findings
- catalogue: `STUDIES`, by name; what they need is imported when one is opened
- running, store, execution: `run_study`, runs that are kept, one after another or several at a time
- write_up: `write_up`, the report and the tables of a study that was run
- comparison: `compare`, methods over paired seeds, as every study prints them
- basins: hard or soft labels, by number of votes, on CIFAR-10H
- metrics: which metric of a judgment distribution predicts fine-tuning?
- sparse_text: does hard delivery help a text classifier when votes are few, and where?
- losses: which distribution loss wins on which corpus, against which metric?
- strategies: which strategy of choosing items and annotators buys most? The benchmark
- realised_drop: does a score tell which vote will lower the error?
- llm_routing: does a cheap LLM beside people save money, and does a misleading one cost little?
- text_heads: corpora, splits and sparse votes that studies of texts share
- judgment_finetuning: how well does a model do by whose label distributions it was fine-tuned on?
- entropy_sampling: does entropy sampling help or harm a label distribution?
- corpus_parts: `open_part`, corpora of which studies take a part
- corpus_training: pipeline, a learner trained on a corpus, scored on items held out, and kept
- corpus_decomposition: pipeline, a corpus's variation told apart from its errors, with texts, reasons and judgments
- errors: how well variation is told apart from error, one question a file
- vote_evidence, reason_evidence: what it looks at beside votes
"""

from variorum.studies.base import Run, Study
from variorum.studies.catalogue import PRESETS, STUDIES, StudyEntry, open_study
from variorum.studies.comparison import Comparison, adjusted, compare, comparison_table
from variorum.studies.corpus_decomposition import CorpusDecomposition, decompose_corpus, validity_features
from variorum.studies.corpus_training import CorpusTraining, SavedModel, load_model, train_on_corpus
from variorum.studies.entropy_sampling import CurvePoint, Finding, entropy_sampling, findings_table
from variorum.studies.reason_evidence import reason_evidence
from variorum.studies.running import StudyOutcome, StudyProgress, run_study
from variorum.studies.vote_evidence import Evidence, vote_evidence
from variorum.studies.write_up import WrittenStudy, write_up

__all__ = [
    "PRESETS",
    "STUDIES",
    "Comparison",
    "CorpusDecomposition",
    "CorpusTraining",
    "CurvePoint",
    "Evidence",
    "Finding",
    "Run",
    "SavedModel",
    "Study",
    "StudyEntry",
    "StudyOutcome",
    "StudyProgress",
    "WrittenStudy",
    "adjusted",
    "compare",
    "comparison_table",
    "decompose_corpus",
    "entropy_sampling",
    "findings_table",
    "load_model",
    "open_study",
    "reason_evidence",
    "run_study",
    "train_on_corpus",
    "validity_features",
    "vote_evidence",
    "write_up",
]
