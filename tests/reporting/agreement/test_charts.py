from __future__ import annotations

import re

import numpy as np
import pytest

from variorum.reporting.agreement.charts import Estimate, histogram, interval_chart, kappa_map, scatter
from variorum.reporting.drawing import Drawer

NAN = float("nan")


def groups(chart):
    """Marks of each group in the drawing, by name."""
    drawing = Drawer().draw(chart, "a chart")
    found = {}
    for name, inside in re.findall(r'class="mark-\w+ role-mark (\w+)_marks"[^>]*>(.*?)</g>', drawing):
        found[name] = len(re.findall(r"<(?:path|circle|rect|line|text)", inside))
    return found, drawing


def test_undefined_values_are_named_and_not_drawn():
    rows = [
        Estimate(0, 0.5, 0.4, 0.6, "red", "one"),
        Estimate(1, NAN, NAN, NAN, "red", "two"),
        Estimate(2, -0.3, NAN, NAN, "red", "three"),
    ]
    found, drawing = groups(interval_chart(["one", "two", "three"], rows, title="agreement", width=600))
    assert found["names"] == 3
    assert found["estimates"] == 2
    assert found["intervals"] == 1
    assert found["chance"] == 1
    # The axis reaches below 0 for the third.
    assert "−0.4" in drawing or "−0.2" in drawing


@pytest.mark.parametrize("width", [690, 330])
def test_long_names_keep_the_drawing_within_its_width(width):
    rows = [Estimate(0, 0.5, 0.4, 0.6, "red", "tip")]
    name = "a name that is far too long for any chart to show it"
    _, drawing = groups(interval_chart([name], rows, title="t", width=width))
    assert float(re.search(r'width="([\d.]+)"', drawing)[1]) <= width + 12


def test_ten_bars_hold_all_items():
    found, drawing = groups(histogram(np.array([0.0, 0.05, 0.5, 1.0, 1.0]), title="agreement", width=300))
    assert found["bars"] == 10
    assert found["mean"] == 1
    heights = [int(n) for n in re.findall(r'aria-label="(\d+) items?', drawing)]
    assert sum(heights) == 5
    assert heights[0] == heights[-1] == 2


def test_a_dot_each_and_chance_where_it_is_in_sight():
    n, kappa = np.array([3, 500]), np.array([0.2, 0.4])
    above, _ = groups(scatter(n, kappa, ["a", "b"], titles=("items", "kappa"), width=280))
    assert above["dots"] == 2
    assert "chance" not in above
    below, _ = groups(scatter(n, -kappa, ["a", "b"], titles=("items", "kappa"), width=280))
    assert below["chance"] == 1


@pytest.mark.parametrize(("n", "numbers"), [(5, True), (25, False)])
def test_a_square_for_every_defined_pair_and_side(n, numbers):
    rng = np.random.default_rng(0)
    matrix = rng.uniform(-0.2, 1, (n, n))
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, NAN)
    matrix[0, 1] = matrix[1, 0] = NAN
    names = [f"annotator {k}" for k in range(n)]
    found, drawing = groups(kappa_map(matrix, names, [["tip"] * n] * n, width=690))
    assert found["cells"] == n * n - n - 2
    assert found["names"] == n
    assert ("numbers" in found) == numbers
    assert float(re.search(r'width="([\d.]+)"', drawing)[1]) <= 700
