from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from variorum.reporting.drawing import Drawer
from variorum.reporting.study import Curve, Curves, Estimate, Findings, Intervals, Row, Scatter, Section, Series
from variorum.reporting.study.colours import looks
from variorum.reporting.study.curve_chart import curve_chart
from variorum.reporting.study.interval_chart import interval_chart
from variorum.reporting.study.scatter_chart import MOST_POINTS, scatter_chart, shown_points

NAN = float("nan")


def groups(chart: Any) -> tuple[dict[str, int], str]:
    """Marks of each group in the drawing, by name."""
    drawing = Drawer().draw(chart, "a chart")
    found = {}
    for name, inside in re.findall(r'class="mark-\w+ role-mark (\w+)_marks"[^>]*(?<!/)>(.*?)</g>', drawing):
        found[name] = found.get(name, 0) + len(re.findall(r"<(?:path|circle|rect|line|text)", inside))
    return found, drawing


def look_of(*parts: Any) -> Any:
    return looks(Findings((), (Section("s", "", parts),)))


def test_a_curve_has_a_line_and_a_point_and_an_interval_where_it_is_defined() -> None:
    whole = Curve("whole", (5.0, 10.0, 50.0), (0.5, 0.4, 0.3), (0.4, 0.3, 0.2), (0.6, 0.5, 0.4))
    holed = Curve("holed", (5.0, 10.0, 50.0), (0.5, NAN, 0.35), (0.4, NAN, NAN), (0.6, NAN, NAN))
    part = Curves("t", "votes", "score", (whole, holed), log_x=True)
    found, drawing = groups(curve_chart(part, look_of(part), width=690, labels=True))
    assert found == {"intervals": 4, "line": 2, "points": 5, "labels": 2}
    assert "holed\n0.3500 at 50" in html.unescape(drawing)
    narrow, _ = groups(curve_chart(part, look_of(part), width=330, labels=False))
    assert "labels" not in narrow
    # Ticks stand where the votes are.
    assert [tick for tick in ("5", "10", "50") if f">{tick}</text>" not in drawing] == []


def test_one_point_can_be_drawn() -> None:
    part = Curves("t", "votes", "score", (Curve("c", (5.0,), (0.5,)),))
    found, _ = groups(curve_chart(part, look_of(part), width=330, labels=True))
    assert found["points"] == found["labels"] == 1


@pytest.mark.parametrize("width", [690, 330])
def test_drawings_keep_their_width(make_findings: Callable[..., Findings], width: int) -> None:
    findings = make_findings(12)
    look = looks(findings)
    curves, (_, intervals), (scatter, _) = (section.parts for section in findings.sections)
    charts = [
        curve_chart(curves[0], look, width=width, labels=width > 400),
        interval_chart(intervals, look, width=width),
        scatter_chart(scatter, look, width=width),
    ]
    for chart in charts:
        _, drawing = groups(chart)
        assert float(re.search(r'width="([\d.]+)"', drawing)[1]) <= width + 12


def test_rows_of_one_name_share_a_row_and_undefined_ones_are_left_out() -> None:
    rows = (
        Row("a", Estimate(0.5, 0.4, 0.6), "BERT"),
        Row("a", Estimate(0.3), "RoBERTa"),
        Row("b", Estimate(NAN), "BERT"),
        Row("b", Estimate(-2.0, -3.0, -1.0), "RoBERTa"),
    )
    part = Intervals("t", "difference", rows)
    found, _ = groups(interval_chart(part, look_of(part), width=690))
    assert found == {"names": 2, "reference": 1, "intervals": 2, "estimates": 3}
    without = Intervals("t", "difference", rows, reference=None)
    assert "reference" not in groups(interval_chart(without, look_of(without), width=690))[0]


def test_points_and_bins() -> None:
    line = Curve("bins", (0.0, 1.0, 2.0), (0.0, 1.0, NAN), (-1.0, NAN, NAN), (1.0, NAN, NAN))
    part = Scatter("t", "x", "y", (Series("s", (0.0, 1.0, NAN), (0.0, 1.0, 2.0)),), line=line, reference=0.0)
    found, _ = groups(scatter_chart(part, look_of(part), width=690))
    assert found == {"reference": 1, "dots": 2, "spans": 1, "line": 1, "knots": 2}


def test_of_too_many_points_some_are_drawn_from_first_to_last() -> None:
    n = 3 * MOST_POINTS
    part = Scatter("t", "x", "y", (Series("s", tuple(map(float, range(n))), (0.0,) * n),))
    shown = shown_points(part)
    assert len(shown) == MOST_POINTS
    assert (shown[0]["x"], shown[-1]["x"]) == (0, n - 1)


def test_a_name_looks_the_same_in_all_charts_and_no_two_of_eight_alike() -> None:
    first = Curves("t", "x", "y", tuple(Curve(f"m{k}", (1.0,), (1.0,)) for k in range(9)))
    second = Intervals("t", "x", (Row("r", Estimate(1.0), "m3"), Row("r", Estimate(1.0), "new")))
    look = look_of(first, second)
    assert len({each.colour for each in look.values()}) == len({each.shape for each in look.values()}) == 8
    assert look["m8"] == look["m0"]
    assert look == {**look_of(first), "new": look["new"]}
