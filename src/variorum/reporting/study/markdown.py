"""Findings as Markdown, for the page that writes a study up."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.reporting.study.cells import cell_text, numeric_columns
from variorum.reporting.study.findings import Findings, Table

__all__ = ["findings_markdown", "table_markdown"]


def findings_markdown(findings: Findings) -> str:
    """Verdict, tables and limits of a study as Markdown; charts are on the page alone.

    Args:
        findings: What came out.

    Returns:
        Markdown that ends in a newline: headings of the second and third level.

    Example:
        >>> from variorum.reporting.study.findings import Section
        >>> table = Table("Scores", ("method", "mean"), (("soft", 0.5),), note="Ten seeds.")
        >>> print(findings_markdown(Findings(("Soft it is.",), (Section("Evidence", "All of it.", (table,)),))))
        Soft it is.
        <BLANKLINE>
        ## Evidence
        <BLANKLINE>
        All of it.
        <BLANKLINE>
        ### Scores
        <BLANKLINE>
        | method | mean |
        |---|---:|
        | soft | 0.500 |
        <BLANKLINE>
        Ten seeds.
        <BLANKLINE>
    """
    blocks = list(findings.verdict)
    for section in findings.sections:
        blocks += [f"## {section.title}", section.lead]
        for part in section.parts:
            if isinstance(part, Table):
                blocks += [f"### {part.title}", table_markdown(part), part.note]
    if findings.notes:
        blocks += ["## What limits it", "\n".join(f"- {note}" for note in findings.notes)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def table_markdown(table: Table) -> str:
    """A table as Markdown.

    Args:
        table: The table.

    Returns:
        Its lines, without a newline at the end; bars and line breaks in cells are escaped.
    """
    right = set(numeric_columns(table))
    rule = [("---:" if k in right else "---") for k in range(len(table.head))]
    rows = [[_escaped(cell_text(cell, table.digits)) for cell in row] for row in table.rows]
    return "\n".join([_line([_escaped(name) for name in table.head]), f"|{'|'.join(rule)}|", *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
