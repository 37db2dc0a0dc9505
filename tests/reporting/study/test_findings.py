from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from variorum.errors import ArgumentError
from variorum.reporting.study import Curve, Data, Estimate, Findings, Series, Table
from variorum.reporting.study.cells import numeric_columns


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Table("t", ("a", "b"), (("x", 1), ("y",))), r"rows\[1\] of table 't' has 1 values where 2 are needed"),
        (lambda: Curve("c", (1.0, 2.0), (1.0,)), "y of curve 'c' has 1 values where 2"),
        (lambda: Curve("c", (1.0,), (1.0,), (0.5,)), "one end of its intervals"),
        (lambda: Curve("c", (1.0,), (1.0,), (0.5, 1.0), (0.5,)), "low of curve 'c' has 2"),
        (lambda: Series("s", (1.0,), (1.0,), ("a", "b")), "names of series 's' has 2"),
        (lambda: Data("../up", (), ()), "letters, digits and hyphens"),
        (lambda: Data("ok", ("a",), ((1, 2),)), r"rows\[0\] of data 'ok' has 2"),
    ],
)
def test_parts_that_do_not_fit_are_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        wrong()


def test_tables_are_found_and_plain(make_findings: Callable[..., Findings]) -> None:
    findings = make_findings()
    [table] = findings.tables()
    said = findings.as_object()
    assert said["tables"][0]["rows"][0][1:4] == [
        {"value": 0.5, "low": 0.4, "high": 0.6},
        {"value": -0.01, "low": -0.03, "high": 0.01},
        {"p": 0.25, "smallest": 0.0625},
    ]
    assert said["tables"][0]["head"] == table.head
    assert json.dumps(said)
    # The name and the last column are texts; undefined cells do not make a text of a column.
    assert numeric_columns(table) == [1, 2, 3, 4]


def test_without_rows_no_column_is_numeric() -> None:
    assert numeric_columns(Table("t", ("a", "b"), ())) == []
    assert numeric_columns(Table("t", ("a", "b"), (("x", Estimate(1.0)),))) == [1]
