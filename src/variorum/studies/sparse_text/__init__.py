"""Study: does hard delivery help a text classifier when votes are few, and where?

- study: `STUDY`, its settings and runs
- heads: one corpus, one number of votes, one seed: every delivery on the same votes, and equal money spent two ways
- tuning: the same of a whole encoder, fine-tuned
- where: on which items hard delivery gains
- findings, sections: sentences; tables and charts
"""

from variorum.studies.sparse_text.study import STUDY, SparseTextSettings

__all__ = ["STUDY", "SparseTextSettings"]
