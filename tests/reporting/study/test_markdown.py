from __future__ import annotations

import re
from collections.abc import Callable

from variorum.reporting.study import Findings, Table, findings_markdown, table_markdown


def test_every_sentence_and_table_is_there(make_findings: Callable[..., Findings]) -> None:
    findings = make_findings()
    text = findings_markdown(findings)
    for sentence in (*findings.verdict, *(s.lead for s in findings.sections), *findings.notes[:1]):
        assert sentence in text
    assert "−0.010 [−0.030, +0.010] | 0.250 (≥ 0.062) | 5 | a \\| b |" in text
    assert text.endswith("\n")
    assert "\n\n\n" not in text


def test_rows_have_as_many_cells_as_the_head() -> None:
    table = Table("t", ("a|b", "c\nd"), (("x|y\\", "1\n2"), ("z", None)))
    lines = table_markdown(table).splitlines()
    assert len(lines) == 4
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}
    assert lines[0] == "| a\\|b | c d |"
