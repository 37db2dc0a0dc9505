"""Agreement within groups of annotators and between them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import AgreementSummary
from variorum.reporting.agreement.charts import Estimate, interval_chart
from variorum.reporting.drawing import Drawer
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import figure, key, section, table
from variorum.reporting.theme import PEOPLE, RANDOM
from variorum.reporting.wording import amount, clip_text, number, p_value

__all__ = ["group_section"]

_MOST_GROUPS = 12


def group_section(summary: AgreementSummary, drawer: Drawer) -> Markup:
    """Agreement within each group of annotators and with all others.

    Args:
        summary: Of a corpus, with groups.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    found = summary.groups
    assert found is not None
    lead = (
        f"Annotators are grouped by “{summary.attribute}”. Within: Krippendorff’s alpha among a group’s own "
        "annotators. Across: the same between them and all annotators of other groups. If the group tells how people "
        "read an item, within is higher than across; if both are equal, it does not."
    )
    without = (
        f" {amount(found.n_without, 'answer')} of annotators without a group are left out." if found.n_without else ""
    )
    order = np.lexsort((np.arange(found.within.size), -found.n_answers))
    drawable = [g for g in order.tolist() if not (math.isnan(found.within[g]) and math.isnan(found.outside[g]))]
    drawn: Child = None
    if drawable:
        shown = drawable[:_MOST_GROUPS]
        estimates = [
            estimate
            for row, g in enumerate(shown)
            for estimate in (
                _estimate(
                    row, summary.group_names[g], "within", found.within[g], found.within_interval[g], PEOPLE, -0.16
                ),
                _estimate(
                    row, summary.group_names[g], "across", found.outside[g], found.outside_interval[g], RANDOM, 0.16
                ),
            )
        ]
        names = [summary.group_names[g] for g in shown]
        drawings = drawer.draw_both(
            lambda width: interval_chart(names, estimates, title="alpha", width=width),
            "Agreement within groups and across",
        )
        left = len(drawable) - len(shown)
        some = f" {amount(left, 'smaller group')} not drawn." if left else ""
        swatches = key([("block people", "within the group", ""), ("block random", "across groups", "")])
        how = (
            "Two dots a group, with their intervals over items. Intervals do not say whether other annotators of the "
            f"same groups would differ as much: the p values in the table do.{some}"
        )
        drawn = figure("groups", [swatches, *drawings], caption=tag("b", "Within and across"), how=how)
    note = (
        "p: two-sided, for within less across, if the group were a random set of as many annotators; in brackets, the "
        "smallest that so many annotators could give. It takes annotators for exchangeable: where groups annotated "
        "different items, the items may be what differs. Nothing is corrected for looking at several groups."
    )
    return section(
        "groups",
        "Within groups and between them",
        tag("p", lead + without, class_="lead-in"),
        drawn,
        _group_table(summary, order),
        tag("p", note, class_="note wide-note"),
        _between(summary, order),
    )


def _estimate(
    row: int, group: str, what: str, value: float, ends: NDArray[np.float64], colour: str, shift: float
) -> Estimate:
    tip = f"{group}\n{what} {number(float(value), 2)}"
    if not math.isnan(ends[0]):
        tip += f", {number(float(ends[0]), 2)} to {number(float(ends[1]), 2)}"
    return Estimate(row, float(value), float(ends[0]), float(ends[1]), colour, tip, shift)


def _group_table(summary: AgreementSummary, order: NDArray[np.int64]) -> Markup:
    found = summary.groups
    assert found is not None
    head: list[Child] = ["group", "within", "across", "within / across", "p", "annotators", "answers"]
    rows: list[list[Child]] = []
    for g in order.tolist():
        p: Child = "–"
        if not math.isnan(found.p_value[g]):
            least = f"≥ {found.smallest_p[g]:.2g}" + (", all sets" if found.is_exact[g] else "")
            p = tag(
                "span",
                p_value(float(found.p_value[g])).removeprefix("p = ").removeprefix("p "),
                tag("small", f"({least})"),
            )
        rows.append([
            summary.group_names[g], *(_dash(float(v)) for v in (found.within[g], found.outside[g], found.ratio[g])), p,
            f"{found.n_annotators[g]:,}", f"{found.n_answers[g]:,}",
        ])  # fmt: skip
    return table(head, rows, numeric=range(1, 7), class_="bands")


def _between(summary: AgreementSummary, order: NDArray[np.int64]) -> Markup | None:
    found = summary.groups
    assert found is not None
    shown = [g for g in order.tolist() if found.n_answers[g]][:_MOST_GROUPS]
    if len(shown) < 3:
        return None
    names = [clip_text(summary.group_names[g], 24) for g in shown]
    rows: list[list[Child]] = [
        [names[i], *(_dash(float(found.within[g] if g == h else found.between[g, h])) for h in shown)]
        for i, g in enumerate(shown)
    ]
    inside = table(["alpha between", *names], rows, numeric=range(1, len(shown) + 1), class_="bands")
    return tag(
        "details", tag("summary", "Every two groups"), inside, tag("p", "On the diagonal: within.", class_="note")
    )


def _dash(value: float) -> str:
    return "–" if math.isnan(value) else number(value, 2)
