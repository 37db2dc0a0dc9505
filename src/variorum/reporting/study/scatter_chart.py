"""Points drawn: one value against another, with a trend or the means of bins through them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from variorum.reporting.study.colours import Look
from variorum.reporting.study.findings import Curve, Scatter
from variorum.reporting.theme import INK, MUTED, Chart, altair, marks
from variorum.reporting.wording import clip_text, number

__all__ = ["MOST_POINTS", "scatter_chart", "shown_points"]

MOST_POINTS: Final = 1200
"""Points drawn in one figure at most: enough to see the shape, few enough for a phone."""

# Width of the vertical axis, and of a letter of its title, in pixels.
_AXIS, _LETTER = 64, 7.0


def shown_points(scatter: Scatter) -> list[dict[str, Any]]:
    """The points of a scatter that are defined, and of these at most `MOST_POINTS`, evenly spaced over their order.

    Args:
        scatter: The scatter.

    Returns:
        One row a point: x, y, its series and what the pointer shows.
    """
    rows = []
    for series in scatter.series:
        for k, (x, y) in enumerate(zip(series.x, series.y, strict=True)):
            if math.isfinite(x) and math.isfinite(y):
                named = series.names[k] if series.names else series.name
                tip = f"{named}\n{scatter.x_title}: {number(x)}\n{scatter.y_title}: {number(y)}"
                rows.append({"x": float(x), "y": float(y), "series": series.name, "tip": tip})
    if len(rows) <= MOST_POINTS:
        return rows
    kept = np.unique(np.linspace(0, len(rows) - 1, MOST_POINTS).round().astype(np.int64))
    return [rows[k] for k in kept.tolist()]


def scatter_chart(scatter: Scatter, look: Mapping[str, Look], *, width: int, height: int = 340) -> Chart:
    """Draw a scatter.

    Args:
        scatter: With at least one defined point.
        look: A look for every series.
        width: Width of the drawing in pixels, nearly.
        height: Height of the plot in pixels.

    Returns:
        The chart; groups ``dots``, ``reference``, and of the line ``spans``, ``line`` and ``knots``.
    """
    alt = altair()
    rows = [
        {**row, "colour": look[row["series"]].colour, "shape": look[row["series"]].shape}
        for row in shown_points(scatter)
    ]
    through = [] if scatter.line is None else _line(scatter.line)
    level = [] if scatter.reference is None else [{"y": scatter.reference}]
    x_scale = alt.Scale(domain=_domain([row["x"] for row in (*rows, *through)]), nice=False, zero=False)
    heights = [row["y"] for row in (*rows, *through, *level)]
    heights += [row[end] for row in through for end in ("low", "high") if end in row]
    y_scale = alt.Scale(domain=_domain(heights), nice=False, zero=False)
    plot = width - _AXIS
    x = alt.X(
        "x:Q",
        scale=x_scale,
        title=clip_text(scatter.x_title, round(plot / _LETTER)),
        axis=alt.Axis(tickCount=max(3, plot // 90)),
    )
    y = alt.Y(
        "y:Q", scale=y_scale, title=clip_text(scatter.y_title, round(height / _LETTER)), axis=alt.Axis(tickCount=5)
    )
    few = len(rows) <= 150
    spans = [row for row in through if "low" in row]
    return alt.layer(
        marks(level, "reference").mark_rule(aria=False, stroke=MUTED, strokeDash=[4, 4]).encode(y=y),
        marks(rows, "dots")
        .mark_point(filled=True, size=58 if few else 18, opacity=1, fillOpacity=0.9 if few else 0.35)
        .encode(x=x, y=y, fill=alt.Fill("colour:N", scale=None), shape=alt.Shape("shape:N", scale=None),
                description="tip:N"),
        marks(spans, "spans")
        .mark_rule(aria=False, stroke=INK, strokeWidth=2.5, strokeCap="round")
        .encode(x=x, y=alt.Y("low:Q", scale=y_scale), y2="high:Q"),
        marks(through, "line").mark_line(aria=False, stroke=INK, strokeWidth=1.75).encode(x=x, y=y),
        marks(through, "knots")
        .mark_point(filled=True, fill=INK, size=40, opacity=1)
        .encode(x=x, y=y, description="tip:N"),
    ).properties(width=plot, height=height)  # fmt: skip


def _domain(values: list[float]) -> list[float]:
    low, high = min(values), max(values)
    pad = 0.04 * (high - low) or 0.05 * abs(high) or 0.5
    return [low - pad, high + pad]


def _line(curve: Curve) -> list[dict[str, Any]]:
    rows = []
    for k, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
        if math.isnan(y):
            continue
        row: dict[str, Any] = {"x": float(x), "y": float(y)}
        tip = f"{curve.name}\n{number(y)} at {number(x)}"
        if curve.low and not math.isnan(curve.low[k]):
            row |= {"low": float(curve.low[k]), "high": float(curve.high[k])}
            tip += f"\n{number(row['low'])} to {number(row['high'])}"
        rows.append({**row, "tip": tip})
    return rows
