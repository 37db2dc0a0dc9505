"""The report of agreement.

- report: `agreement_report`, `write_agreement_report`
- findings: the findings in sentences
- item_sections, people_sections, group_section: the sections of the page
- charts: the figures, charts from arrays
"""

from variorum.reporting.agreement.report import agreement_report, write_agreement_report

__all__ = ["agreement_report", "write_agreement_report"]
