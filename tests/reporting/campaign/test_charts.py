from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.evaluation import ReferenceLine
from variorum.reporting.campaign.curves import Curve
from variorum.reporting.campaign.learning_chart import learning_curve, spread_labels
from variorum.reporting.campaign.share_charts import mean_shares, share_histogram, share_scatter, ternary, versus
from variorum.reporting.drawing import Drawer
from variorum.reporting.theme import PEOPLE, marks


def count(svg: str, name: str) -> int:
    """Marks in the group of that name."""
    groups = re.findall(rf'<g class="mark-\w+ role-mark {name}_marks"[^>]*>(.*?)</g>', svg, re.DOTALL)
    return sum(len(re.findall(r"<(?:path|circle|text|line|rect) ", group)) for group in groups)


def _curve(name: str, n: int, start: float) -> Curve:
    mean = np.linspace(start, 0.1, n)
    return Curve(name, np.arange(1, n + 1) * 1e6, mean, mean - 0.01, mean + 0.01, 3)


_LINES = [
    ReferenceLine("oracle floor", 0.05, 0.04, 0.06, 9, 0, 0.95, 200),
    ReferenceLine("fresh panel", 0.08, 0.07, 0.5, 9, 0, 0.95, 200),
]


def test_learning_curve_marks() -> None:
    curves = [_curve("a <b>", 7, 0.3), _curve("random", 5, 0.4)]
    svg = Drawer().draw(learning_curve(curves, _LINES, currency="EUR", width=500, height=300, labels=True), "")
    assert {n: count(svg, n) for n in ("points", "line", "band", "reference", "interval", "labels")} == {
        "points": 12, "line": 2, "band": 2, "reference": 2, "interval": 2, "labels": 4,
    }  # fmt: skip
    assert "a &lt;b&gt; 0.100" in svg


def test_learning_curve_without_lines_or_labels_and_with_one_point() -> None:
    svg = Drawer().draw(
        learning_curve([_curve("a", 1, 0.3)], [], currency="EUR", width=300, height=200, labels=False), ""
    )
    assert count(svg, "points") == 1
    assert count(svg, "labels") == count(svg, "reference") == 0


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_labels_never_overlap_and_stay_inside(wanted: list[float]) -> None:
    placed = np.sort(spread_labels(np.array(wanted), np.full(len(wanted), 20.0), 300.0))
    assert (np.diff(placed) >= 20 - 1e-9).all()
    assert placed[0] >= 10 - 1e-9
    assert placed[-1] <= 290 + 1e-9


def test_equal_distributions_are_one_disc_on_the_triangle() -> None:
    rows = np.array([[1, 0, 0], [1, 0, 0], [0, 0.5, 0.5]])
    chart = ternary(rows, ["x", "y", "z"], ["one", "two", "three"], colour=PEOPLE, width=300)
    svg = Drawer().draw(chart, "")
    assert count(svg, "items") == 2
    assert count(svg, "corners") == 3
    assert 'aria-label="2 items&#xA;x 100 %"' in svg
    assert 'aria-label="three"' in svg


def test_triangle_corners_are_where_they_belong() -> None:
    chart = ternary(np.eye(3), ["x", "y", "z"], ["x", "y", "z"], colour=PEOPLE, width=300)
    places = {row["tip"]: (row["x"], round(row["y"], 6)) for row in chart.layer[2].data.values}
    assert places == {"x": (0.0, 0.0), "y": (1.0, 0.0), "z": (0.5, 0.866025)}


def test_a_dot_an_item_against_the_diagonal() -> None:
    values = np.linspace(0, 1, 30)
    svg = Drawer().draw(versus(values, values, ["tip"] * 30, top=1.0, width=200, titles=("h", "m")), "")
    assert count(svg, "items") == 30
    assert count(svg, "diagonal") == 1


def test_shares_in_few_steps_are_fanned_out_and_averaged() -> None:
    human, model = np.array([0, 0, 0.5, 0.5, 1]), np.array([0.1, 0.3, 0.5, 0.7, 0.8])
    chart = share_scatter(human, model, list("abcde"), label="yes", width=200)
    svg = Drawer().draw(chart, "")
    assert (count(svg, "items"), count(svg, "levels")) == (5, 3)
    levels = chart.layer[-1].data.values
    np.testing.assert_allclose([row["y"] for row in levels], [0.2, 0.6, 0.8])
    spread = [row["x"] for row in chart.layer[1].data.values]
    # The fan is 0.6 of a fifth wide at most: 0.06 to either side.
    assert np.abs(np.array(spread) - human).max() <= 0.06 + 1e-9


def test_shares_in_many_steps_stay_where_they_are() -> None:
    human = np.linspace(0, 1, 30)
    chart = share_scatter(human, human, ["t"] * 30, label="yes", width=200)
    np.testing.assert_allclose([row["x"] for row in chart.layer[1].data.values], human)
    assert count(Drawer().draw(chart, ""), "levels") == 0


def test_histogram_bars_hold_every_item() -> None:
    human, model = np.array([0.0, 0.05, 1.0]), np.array([0.5, 0.5, 0.95])
    chart = share_histogram(human, model, label="yes", width=200)
    svg = Drawer().draw(chart, "")
    assert count(svg, "people") == count(svg, "model") == 10
    assert sum(row["y2"] for row in chart.layer[0].data.values) == 3
    assert sum(row["y2"] for row in chart.layer[1].data.values) == -3


def test_mean_shares_have_a_mark_a_label_and_side() -> None:
    svg = Drawer().draw(mean_shares(np.eye(4), np.full((4, 4), 0.25), list("abcd"), width=150), "")
    assert {n: count(svg, n) for n in ("people", "model", "gap", "names")} == dict.fromkeys(
        ("people", "model", "gap", "names"), 4
    )


def test_names_inside_two_drawings_never_meet() -> None:
    drawer = Drawer()
    clipped = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    pages = [drawer.draw(marks(clipped, "l").mark_line(clip=True).encode(x="x:Q", y="y:Q"), "") for _ in range(2)]
    ids = [re.findall(r'id="([^"]+)"', page) for page in pages]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    assert all(f"url(#{name})" in page for page, names in zip(pages, ids, strict=True) for name in names)


def test_drawings_need_no_inline_style(hostile: tuple[str, ...]) -> None:
    rows = [{"x": k, "tip": text, "text": text} for k, text in enumerate(hostile)]
    chart = marks(rows, "t").mark_text().encode(x="x:Q", text="text:N", description="tip:N")
    svg = Drawer().draw(chart, hostile[1])
    assert " style=" not in svg.replace("&", "")
    assert "<img" not in svg
    assert "<script" not in svg
    assert count(svg, "t") == len(hostile)
    svg.encode("utf-8")


@pytest.mark.parametrize("text", ['role="graphics-symbol" aria-roledescription="x"', 'id="clip1" url(#clip1)'])
def test_cleaning_a_drawing_leaves_texts_alone(text: str) -> None:
    chart = marks([{"x": 0, "text": text}], "t").mark_text().encode(x="x:Q", text="text:N", description="text:N")
    svg = Drawer().draw(chart, "")
    assert text.replace('"', "&quot;") in svg
