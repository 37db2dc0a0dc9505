"""How every figure looks: colours by name, so that one drawing follows the reader's light or dark scheme."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from variorum.checks import need_extra

__all__ = [
    "CHOSEN",
    "CONFIG",
    "FAINT",
    "INK",
    "LINE",
    "MODEL",
    "MUTED",
    "PAPER",
    "PEOPLE",
    "RANDOM",
    "Chart",
    "altair",
    "marks",
]

Chart: TypeAlias = Any
"""An Altair chart; the library's own types are not complete."""

# Custom properties of style.css. Orange and blue stay apart for every common colour blindness, and in grey.
PEOPLE: Final = "var(--people)"
MODEL: Final = "var(--model)"
CHOSEN: Final = MODEL
RANDOM: Final = "var(--random)"
INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
LINE: Final = "var(--line)"
FAINT: Final = "var(--faint)"
PAPER: Final = "var(--card)"


def altair() -> Any:
    """Altair, or the line that installs it."""
    return need_extra("report", "altair")


def marks(rows: list[dict[str, Any]], name: str, k: int = 0) -> Chart:
    """A chart over rows of data whose marks stand in a group of class ``<name>_marks``.

    Args:
        rows: One a mark.
        name: Name of the group.
        k: Tells groups of one name in one chart apart; it does not show in the drawing.

    Returns:
        The chart, without a mark yet.
    """
    alt = altair()
    return alt.Chart(alt.InlineData(values=rows), name=f"{name}_{k}")


CONFIG: Final[dict[str, Any]] = {
    "font": "sans-serif",
    "background": "transparent",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "gridColor": LINE,
        "gridWidth": 1,
        "domain": False,
        "ticks": False,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
    "text": {"fontSize": 12, "fill": INK},
}
"""The look of every chart: no frame, hairline grid, quiet axes, colours that follow the scheme."""
