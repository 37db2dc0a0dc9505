"""Annotators drawn: how often each errs, against how far each reads unlike the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.theme import FAINT, INK, PAPER, PEOPLE, Chart, altair, marks

__all__ = ["MOST_INTERVALS", "error_and_dissent"]

MOST_INTERVALS: Final = 60
"""With more annotators than this, intervals would hide the dots, and are left out."""

_MOST_NAMES: Final = 12
# Width of a letter and height of a line of the names, in pixels.
_LETTER, _LINE = 7.0, 14.0


def error_and_dissent(
    dissent: NDArray[np.float64],
    error: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    flagged: NDArray[np.bool_],
    names: Sequence[str],
    tips: Sequence[str],
    *,
    width: int,
    height: int = 320,
) -> Chart:
    """Error rate against dissent, a dot an annotator; dashed lines at the medians.

    Args:
        dissent: Mean total variation from the population, in [0, 1], shape (n_annotators,).
        error: Error rate, in [0, 1].
        low: Lower end of its interval.
        high: Upper end of it.
        flagged: Who answers whatever the item, drawn as a diamond.
        names: Name of each, written beside the dots of a few where there is room.
        tips: A text for each.
        width: Width of the plot in pixels.
        height: Height of the plot in pixels.

    Returns:
        The chart; groups ``typical``, ``intervals`` of up to 60, ``dots``, ``flagged`` and ``names`` of up to 12.
    """
    alt = altair()
    right = max(0.05, float(dissent.max(initial=0.0)) * 1.12)
    spans = dissent.size <= MOST_INTERVALS
    top = min(1.0, max(0.05, float((high if spans else error).max(initial=0.0)) * 1.06))
    x = alt.X("x:Q", title="dissent: how far they read unlike the population", axis=_axis(alt, width),
              scale=alt.Scale(domain=[0, right], nice=False))  # fmt: skip
    scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("y:Q", title="share of errors among their votes", axis=_axis(alt, height),
              scale=scale)  # fmt: skip
    rows = [
        {"x": float(d), "y": float(e), "low": float(a), "high": float(b), "name": name, "tip": tip}
        for d, e, a, b, name, tip in zip(dissent, error, low, high, names, tips, strict=True)
    ]
    few = dissent.size <= _MOST_NAMES
    size = 80 if few else 46 if dissent.size <= 200 else 24
    careful = [row for row, out in zip(rows, flagged, strict=True) if not out]
    careless = [row for row, out in zip(rows, flagged, strict=True) if out]
    layers = []
    if dissent.size > 2:
        layers += [
            marks([{"y": float(np.median(error))}], "typical")
            .mark_rule(aria=False, stroke=FAINT, strokeDash=[4, 4]).encode(y=y),
            marks([{"x": float(np.median(dissent))}], "typical", 1)
            .mark_rule(aria=False, stroke=FAINT, strokeDash=[4, 4]).encode(x=x),
        ]  # fmt: skip
    if spans:
        layers.append(
            marks(rows, "intervals")
            .mark_rule(aria=False, stroke=PEOPLE, strokeWidth=2, strokeOpacity=0.3)
            .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q")
        )
    dots = marks(careful, "dots").mark_circle(fill=PEOPLE, fillOpacity=0.75, size=size, opacity=1)
    layers.append(dots.encode(x=x, y=y, description="tip:N"))
    if careless:
        diamonds = marks(careless, "flagged").mark_point(
            shape="diamond", filled=True, fill=INK, stroke=PAPER, strokeWidth=1, size=size + 40, opacity=1
        )
        layers.append(diamonds.encode(x=x, y=y, description="tip:N"))
    if few:
        px, py = dissent / right * width, (1 - error / top) * height
        for k, (side, chosen) in enumerate(_sides(px, py, names, width).items()):
            layers.append(
                marks([rows[r] for r in chosen], "names", k)
                .mark_text(align=side, baseline="middle", dx=9 if side == "left" else -9, aria=False)
                .encode(x=x, y=y, text="name:N")
            )
    return alt.layer(*layers).properties(width=width, height=height)


def _sides(
    x: NDArray[np.float64], y: NDArray[np.float64], names: Sequence[str], width: int
) -> dict[Literal["left", "right"], list[int]]:
    """On which side of its dot each name has room; names without any are left to the pointer and the table."""
    placed = [(float(a) - 7, float(a) + 7, float(b)) for a, b in zip(x, y, strict=True)]
    sides: dict[Literal["left", "right"], list[int]] = {"left": [], "right": []}
    for k, name in enumerate(names):
        length = _LETTER * len(name)
        for side, start in (("left", float(x[k]) + 8), ("right", float(x[k]) - 8 - length)):
            box = (start, start + length, float(y[k]))
            if box[0] >= 0 and box[1] <= width and not any(_meet(box, other) for other in placed):
                placed.append(box)
                sides["left" if side == "left" else "right"].append(k)
                break
    return sides


def _meet(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < _LINE


def _axis(alt: object, pixels: int) -> object:
    return alt.Axis(format=".0%", tickCount=max(3, pixels // 80))  # type: ignore[attr-defined]
