"""Colours and shapes of methods: the same for a name in all charts of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from variorum.reporting.study.findings import Curves, Findings, Intervals, Scatter

__all__ = ["Look", "looks"]

N_COLOURS: Final = 8
_SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)


@dataclass(frozen=True)
class Look:
    """How a method is drawn.

    Attributes:
        swatch: Class of its swatch in a key.
        colour: A custom property of the page's style.
        shape: Of its points, so that no colour alone tells methods apart.
    """

    swatch: str
    colour: str
    shape: str


def looks(findings: Findings) -> dict[str, Look]:
    """A look for every name of a curve or series, in order of first appearance; the ninth looks like the first.

    Example:
        >>> from variorum.reporting.study.findings import Curve, Section
        >>> curves = Curves("t", "x", "y", (Curve("soft", (1.0,), (2.0,)), Curve("hard", (1.0,), (2.0,))))
        >>> {name: look.colour for name, look in looks(Findings((), (Section("s", "", (curves,)),))).items()}
        {'soft': 'var(--series-1)', 'hard': 'var(--series-2)'}
    """
    found: dict[str, Look] = {}
    for section in findings.sections:
        for part in section.parts:
            names: Iterable[str] = ()
            if isinstance(part, Curves):
                names = (curve.name for curve in part.curves)
            elif isinstance(part, Intervals):
                names = (row.series for row in part.rows)
            elif isinstance(part, Scatter):
                names = (series.name for series in part.series)
            for name in names:
                k = len(found) % N_COLOURS
                found.setdefault(name, Look(f"series-{k + 1}", f"var(--series-{k + 1})", _SHAPES[k]))
    return found
