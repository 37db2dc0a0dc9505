"""Curves drawn: a score against votes an item, a line a method, an interval at every point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from variorum.reporting.campaign.learning_chart import spread_labels
from variorum.reporting.study.colours import Look
from variorum.reporting.study.findings import Curves
from variorum.reporting.theme import Chart, altair, marks
from variorum.reporting.wording import clip_text, number

__all__ = ["curve_chart"]

# Width of a letter of the labels, and of the vertical axis, in pixels.
_LETTER, _AXIS, _LABEL_HEIGHT = 6.6, 58, 17.0
_MOST_LABELS = 8


def curve_chart(curves: Curves, look: Mapping[str, Look], *, width: int, height: int = 320, labels: bool) -> Chart:
    """Draw curves.

    Args:
        curves: With at least one defined point.
        look: A look for every curve.
        width: Width of the drawing in pixels, nearly.
        height: Height of the plot in pixels.
        labels: Whether lines are named at their right ends, as far as they are at most 8; else a key should.

    Returns:
        The chart; groups ``intervals``, ``line``, ``points`` and ``labels``. At one x, methods stand a little beside
        each other, so that no interval hides another.
    """
    alt = altair()
    rows = _rows(curves, look, width)
    ends = np.array(
        [value for row in rows for value in (row["y"], row.get("low"), row.get("high")) if value is not None]
    )
    places = sorted({_place(x, curves.log_x) for curve in curves.curves for x in curve.x})
    pad = 0.06 * (ends.max() - ends.min()) or 0.05 * abs(ends.max()) or 0.5
    domain = [float(ends.min() - pad), float(ends.max() + pad)]
    margin = 0.04 * (places[-1] - places[0]) or 0.5
    named = _last_points(curves, look) if labels and len(curves.curves) <= _MOST_LABELS else []
    room = round(max((len(text) for text, *_ in named), default=0) * _LETTER) + 14 if named else 6
    plot = max(120, width - _AXIS - room)
    x_scale = alt.Scale(domain=[places[0] - margin, places[-1] + margin], nice=False, zero=False)
    y_scale = alt.Scale(domain=domain, nice=False, zero=False)
    expression = "format(pow(10, datum.value), ',.3~r')" if curves.log_x else "format(datum.value, ',.4~r')"
    axis = alt.Axis(grid=False, values=_ticks(places, plot), labelExpr=expression)
    x = alt.X("x:Q", scale=x_scale, title=clip_text(curves.x_title, round(plot / _LETTER)), axis=axis)
    y = alt.Y("y:Q", scale=y_scale, title=None, axis=alt.Axis(tickCount=5))
    paint, outline = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    spans = [row for row in rows if "low" in row]
    layers = [
        marks(spans, "intervals")
        .mark_rule(aria=False, strokeWidth=2.5, strokeOpacity=0.4, strokeCap="round")
        .encode(x=x, y=alt.Y("low:Q", scale=y_scale, title=None), y2="high:Q", stroke=outline),
        marks(rows, "line").mark_line(aria=False, strokeWidth=1.75).encode(x=x, y=y, stroke=outline, detail="name:N"),
        marks(rows, "points")
        .mark_point(filled=True, size=52, opacity=1)
        .encode(x=x, y=y, fill=paint, shape=alt.Shape("shape:N", scale=None), description="tip:N"),
    ]
    if named:
        placed = _label_rows(named, domain, places[-1] + margin, height)
        label = marks(placed, "labels").mark_text(align="left", baseline="middle", dx=8, fontWeight=600, aria=False)
        layers.append(label.encode(x=alt.X("x:Q", scale=x_scale), y=y, text="text:N", fill=paint))
    return alt.layer(*layers).properties(width=plot, height=height)


def _place(x: float, log: bool) -> float:
    return math.log10(x) if log else float(x)


def _ticks(places: list[float], plot: int) -> list[float]:
    """As many of the places as there is room for, the first always among them."""
    least = (places[-1] - places[0]) * 42 / plot
    kept = places[:1]
    for place in places[1:]:
        if place - kept[-1] >= least:
            kept.append(place)
    return kept


def _rows(curves: Curves, look: Mapping[str, Look], width: int) -> list[dict[str, Any]]:
    xs = [_place(x, curves.log_x) for curve in curves.curves for x in curve.x]
    step = 4.0 * ((max(xs) - min(xs)) or 1.0) / width
    rows = []
    for k, curve in enumerate(curves.curves):
        beside = (k - (len(curves.curves) - 1) / 2) * step
        drawn = look[curve.name]
        for i, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
            if math.isnan(y):
                continue
            tip = f"{curve.name}\n{number(y, 4)} at {x:,.4g}"
            row: dict[str, Any] = {"x": _place(x, curves.log_x) + beside, "y": float(y), "name": curve.name,
                                   "colour": drawn.colour, "shape": drawn.shape}  # fmt: skip
            if curve.low and not math.isnan(curve.low[i]):
                row |= {"low": float(curve.low[i]), "high": float(curve.high[i])}
                tip += f"\n{number(row['low'], 4)} to {number(row['high'], 4)}"
            rows.append({**row, "tip": tip})
    return rows


def _last_points(curves: Curves, look: Mapping[str, Look]) -> list[tuple[str, float, str]]:
    last = []
    for curve in curves.curves:
        defined = [y for y in curve.y if not math.isnan(y)]
        if defined:
            last.append((clip_text(curve.name, 26), defined[-1], look[curve.name].colour))
    return last


def _label_rows(
    named: list[tuple[str, float, str]], domain: list[float], right: float, height: int
) -> list[dict[str, Any]]:
    low, high = domain
    wanted = np.array([(high - value) / (high - low) * height for _, value, _ in named])
    placed = spread_labels(wanted, np.full(len(named), _LABEL_HEIGHT), float(height))
    return [
        {"x": right, "y": high - float(pixel) / height * (high - low), "text": text, "colour": colour}
        for (text, _, colour), pixel in zip(named, placed, strict=True)
    ]
