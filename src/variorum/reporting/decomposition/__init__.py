"""The report of decomposition.

- report: `decomposition_report`, `write_decomposition_report`
- findings: the findings in sentences
- decomposed: what a report is written from
- item_sections, annotator_section, group_section, readings: the sections of the page, and what groups read in an item
- rankings: which items, labels and annotators to look at first
- given_groups: found groups compared with what is known of the annotators
- charts: the figure of annotators
"""

from variorum.reporting.decomposition.report import decomposition_report, write_decomposition_report

__all__ = ["decomposition_report", "write_decomposition_report"]
