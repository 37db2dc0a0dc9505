"""Study: are single annotators, the worst off and groups served better by models of annotators than by one for all?

- study: `STUDY`, its settings and runs
- votes: what is held out, new items or new votes
- methods: one model for all, and models of annotators on the same body
- scoring: the population, each annotator, the worst off, groups, those with few votes
- cells: every method beside one model for all, by corpus, split and score
- tables, findings: what came out
"""

from variorum.studies.annotators.methods import METHODS, REFERENCE
from variorum.studies.annotators.study import STUDY, AnnotatorSettings
from variorum.studies.annotators.votes import SPLITS, VoteSplit, split_votes

__all__ = ["METHODS", "REFERENCE", "SPLITS", "STUDY", "AnnotatorSettings", "VoteSplit", "split_votes"]
