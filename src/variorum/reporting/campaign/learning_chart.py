"""The learning curve: score against money, both arms, and what people themselves would score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import format_money
from variorum.evaluation import ReferenceLine
from variorum.reporting.campaign.curves import Curve
from variorum.reporting.theme import CHOSEN, INK, PEOPLE, RANDOM, Chart, altair, marks
from variorum.reporting.wording import amount, clip_text, number

__all__ = ["ARM_COLOURS", "LINE_STYLES", "learning_curve", "spread_labels"]

ARM_COLOURS = (CHOSEN, RANDOM)
LINE_STYLES: dict[str, tuple[str, list[int]]] = {
    "oracle floor": (INK, [2, 3]),
    "fresh panel": (PEOPLE, [7, 4]),
    "split half": (PEOPLE, [2, 3]),
}
_MICRO = 1_000_000
# Width of a letter of the labels, and of the vertical axis, in pixels.
_LETTER, _AXIS = 6.3, 46


def spread_labels(wanted: NDArray[np.float64], heights: NDArray[np.float64], top: float) -> NDArray[np.float64]:
    """Move labels apart so that none covers another, as little as possible.

    Args:
        wanted: Where each label's middle should be, in pixels, shape (n_labels,).
        heights: Height of each, in pixels, shape (n_labels,).
        top: Labels must stay between 0 and this, if they all fit.

    Returns:
        Where each label's middle goes, shape (n_labels,).

    Example:
        >>> spread_labels(np.array([50.0, 52.0, 10.0]), np.array([20.0, 20.0, 20.0]), 100.0)
        array([50., 70., 10.])
    """
    placed = np.array(wanted, np.float64)
    order = np.argsort(placed, kind="stable")
    edge = 0.0
    for k in order:
        placed[k] = max(placed[k], edge + heights[k] / 2)
        edge = placed[k] + heights[k] / 2
    edge = max(top, float(heights.sum()))
    for k in order[::-1]:
        placed[k] = min(placed[k], edge - heights[k] / 2)
        edge = placed[k] - heights[k] / 2
    return placed


def _domain(curves: Sequence[Curve], lines: Sequence[ReferenceLine]) -> tuple[float, float]:
    values = np.concatenate([*(np.concatenate([c.low, c.high]) for c in curves), [line.mean for line in lines]])
    low, high = float(values.min()), float(values.max())
    pad = 0.08 * (high - low) or 0.05 * abs(high) or 0.5
    return low - pad if low < 0 or low - pad > 0 else 0.0, high + pad


def learning_curve(
    curves: Sequence[Curve],
    lines: Sequence[ReferenceLine],
    *,
    currency: str,
    width: int,
    height: int,
    labels: bool,
) -> Chart:
    """Score against money spent: a line, a band and a point a round for each arm, a dashed line for each reference.

    Args:
        curves: At most two arms, the chosen one first; each with at least one point.
        lines: Reference lines with a finite mean.
        currency: Its name.
        width: Width of the drawing in pixels, nearly.
        height: Height of the plot in pixels.
        labels: Whether lines are named at their right ends; else a key beside the drawing should.

    Returns:
        The chart; groups ``band``, ``line``, ``points``, ``reference``, ``interval`` and ``labels``.
    """
    alt = altair()
    low, high = _domain(curves, lines)
    right = max(float(curve.spent[-1]) for curve in curves) / _MICRO
    names = _names(curves, lines)
    plot = width - _AXIS - (round(max(len(text) for text, _, _ in names) * _LETTER) + 14 if labels else 0)
    x_scale, y_scale = alt.Scale(domain=[0, right], nice=False), alt.Scale(domain=[low, high], nice=False, zero=False)
    x = alt.X("x:Q", scale=x_scale, title=f"{currency} spent", axis=alt.Axis(grid=False, tickCount=plot // 90))
    y = alt.Y("y:Q", scale=y_scale, title=None, axis=alt.Axis(tickCount=5))
    plain_x = alt.X("x:Q", scale=x_scale)
    paint, outline = alt.Fill("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    layers = []
    if lines:
        layers = [
            marks(_interval_rows(lines, low, high, right), "interval")
            .mark_rect(aria=False, fillOpacity=0.10)
            .encode(x=plain_x, x2="x2:Q", y=y, y2="y2:Q", fill=paint),
            marks(_reference_rows(lines, right), "reference")
            .mark_rule(strokeWidth=1.5)
            .encode(x=plain_x, x2="x2:Q", y=y, stroke=outline, strokeDash=_dashes(lines), description="tip:N"),
        ]
    rows = [row for curve, colour in reversed(list(zip(curves, ARM_COLOURS, strict=False))) for row in
            _curve_rows(curve, colour, currency)]  # fmt: skip
    by_low = alt.Y("low:Q", scale=y_scale, title=None)
    layers += [
        marks(rows, "band").mark_area(aria=False, fillOpacity=0.16).encode(x=x, y=by_low, y2="high:Q", fill=paint),
        marks(rows, "line").mark_line(aria=False, strokeWidth=2.25).encode(x=x, y=y, stroke=outline),
        marks(rows, "points")
        .mark_point(filled=True, size=26, opacity=1)
        .encode(x=x, y=y, fill=paint, description="tip:N"),
    ]
    if labels:
        label = marks(_label_rows(names, (low, high), right, height), "labels")
        label = label.mark_text(align="left", baseline="middle", dx=10, fontWeight=600, aria=False)
        layers.append(label.encode(x=plain_x, y=y, text="text:N", fill=paint))
    return alt.layer(*layers).properties(width=plot, height=height)


def _names(curves: Sequence[Curve], lines: Sequence[ReferenceLine]) -> list[tuple[str, float, str]]:
    arms = [(c.arm, float(c.mean[-1]), colour) for c, colour in zip(curves, ARM_COLOURS, strict=False)]
    known = [(line.name, line.mean, _style(line.name)[0]) for line in lines]
    return [(f"{clip_text(name, 36)} {number(value)}", value, colour) for name, value, colour in arms + known]


def _range(line: ReferenceLine) -> str:
    return f"95 % interval {number(line.low)} to {number(line.high)}, {amount(line.n_items, 'item')}"


def _interval_rows(lines: Sequence[ReferenceLine], low: float, high: float, right: float) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        bottom, top = max(line.low, low), min(line.high, high)
        if np.isfinite(line.low) and np.isfinite(line.high) and bottom < top:
            rows.append({"x": 0.0, "x2": right, "y": bottom, "y2": top, "colour": _style(line.name)[0]})
    return rows


def _reference_rows(lines: Sequence[ReferenceLine], right: float) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        tip = f"{line.name}\n{number(line.mean)}\n{_range(line)}"
        rows.append(
            {"x": 0.0, "x2": right, "y": line.mean, "name": line.name, "colour": _style(line.name)[0], "tip": tip}
        )
    return rows


def _style(name: str) -> tuple[str, list[int]]:
    return LINE_STYLES.get(name, (INK, [1, 3]))


def _dashes(lines: Sequence[ReferenceLine]) -> Any:
    alt = altair()
    names = [line.name for line in lines]
    return alt.StrokeDash(
        "name:N", legend=None, scale=alt.Scale(domain=names, range=[_style(name)[1] for name in names])
    )


def _curve_rows(curve: Curve, colour: str, currency: str) -> list[dict[str, Any]]:
    rows = []
    for spent, mean, low, high in zip(curve.spent, curve.mean, curve.low, curve.high, strict=True):
        tip = f"{curve.arm}\n{number(float(mean), 4)} after {format_money(int(spent), currency)}"
        if curve.n_seeds > 1:
            tip += f"\n{curve.n_seeds} seeds: {number(float(low), 4)} to {number(float(high), 4)}"
        row = {"x": spent / _MICRO, "y": mean, "low": low, "high": high}
        rows.append({**{key: float(value) for key, value in row.items()}, "colour": colour, "tip": tip})
    return rows


def _label_rows(
    names: list[tuple[str, float, str]], domain: tuple[float, float], right: float, height: int
) -> list[dict[str, Any]]:
    low, high = domain
    wanted = np.array([(high - value) / (high - low) * height for _, value, _ in names])
    placed = spread_labels(wanted, np.full(len(names), 17.0), float(height))
    return [
        {"x": right, "y": high - float(pixel) / height * (high - low), "text": text, "colour": colour}
        for (text, _, colour), pixel in zip(names, placed, strict=True)
    ]
