"""Estimates drawn: a dot with its interval a row, against a line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from variorum.reporting.study.colours import Look
from variorum.reporting.study.findings import Intervals
from variorum.reporting.theme import MUTED, Chart, altair, marks
from variorum.reporting.wording import clip_text, number

__all__ = ["interval_chart"]

# Height of a dot's band and of the space between rows, and width of a letter of the names, in pixels.
_BAND, _SPACE, _LETTER = 17, 14, 7.0


def interval_chart(intervals: Intervals, look: Mapping[str, Look], *, width: int) -> Chart:
    """Draw estimates.

    Args:
        intervals: With at least one defined value.
        look: A look for every series.
        width: Width of the drawing in pixels, nearly.

    Returns:
        The chart; groups ``names``, ``reference``, ``intervals`` and ``estimates``. Rows of one name share a row, each
        series on a height of its own.
    """
    alt = altair()
    names = list(dict.fromkeys(row.name for row in intervals.rows))
    series = list(dict.fromkeys(row.series for row in intervals.rows))
    most = 30 if width > 400 else 18
    labels = [{"k": k, "text": clip_text(name, most)} for k, name in enumerate(names)]
    room = 12 + round(_LETTER * max(len(str(label["text"])) for label in labels))
    plot = width - room - 12
    rows = _rows(intervals, look, names, series)
    ends = [v for row in rows for v in (row["x"], row.get("low"), row.get("high")) if v is not None]
    ends += [] if intervals.reference is None else [intervals.reference]
    pad = 0.05 * (max(ends) - min(ends)) or 0.05 * abs(max(ends)) or 0.5
    scale = alt.Scale(domain=[min(ends) - pad, max(ends) + pad], nice=False, zero=False)
    x = alt.X(
        "x:Q",
        scale=scale,
        title=clip_text(intervals.x_title, round(plot / _LETTER)),
        axis=alt.Axis(tickCount=max(3, plot // 90)),
    )
    y = alt.Y("k:Q", scale=alt.Scale(domain=[-0.5, len(names) - 0.5], reverse=True, nice=False, zero=False), axis=None)
    spans = [row for row in rows if "low" in row]
    line = [] if intervals.reference is None else [{"x": intervals.reference}]
    paint, outline = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    return alt.layer(
        marks(labels, "names")
        .mark_text(align="left", baseline="middle", aria=False)
        .encode(x=alt.value(-room), y=y, text="text:N"),
        marks(line, "reference").mark_rule(aria=False, stroke=MUTED, strokeDash=[4, 4]).encode(x=x),
        marks(spans, "intervals")
        .mark_rule(aria=False, strokeWidth=3, strokeOpacity=0.45, strokeCap="round")
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, stroke=outline),
        marks(rows, "estimates")
        .mark_point(filled=True, size=62, opacity=1)
        .encode(x=x, y=y, fill=paint, shape=alt.Shape("shape:N", scale=None), description="tip:N"),
    ).properties(width=plot, height=max(60, (_BAND * len(series) + _SPACE) * len(names)))


def _rows(intervals: Intervals, look: Mapping[str, Look], names: list[str], series: list[str]) -> list[dict[str, Any]]:
    band = _BAND / (_BAND * len(series) + _SPACE)
    rows = []
    for each in intervals.rows:
        value, drawn = each.estimate, look[each.series]
        if math.isnan(value.value):
            continue
        shift = (series.index(each.series) - (len(series) - 1) / 2) * band
        tip = "\n".join(filter(None, [each.name, f"{each.series} {number(value.value)}".strip()]))
        row: dict[str, Any] = {"k": names.index(each.name) + shift, "x": float(value.value), "colour": drawn.colour,
                               "shape": drawn.shape}  # fmt: skip
        if not math.isnan(value.low):
            row |= {"low": float(value.low), "high": float(value.high)}
            tip += f"\n{number(value.low)} to {number(value.high)}"
        rows.append({**row, "tip": tip})
    return rows
