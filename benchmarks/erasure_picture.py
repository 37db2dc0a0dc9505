"""The picture of what aggregators erase: distance to the clean distributions against votes an item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from variorum.studies.errors import ErasurePoint

COLOURS = {
    "ours": "#1f5fa8",
    "raw shares": "#6f6f6f",
    "majority": "#b5b5b5",
    "Dawid-Skene": "#d1495b",
    "MACE": "#e0862f",
    "GLAD": "#8b5fbf",
}


def erasure_picture(points: Sequence[ErasurePoint], path: Path) -> None:
    """Draw one panel a corpus, one line a method, as a vector graphic.

    Args:
        points: What `variorum.studies.errors.erasure` returned.
        path: File to write, ends in .svg.
    """
    shown = [p for p in points if p.method in COLOURS]
    top = max(p.js for p in shown)
    panels = [
        _panel([p for p in shown if p.corpus == name], name, top) for name in dict.fromkeys(p.corpus for p in shown)
    ]
    chart = alt.hconcat(*panels, spacing=24).configure(
        background="white",
        font="sans-serif",
        padding=8,
        view={"stroke": None},
        axis={
            "gridColor": "#e8e8e8",
            "domain": False,
            "ticks": False,
            "labelColor": "#555",
            "titleFontWeight": "normal",
        },
    )
    path.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")


def _panel(shown: Sequence[ErasurePoint], title: str, top: float) -> Any:
    rows = [{"votes": p.votes, "js": p.js, "method": p.method} for p in shown]
    most = max(p.votes for p in shown)
    levels = sorted({p.votes for p in shown})
    x = alt.X(
        "votes:Q",
        title="votes an item",
        scale=alt.Scale(type="log", domain=[1, most * 2.6]),
        axis=alt.Axis(values=levels, grid=False, format="d"),
    )
    y = alt.Y("js:Q", title="JS divergence to the clean distribution, nats", scale=alt.Scale(domain=[0, top]))
    colour = alt.Color("method:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, color=colour)
    ends = _spread([row for row in rows if row["votes"] == most], apart=0.045 * top)
    names = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_text(align="left", dx=7, fontSize=11)
        .encode(x=x, y=alt.Y("at:Q"), text="method:N", color=colour)
    )
    lines = base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=28, opacity=1)
    return (lines + names).properties(width=330, height=280, title=alt.TitleParams(title, fontWeight="normal"))


def _spread(rows: list[dict[str, Any]], apart: float) -> list[dict[str, Any]]:
    """Names at the lines' ends, moved up where they would cover each other."""
    placed, edge = [], float("-inf")
    for row in sorted(rows, key=lambda row: row["js"]):
        edge = max(row["js"], edge + apart)
        placed.append({**row, "at": edge})
    return placed
