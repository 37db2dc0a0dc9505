"""Study: which distribution loss wins on which corpus, against which metric?

- study: `STUDY`, its presets and runs
- settings: `LossesSettings`, and which losses are compared, `RIVALS`
- scores: what a head is scored by, `SCORES`
- training: one loss on one split, its learning rate chosen on validation items
- results: runs compared with cross-entropy over seeds, and ranked over corpora
- findings, sections: sentences; tables and charts
"""

from variorum.studies.losses.settings import RIVALS, LossesSettings
from variorum.studies.losses.study import STUDY

__all__ = ["RIVALS", "STUDY", "LossesSettings"]
