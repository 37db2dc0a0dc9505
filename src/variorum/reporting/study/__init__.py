"""The report of a study.

- findings: `Findings` and what it is made of: `Section`, `Table`, `Curves`, `Intervals`, `Scatter`, `Data`
- report: `study_report`, `write_study_report`, the page
- markdown: `findings_markdown`, the tables for a page of the documentation
- cells: numbers, intervals and p values as text
- curve_chart, interval_chart, scatter_chart, colours: the charts
"""

from variorum.reporting.study.findings import (
    Cell,
    Curve,
    Curves,
    Data,
    Estimate,
    Findings,
    Intervals,
    Part,
    PValue,
    Row,
    Scatter,
    Section,
    Series,
    Table,
)
from variorum.reporting.study.markdown import findings_markdown, table_markdown
from variorum.reporting.study.report import study_report, write_study_report

__all__ = [
    "Cell",
    "Curve",
    "Curves",
    "Data",
    "Estimate",
    "Findings",
    "Intervals",
    "PValue",
    "Part",
    "Row",
    "Scatter",
    "Section",
    "Series",
    "Table",
    "findings_markdown",
    "study_report",
    "table_markdown",
    "write_study_report",
]
