"""Study: does a score say which vote will lower the error on test items, once it is bought and the model refitted?

- study: `STUDY`, its presets and runs
- settings: `RealisedDropSettings`
- measuring: one corpus with one seed: the drop after a vote on each candidate, and every score of it
- refits: the model after one more vote, exactly
- scores: `SCORES`, a line each
- rank_correlation: Spearman's, with resampled candidates
- results: runs put together by corpus and score
- findings, sections: sentences; tables and charts
"""

from variorum.studies.realised_drop.scores import OURS, REFERENCE, SCORES
from variorum.studies.realised_drop.settings import RealisedDropSettings
from variorum.studies.realised_drop.study import STUDY

__all__ = ["OURS", "REFERENCE", "SCORES", "STUDY", "RealisedDropSettings"]
