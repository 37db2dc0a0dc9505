"""People's distributions beside the model's: on a triangle, share against share, entropy against entropy."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.theme import FAINT, INK, LINE, MODEL, MUTED, PEOPLE, Chart, altair, marks
from variorum.reporting.wording import amount, clip_text, percent, shares

__all__ = ["mean_shares", "share_histogram", "share_scatter", "ternary", "versus"]

_HEIGHT = sqrt(3) / 2


def ternary(
    distribution: NDArray[np.float64], labels: Sequence[str], tips: Sequence[str], *, colour: str, width: int
) -> Chart:
    """Distributions over three classes on a triangle; equal ones are one disc, its area the number of items.

    Args:
        distribution: Shape (n_items, 3).
        labels: The three labels: left, right and upper corner.
        tips: A line for each item, shown for discs of one item.
        colour: Of the discs.
        width: Width of the drawing in pixels.

    Returns:
        The chart; group ``items``, one mark a distinct distribution, and ``corners``.
    """
    alt = altair()
    points, first, which, counts = np.unique(
        distribution.round(6), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    assert which.size == len(distribution)
    rows = []
    for k in np.argsort(-counts, kind="stable"):
        words = shares(points[k], labels)
        tip = tips[first[k]] if counts[k] == 1 else f"{amount(int(counts[k]), 'item')}\n{words}"
        rows.append({"x": float(points[k, 1] + points[k, 2] / 2), "y": float(points[k, 2] * _HEIGHT), "tip": tip,
                     "n": int(counts[k])})  # fmt: skip
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.03, 1.03], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.09, _HEIGHT + 0.07], nice=False))
    size = alt.Size("n:Q", legend=None, scale=alt.Scale(type="linear", domain=[0, 40], range=[0, 26 * 40]))
    frame: list[dict[str, Any]] = [
        {"x": 0, "y": 0, "k": 0},
        {"x": 1, "y": 0, "k": 1},
        {"x": 0.5, "y": _HEIGHT, "k": 2},
        {"x": 0, "y": 0, "k": 3},
    ]
    return alt.layer(
        marks(_mesh(), "mesh").mark_rule(aria=False, stroke=LINE).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        marks(frame, "frame").mark_line(aria=False, stroke=FAINT, strokeWidth=1.25).encode(x=x, y=y, order="k:Q"),
        marks(rows, "items")
        .mark_circle(fill=colour, fillOpacity=0.5, stroke=colour, strokeOpacity=0.9, strokeWidth=0.6, opacity=1)
        .encode(x=x, y=y, size=size, description="tip:N"),
        *_corners(labels, x, y, alt),
    ).properties(width=width - 4, height=round((width - 4) * (_HEIGHT + 0.16) / 1.06))


def _mesh() -> list[dict[str, float]]:
    def at(b: float, c: float) -> tuple[float, float]:
        return b + c / 2, c * _HEIGHT

    rows = []
    for t in (0.25, 0.5, 0.75):
        for start, end in (((t, 0), (0, t)), ((t, 0), (t, 1 - t)), ((0, t), (1 - t, t))):
            (x, y), (x2, y2) = at(*start), at(*end)
            rows.append({"x": x, "y": y, "x2": x2, "y2": y2})
    return rows


def _corners(labels: Sequence[str], x: Any, y: Any, alt: Any) -> list[Chart]:
    places = ((0.0, -0.035, "left", "top"), (1.0, -0.035, "right", "top"), (0.5, _HEIGHT + 0.02, "center", "bottom"))
    return [
        marks([{"x": px, "y": py, "text": clip_text(label, 20)}], "corners", k)
        .mark_text(align=align, baseline=baseline, fill=INK, fontWeight=600, aria=False)
        .encode(x=x, y=y, text=alt.Text("text:N"))
        for k, (label, (px, py, align, baseline)) in enumerate(zip(labels, places, strict=True))
    ]


def versus(
    human: NDArray[np.float64],
    model: NDArray[np.float64],
    tips: Sequence[str],
    *,
    top: float,
    width: int,
    titles: tuple[str, str] | None,
    colour: str = INK,
    share: bool = False,
) -> Chart:
    """One number of people against the same number of the model, a point an item, with the line where both agree.

    Args:
        human: Shape (n_items,), in [0, top].
        model: Shape (n_items,), in [0, top].
        tips: A line for each item.
        top: Upper end of both axes.
        width: Width and height of the plot in pixels.
        titles: Titles of the two axes; ``None`` leaves them out.
        colour: Of the points.
        share: Whether the axes are percentages.

    Returns:
        The chart; groups ``items`` and ``diagonal``.
    """
    alt = altair()
    ticks = [0, 0.5, 1] if share and width < 200 else [0, 0.25, 0.5, 0.75, 1] if share else None
    axis = {"tickCount": 5, "format": ".0%" if share else ".1f", **({"values": ticks} if ticks else {})}
    pad = 0.03 * top
    scale = alt.Scale(domain=[-pad, top + pad], nice=False, zero=False)
    left, below = titles or (None, None)
    x = alt.X("x:Q", scale=scale, title=left, axis=alt.Axis(**axis))
    y = alt.Y("y:Q", scale=scale, title=below, axis=alt.Axis(**axis))
    rows = [{"x": float(h), "y": float(m), "tip": t} for h, m, t in zip(human, model, tips, strict=True)]
    line = [{"x": 0.0, "y": 0.0}, {"x": top, "y": top}]
    size = 30 if width >= 200 else 16
    points = marks(rows, "items").mark_circle(fill=colour, fillOpacity=0.42, size=size, opacity=1)
    return alt.layer(
        marks(line, "diagonal").mark_line(aria=False, stroke=FAINT, strokeDash=[4, 4]).encode(x=x, y=y),
        points.encode(x=x, y=y, description="tip:N"),
    ).properties(width=width, height=width)


def share_scatter(
    human: NDArray[np.float64], model: NDArray[np.float64], tips: Sequence[str], *, label: str, width: int
) -> Chart:
    """Share of one label: people against the model; items with the same share of people are fanned out.

    Args:
        human: People's share of the label, shape (n_items,).
        model: The model's, shape (n_items,).
        tips: A line for each item.
        label: The label.
        width: Width and height of the plot in pixels.

    Returns:
        The chart; groups ``items``, ``levels`` (the model's mean where people's shares come in a dozen steps or fewer)
        and ``diagonal``.
    """
    steps = np.unique(human.round(6))
    few = 1 < steps.size <= 12
    # The golden ratio spreads neighbours evenly; the fan fills a third of the gap between two steps.
    gap = float(np.diff(steps).min()) if few else 0.0
    fan = ((np.arange(human.size) * 0.618034) % 1 - 0.5) * min(gap, 0.2) * 0.6
    name = clip_text(label, 24)
    chart = versus(
        np.clip(human + fan, -0.03, 1.03), model, tips, top=1.0, width=width, colour=MODEL, share=True,
        titles=(f"people’s share of “{name}”", f"model’s share of “{name}”"),
    )  # fmt: skip
    if not few:
        return chart
    rows = []
    for step in steps:
        inside = np.abs(human - step) < 1e-6
        mean = float(model[inside].mean())
        tip = f"{amount(int(inside.sum()), 'item')} with {percent(float(step))} of people\nmodel’s mean {percent(mean)}"
        rows.append({"x": float(step), "y": mean, "tip": tip})
    levels = marks(rows, "levels").mark_point(
        shape="diamond", filled=True, fill=PEOPLE, stroke="var(--card)", size=110, opacity=1
    )
    alt = altair()
    return alt.layer(*chart.layer, levels.encode(x="x:Q", y="y:Q", description="tip:N")).properties(
        width=width, height=width
    )


def share_histogram(human: NDArray[np.float64], model: NDArray[np.float64], *, label: str, width: int) -> Chart:
    """How often each share of a label occurs: people above the line, the model below.

    Args:
        human: People's share of the label, shape (n_items,).
        model: The model's, shape (n_items,).
        label: The label.
        width: Width of the plot in pixels.

    Returns:
        The chart; groups ``people`` and ``model``, ten bars each.
    """
    alt = altair()
    edges = np.linspace(0, 1, 11)
    layers, most = [], 1
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), title=f"share of “{clip_text(label, 24)}”",
              axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=False))  # fmt: skip
    for name, values, sign in (("people", human, 1), ("model", model, -1)):
        counts = np.histogram(np.clip(values, 0, 1), edges)[0]
        most = max(most, int(counts.max()))
        rows = [
            {"x": float(edges[k]) + 0.006, "x2": float(edges[k + 1]) - 0.006, "y": 0, "y2": sign * int(n),
             "tip": f"{name}\n{amount(int(n), 'item')} from {10 * k} to {10 * k + 10} %"}
            for k, n in enumerate(counts)
        ]  # fmt: skip
        colour = PEOPLE if name == "people" else MODEL
        layers.append((marks(rows, name).mark_rect(fill=colour, fillOpacity=0.9), sign, name, colour))
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-most * 1.12, most * 1.12], nice=False), title="items",
              axis=alt.Axis(tickCount=6, labelExpr="format(abs(datum.value), ',')"))  # fmt: skip
    bars = [base.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", description="tip:N") for base, *_ in layers]
    names = [
        marks([{"x": 0.5, "y": sign * most * 1.04, "text": name}], "labels", k)
        .mark_text(fill=colour, fontWeight=600, aria=False)
        .encode(x=x, y=y, text="text:N")
        for k, (_, sign, name, colour) in enumerate(layers)
    ]
    zero = (
        marks([{"x": 0.0, "x2": 1.0, "y": 0}], "zero").mark_rule(aria=False, stroke=MUTED).encode(x=x, x2="x2:Q", y=y)
    )
    return alt.layer(*bars, zero, *names).properties(width=width, height=width)


def mean_shares(human: NDArray[np.float64], model: NDArray[np.float64], labels: Sequence[str], *, width: int) -> Chart:
    """Mean share of each label: people's dot and the model's, joined.

    Args:
        human: Shape (n_items, n_classes).
        model: The same shape.
        labels: The labels.
        width: Width of the plot in pixels, labels not counted.

    Returns:
        The chart; groups ``gap``, ``people`` and ``model``, a mark a label each.
    """
    alt = altair()
    people, machine = human.mean(axis=0), model.mean(axis=0)
    rows = [
        {
            "k": k,
            "x": float(p),
            "x2": float(m),
            "tip": f"{label}\npeople {percent(float(p))}, model {percent(float(m))}",
        }
        for k, (label, p, m) in enumerate(zip(labels, people, machine, strict=True))
    ]
    names = [{"k": k, "text": clip_text(label, 20)} for k, label in enumerate(labels)]
    top = max(0.1, float(np.ceil(max(people.max(), machine.max()) * 10) / 10))
    y_scale = alt.Scale(domain=[-0.6, len(labels) - 0.4], reverse=True, nice=False, zero=False)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, top], nice=False), title="mean share over the test items",
              axis=alt.Axis(format=".0%", tickCount=4))  # fmt: skip
    y = alt.Y("k:Q", scale=y_scale, axis=None)
    dot = {"filled": True, "size": 90, "opacity": 1}
    return alt.layer(
        marks(names, "names")
        .mark_text(align="right", baseline="middle", dx=-10, aria=False)
        .encode(x=alt.value(0), y=y, text="text:N"),
        marks(rows, "gap").mark_rule(aria=False, stroke=FAINT, strokeWidth=2).encode(x=x, x2="x2:Q", y=y),
        marks(rows, "people").mark_point(fill=PEOPLE, **dot).encode(x=x, y=y, description="tip:N"),
        marks(rows, "model")
        .mark_point(fill=MODEL, shape="diamond", **dot)
        .encode(x=alt.X("x2:Q"), y=y, description="tip:N"),
    ).properties(width=width, height=max(60, 30 * len(labels)))
