"""A report of a study: one HTML file that needs nothing else, no network and no script to be read."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence

from variorum.reporting.drawing import Drawer
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.page import masthead, page, render, write_page
from variorum.reporting.parts import facts, figure, key, section, table
from variorum.reporting.study.cells import cell_text, interval_text, numeric_columns, p_text, signed_number
from variorum.reporting.study.colours import Look, looks
from variorum.reporting.study.curve_chart import curve_chart
from variorum.reporting.study.findings import (
    Cell,
    Curves,
    Estimate,
    Findings,
    Intervals,
    Part,
    PValue,
    Scatter,
    Table,
)
from variorum.reporting.study.interval_chart import interval_chart
from variorum.reporting.study.scatter_chart import MOST_POINTS, scatter_chart, shown_points

__all__ = ["study_report", "write_study_report"]

_NARROW = 400
_CLOSING = "Written by Variorum from the finished runs. No interval is corrected for how many there are."


def study_report(title: str, question: str, findings: Findings, setup: Sequence[tuple[str, str]] = ()) -> str:
    """Write a study up as one HTML page.

    Args:
        title: Name of the study.
        question: What it asks, one sentence.
        findings: What came out.
        setup: Names and values of how it was run: preset, settings, version.

    Returns:
        The page: self-contained, under a content security policy that allows its own style and script by their hashes
        and nothing else. Every text is escaped. A chart without a defined value is left out, and says so.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    return render(f"{title} · study", lambda: _body(title, question, findings, setup))


def write_study_report(
    title: str,
    question: str,
    findings: Findings,
    path: str | os.PathLike[str],
    setup: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a report of a study to a file, all of it or nothing.

    Args:
        title: Name of the study.
        question: What it asks.
        findings: What came out.
        path: Where to; what is there is replaced in one step.
        setup: Names and values of how it was run.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    write_page(study_report(title, question, findings, setup), path)


def _body(title: str, question: str, findings: Findings, setup: Sequence[tuple[str, str]]) -> Markup:
    drawer, look = Drawer(), looks(findings)
    sections: list[Markup] = []
    links: list[tuple[str, str]] = []
    number = 0
    for k, each in enumerate(findings.sections, 1):
        inside: list[Child] = [tag("p", each.lead, class_="lead-in")] if each.lead else []
        for part in each.parts:
            number += 1
            inside.append(_part(part, f"part-{number}", drawer, look))
        sections.append(section(f"section-{k}", each.title, *inside))
        links.append((f"section-{k}", each.title))
    if findings.notes:
        notes = tag("ul", *(tag("li", note) for note in findings.notes), class_="meaning")
        sections.append(section("limits", "What limits it", notes))
        links.append(("limits", "Limits"))
    described = [*setup, *findings.setup]
    if described:
        sections.append(section("setup", "How it was run", facts(described, "settings")))
        links.append(("setup", "Setup"))
    first, *rest = findings.verdict or ("",)
    head = masthead(
        "study",
        title,
        links,
        tag("p", question, class_="standfirst"),
        tag("p", first, class_="lede"),
        *(tag("p", sentence, class_="standfirst") for sentence in rest),
    )
    return page(head, sections, _CLOSING)


def _part(part: Part, name: str, drawer: Drawer, look: Mapping[str, Look]) -> Markup:
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Curves):
        shown = [curve.name for curve in part.curves if any(not math.isnan(y) for y in curve.y)]
        drawings = (
            drawer.draw_both(lambda width: curve_chart(part, look, width=width, labels=width > _NARROW), part.title)
            if shown
            else []
        )
        return _figure(part, name, drawings, shown, look, axis=part.y_title)
    if isinstance(part, Intervals):
        shown = [row.series for row in part.rows if not math.isnan(row.estimate.value)]
        drawings = drawer.draw_both(lambda width: interval_chart(part, look, width=width), part.title) if shown else []
        return _figure(part, name, drawings, shown, look, axis=part.x_title)
    points = sum(
        math.isfinite(x) and math.isfinite(y) for each in part.series for x, y in zip(each.x, each.y, strict=True)
    )
    shown = list(dict.fromkeys(row["series"] for row in shown_points(part)))
    drawings = drawer.draw_both(lambda width: scatter_chart(part, look, width=width), part.title) if shown else []
    some = f" {MOST_POINTS:,} of {points:,} points are drawn, evenly spaced." if points > MOST_POINTS else ""
    return _figure(part, name, drawings, shown, look, some)


def _figure(
    part: Curves | Intervals | Scatter,
    name: str,
    drawings: Sequence[Markup],
    shown: Sequence[str],
    look: Mapping[str, Look],
    some: str = "",
    axis: str = "",
) -> Markup:
    caption: list[Child] = [tag("b", part.title), tag("small", axis) if axis else None]
    if not drawings:
        return tag("div", tag("h3", part.title), tag("p", "Nothing is defined, so nothing is drawn.", class_="note"))
    names = [each for each in dict.fromkeys(shown) if each]
    swatches = key([(f"block {look[each].swatch}", each, "") for each in names]) if len(names) > 1 else None
    inside = [*drawings] if swatches is None else [swatches, *drawings]
    return figure(name, inside, caption=caption, how=(part.how + some).strip() or None, class_="apart")


def _table(shown: Table) -> Markup:
    rows = [[_cell(cell, shown.digits) for cell in row] for row in shown.rows]
    framed = table(shown.head, rows, numeric=numeric_columns(shown), class_="bands")
    note = tag("p", shown.note, class_="note wide-note") if shown.note else None
    return tag("div", tag("h3", shown.title), framed, note)


def _cell(cell: Cell, digits: int) -> Child:
    """A cell with its lesser half below it in small print."""
    if isinstance(cell, Estimate) and not math.isnan(cell.value):
        return [signed_number(cell, digits), tag("small", interval_text(cell, digits) or None)]
    if isinstance(cell, PValue) and not math.isnan(cell.p) and not math.isnan(cell.smallest):
        return [p_text(cell.p), tag("small", f"(≥ {p_text(cell.smallest)})")]
    return cell_text(cell, digits)
