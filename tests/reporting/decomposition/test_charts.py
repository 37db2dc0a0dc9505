from __future__ import annotations

import re

import numpy as np
import pytest

from variorum.reporting.decomposition.charts import error_and_dissent
from variorum.reporting.drawing import Drawer


def drawn(n: int, *, n_flagged: int = 0, width: int = 630, together: bool = False) -> tuple[dict[str, int], str]:
    """Marks of each group in the drawing, by name, and the drawing."""
    rng = np.random.default_rng(n)
    dissent = np.full(n, 0.1) if together else np.linspace(0.01, 0.4, n)
    error = np.full(n, 0.2) if together else rng.uniform(0.05, 0.5, n)
    flagged = np.arange(n) < n_flagged
    names = [f"someone {k}" for k in range(n)]
    chart = error_and_dissent(
        dissent, error, error - 0.02, error + 0.02, flagged, names, [f"{name}\nerrors" for name in names], width=width
    )
    drawing = Drawer().draw(chart, "a chart")
    found: dict[str, int] = {}
    for name, inside in re.findall(r'class="mark-\w+ role-mark (\w+)_marks"[^>]*>(.*?)</g>', drawing):
        found[name] = found.get(name, 0) + len(re.findall(r"<(?:path|circle|rect|line|text)", inside))
    return found, drawing


@pytest.mark.parametrize("n_flagged", [0, 2])
def test_a_mark_an_annotator(n_flagged: int) -> None:
    found, drawing = drawn(9, n_flagged=n_flagged)
    assert found["dots"] == 9 - n_flagged
    assert found.get("flagged", 0) == n_flagged
    assert found["intervals"] == 9
    assert found["typical"] == 2
    assert len(re.findall(r'aria-label="someone \d', drawing)) == 9


def test_many_annotators_have_no_names_and_no_intervals() -> None:
    found, _ = drawn(100)
    assert found["dots"] == 100
    assert "names" not in found
    assert "intervals" not in found


def test_names_that_would_meet_are_left_out() -> None:
    assert drawn(4)[0]["names"] == 4
    # On one spot, there is room on either side of it at most.
    assert drawn(4, together=True)[0].get("names", 0) <= 2


@pytest.mark.parametrize("width", [270, 630])
def test_one_annotator_is_drawn_within_the_width(width: int) -> None:
    found, drawing = drawn(1, width=width)
    assert found["dots"] == 1
    assert "typical" not in found
    assert float(re.search(r'width="([\d.]+)"', drawing)[1]) <= width + 60  # type: ignore[index]
