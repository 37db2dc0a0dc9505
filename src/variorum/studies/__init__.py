"""Experiments with a question, seeds and an answer; beside campaign, the only place where rooms of one floor meet.

- entropy_sampling: does entropy sampling help or harm a label distribution?
"""

from variorum.studies.entropy_sampling import CurvePoint, Finding, entropy_sampling, findings_table

__all__ = ["CurvePoint", "Finding", "entropy_sampling", "findings_table"]
