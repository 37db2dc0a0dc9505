"""Agreement drawn: values with their intervals, items, annotators, pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.theme import FAINT, INK, MUTED, PAPER, PEOPLE, RANDOM, Chart, altair, marks
from variorum.reporting.wording import amount, clip_text, number

__all__ = ["Estimate", "histogram", "interval_chart", "kappa_map", "scatter"]

# Height of a row, and width of a letter of the names, in pixels.
_ROW, _LETTER = 36, 7.0


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, in a row of `interval_chart`.

    Attributes:
        row: Which row, from the top.
        value: nan draws nothing.
        low: Lower end; nan draws no interval.
        high: Upper end.
        colour: Of dot and interval.
        tip: What the pointer shows.
        shift: How far below the middle of the row it lies, in rows.
    """

    row: int
    value: float
    low: float
    high: float
    colour: str
    tip: str
    shift: float = 0.0


def interval_chart(names: Sequence[str], estimates: Sequence[Estimate], *, title: str, width: int) -> Chart:
    """Values as dots with their intervals, a named row each; a line marks 0, which is chance.

    Args:
        names: Name of each row.
        estimates: What stands in the rows; at least one is defined.
        title: Title of the axis.
        width: Width of the drawing in pixels, nearly.

    Returns:
        The chart; groups ``names``, ``chance``, ``intervals`` and ``estimates``.
    """
    alt = altair()
    most = 26 if width > 400 else 17
    labels = [{"k": k, "text": clip_text(name, most)} for k, name in enumerate(names)]
    room = 12 + round(_LETTER * max(len(str(label["text"])) for label in labels))
    plot = width - room - 6
    defined = [e for e in estimates if not np.isnan(e.value)]
    ends = [v for e in defined for v in (e.value, e.low, e.high) if not np.isnan(v)]
    low = min(0.0, *ends)
    # A step of a tenth keeps a dot at the edge inside.
    domain = [np.floor((low - 0.02) * 10) / 10 if low < 0 else 0.0, max(1.0, *ends)]
    scale = alt.Scale(domain=domain, nice=False)
    x = alt.X("x:Q", scale=scale, title=title, axis=alt.Axis(format=".1f", tickCount=max(4, plot // 70)))
    y = alt.Y("k:Q", scale=alt.Scale(domain=[-0.6, len(names) - 0.4], reverse=True, nice=False, zero=False), axis=None)
    rows = [
        {"k": e.row + e.shift, "x": e.value, "low": e.low, "high": e.high, "colour": e.colour, "tip": e.tip}
        for e in defined
    ]
    spans = [row for e, row in zip(defined, rows, strict=True) if not np.isnan(e.low)]
    paint, outline = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    return alt.layer(
        marks(labels, "names")
        .mark_text(align="left", baseline="middle", aria=False)
        .encode(x=alt.value(-room), y=y, text="text:N"),
        marks([{"x": 0.0}], "chance").mark_rule(aria=False, stroke=MUTED, strokeDash=[4, 4]).encode(x=x),
        marks(spans, "intervals")
        .mark_rule(aria=False, strokeWidth=3, strokeOpacity=0.45, strokeCap="round")
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y, stroke=outline),
        marks([_plain(row) for row in rows], "estimates")
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x=x, y=y, fill=paint, description="tip:N"),
    ).properties(width=plot, height=max(60, _ROW * len(names)))


def _plain(row: dict[str, object]) -> dict[str, object]:
    """A row without its interval, which may be nan and then no JSON."""
    return {name: row[name] for name in ("k", "x", "colour", "tip")}


def histogram(
    values: NDArray[np.float64], *, title: str, width: int, top: float = 1.0, unit: str = "", digits: int = 1
) -> Chart:
    """How many items have each value, in ten bars; a dashed line at the mean.

    Args:
        values: Finite, in [0, top], shape (n_items,).
        title: Title of the axis.
        width: Width of the plot in pixels.
        top: Upper end of the axis.
        unit: Unit of the values, for the tips.
        digits: Decimals of the axis and the tips.

    Returns:
        The chart; groups ``bars``, ten, and ``mean``.
    """
    alt = altair()
    edges = np.linspace(0.0, top, 11)
    counts = np.histogram(np.clip(values, 0.0, top), edges)[0]
    pad = top * 0.006
    rows = [
        {"x": float(edges[k]) + pad, "x2": float(edges[k + 1]) - pad, "y": 0, "y2": int(n),
         "tip": f"{amount(int(n), 'item')}\n{number(float(edges[k]), digits)} to "
                f"{number(float(edges[k + 1]), digits)} {unit}".rstrip()}
        for k, n in enumerate(counts)
    ]  # fmt: skip
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, top], nice=False), title=title,
              axis=alt.Axis(grid=False, tickCount=6, format=f".{digits}f"))  # fmt: skip
    y = alt.Y("y:Q", title="items", scale=alt.Scale(domainMin=0),
              axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d"))  # fmt: skip
    mean = [{"x": float(values.mean())}] if values.size else []
    return alt.layer(
        marks(rows, "bars")
        .mark_rect(fill=PEOPLE, fillOpacity=0.9)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", description="tip:N"),
        marks(mean, "mean").mark_rule(aria=False, stroke=INK, strokeDash=[4, 4]).encode(x=x),
    ).properties(width=width, height=190)


def scatter(
    n: NDArray[np.int64],
    kappa: NDArray[np.float64],
    tips: Sequence[str],
    *,
    titles: tuple[str, str],
    width: int,
    height: int = 260,
) -> Chart:
    """A kappa against a number of items, a dot each; dashed lines at the median and, where it is in sight, at chance.

    Args:
        n: Items, at least 1, shape (n_dots,).
        kappa: Defined, shape (n_dots,).
        tips: A text for each dot.
        titles: Titles of the axes: items, kappa.
        width: Width of the plot in pixels.
        height: Height of the plot in pixels.

    Returns:
        The chart; groups ``dots``, ``typical`` and ``chance``.
    """
    alt = altair()
    most, least = int(n.max(initial=1)), int(n.min(initial=int(n.max(initial=1))))
    wide = most > 20 * max(1, least)
    scale = (
        alt.Scale(type="log", domain=[max(0.8, least * 0.8), most * 1.25], nice=False)
        if wide
        else alt.Scale(domain=[0, most * 1.08], nice=False)
    )
    ticks = [float(f"1e{k}") for k in range(8)] if wide else None
    axis = {"grid": False, "format": ",d", **({"values": ticks} if ticks else {"tickCount": 4, "tickMinStep": 1})}
    x = alt.X("x:Q", scale=scale, title=titles[0], axis=alt.Axis(**axis))
    low = float(min(0.0, kappa.min(initial=0.0)))
    bottom = np.floor((low - 0.02) * 5) / 5 if low < 0 else 0.0
    y = alt.Y("y:Q", title=titles[1], axis=alt.Axis(tickCount=5, format=".2~f"),
              scale=alt.Scale(domain=[bottom, 1.0], nice=False))  # fmt: skip
    rows = [{"x": int(items), "y": float(value), "tip": tip} for items, value, tip in zip(n, kappa, tips, strict=True)]
    size = 42 if len(rows) <= 200 else 22
    layers = []
    if low < 0:
        layers.append(marks([{"y": 0.0}], "chance").mark_rule(aria=False, stroke=MUTED).encode(y=y))
    if kappa.size:
        typical = marks([{"y": float(np.median(kappa))}], "typical")
        layers.append(typical.mark_rule(aria=False, stroke=FAINT, strokeDash=[4, 4]).encode(y=y))
    dots = marks(rows, "dots").mark_circle(fill=PEOPLE, fillOpacity=0.55, size=size, opacity=1)
    return alt.layer(*layers, dots.encode(x=x, y=y, description="tip:N")).properties(width=width, height=height)


def kappa_map(matrix: NDArray[np.float64], names: Sequence[str], tips: Sequence[Sequence[str]], *, width: int) -> Chart:
    """Kappa of every two annotators as a square of squares: the stronger the colour, the higher.

    Args:
        matrix: Symmetric, nan where undefined, shape (n, n).
        names: Name of each annotator.
        tips: A text for each cell.
        width: Width of the drawing in pixels, nearly.

    Returns:
        The chart; groups ``cells``, a mark a defined pair and side, ``numbers`` where there is room, and ``names``.
    """
    alt = altair()
    n = len(names)
    shown = [clip_text(name, 12) for name in names]
    room = 10 + round(_LETTER * max(len(name) for name in shown))
    cell = min(56, (width - room - 6) // n)
    scale = alt.Scale(domain=[-0.5, n - 0.5], nice=False, zero=False)
    down = alt.Scale(domain=[-0.5, n - 0.5], nice=False, zero=False, reverse=True)
    x, y = alt.X("x:Q", scale=scale, axis=None), alt.Y("y:Q", scale=down, axis=None)
    gap = 0.5 - 0.75 / cell
    rows = []
    for i, j in np.argwhere(~np.isnan(matrix)):
        kappa = float(matrix[i, j])
        # At most half, so that a number on it can be read in either scheme.
        strength = 0.06 + 0.44 * min(abs(kappa), 1.0)
        rows.append({"x": j - gap, "x2": j + gap, "y": i - gap, "y2": i + gap, "at": int(j), "on": int(i),
                     "text": number(kappa, 2).removeprefix("0"), "colour": PEOPLE if kappa >= 0 else RANDOM,
                     "strength": strength, "tip": tips[i][j]})  # fmt: skip
    layers = [
        marks(rows, "cells")
        .mark_rect(stroke=PAPER, strokeWidth=0)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=alt.Fill("colour:N", scale=None),
                fillOpacity=alt.FillOpacity("strength:Q", scale=None), description="tip:N")
    ]  # fmt: skip
    if cell >= 30:
        layers.append(
            marks(rows, "numbers")
            .mark_text(aria=False, fontSize=12 if cell >= 36 else 11)
            .encode(x=alt.X("at:Q", scale=scale), y=alt.Y("on:Q", scale=down), text="text:N")
        )
    labels = [{"k": k, "text": name} for k, name in enumerate(shown)]
    size = 12 if cell >= 14 else 10
    layers.append(
        marks(labels, "names")
        .mark_text(align="left", baseline="middle", fontSize=size, aria=False)
        .encode(x=alt.value(-room), y=alt.Y("k:Q", scale=down), text="text:N")
    )
    return alt.layer(*layers).properties(width=cell * n, height=cell * n)
