"""Study: how well does a model do that is fine-tuned on a source's label distributions, by source?

- study: `STUDY`, its settings and runs
- sources: `BUILT_IN`, what models are fine-tuned on; any file of label distributions joins
- recipe: `stage_one`, `stage_two`, the two stages as learners
- starting: `started`, stage one trained once and kept
- scores: of sources and of models; `f1_interval`
- published: what was printed
- tables, findings: tables, charts and sentences
"""

from variorum.studies.judgment_finetuning.published import PRINTED_ANLI, PRINTED_CHAOSNLI
from variorum.studies.judgment_finetuning.recipe import stage_one, stage_two
from variorum.studies.judgment_finetuning.scores import f1_interval, model_scores, source_distances
from variorum.studies.judgment_finetuning.sources import BUILT_IN, source_files
from variorum.studies.judgment_finetuning.starting import started
from variorum.studies.judgment_finetuning.study import STUDY, JudgmentSettings

__all__ = [
    "BUILT_IN",
    "PRINTED_ANLI",
    "PRINTED_CHAOSNLI",
    "STUDY",
    "JudgmentSettings",
    "f1_interval",
    "model_scores",
    "source_distances",
    "source_files",
    "stage_one",
    "stage_two",
    "started",
]
