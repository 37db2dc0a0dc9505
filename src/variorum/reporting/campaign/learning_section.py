"""What the money bought: a learning curve a metric, and every metric in the end."""

from __future__ import annotations

import math

from variorum.campaign import CampaignResult
from variorum.evaluation import ReferenceLine
from variorum.reporting.campaign.curves import Curve, arm_curves, compare_arms, metric_names
from variorum.reporting.campaign.headline import reference_sentence, verdict
from variorum.reporting.campaign.learning_chart import learning_curve
from variorum.reporting.campaign.metric_info import MetricInfo, info, order
from variorum.reporting.drawing import Drawer
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import figure, key, section, table
from variorum.reporting.wording import amount, difference, number

__all__ = ["learning_section"]

_WIDE, _NARROW = 690, 320
_LINES = ("oracle floor", "fresh panel", "split half")
_MEANINGS = {
    "oracle floor": "what a model that knew the true distribution would score against so few votes",
    "fresh panel": "what a second panel of the same size would score in the model’s place",
    "split half": "how one half of the votes scores against the other",
}


def learning_section(result: CampaignResult, drawer: Drawer) -> Markup:
    """The section with the learning curves, one a metric, the main one first.

    Args:
        result: The campaign.
        drawer: Draws the charts.

    Returns:
        The section.
    """
    names = order(metric_names(result))
    if not names:
        return section("learning", "What the money bought", tag("p", "No round was scored."))
    switch: list[Child] = [tag("span", "Score", class_="tabs-name", id="score-name")]
    for k, name in enumerate(names):
        switch.append(tag("input", type="radio", name="score", id=f"score-{k}", checked=k == 0))
        switch.append(tag("label", info(name).title, for_=f"score-{k}"))
    panels = [_panel(result, drawer, name, leads=name == names[0]) for name in names]
    everything = tag("details", tag("summary", "Every score at the end of the budget"), _final_table(result, names))
    return section(
        "learning",
        "What the money bought",
        tag(
            "div",
            *switch,
            tag("div", *panels, class_="panels"),
            class_="tabs",
            role="group",
            aria_labelledby="score-name",
        ),
        everything,
    )


def _panel(result: CampaignResult, drawer: Drawer, name: str, *, leads: bool) -> Markup:
    metric, curves = info(name), arm_curves(result, name)
    lines = _finite_lines(result, name)
    currency = result.config.currency
    description = f"{metric.title} of {' and '.join(c.arm for c in curves)} against money spent"
    wide = learning_curve(curves, lines, currency=currency, width=_WIDE, height=340, labels=True)
    narrow = learning_curve(curves, lines, currency=currency, width=_NARROW, height=250, labels=False)
    drawings = [drawer.draw(wide, description, class_="wide"), drawer.draw(narrow, description, class_="narrow")]
    unit = f" ({metric.unit})" if metric.unit else ""
    caption = [
        tag("b", metric.title),
        unit,
        " on the test items ",
        tag("span", f"{metric.arrow} {metric.direction}", class_="direction"),
    ]
    # The top of the page says it for the score that leads.
    found = [verdict(compare_arms(result, name), metric), " ", reference_sentence(result, name)]
    notes = [
        None if leads else tag("p", *found, class_="verdict"),
        tag("p", tag("b", metric.title, ". "), metric.meaning, class_="how"),
        tag("p", tag("b", "How to read this. "), _how(curves, lines), class_="how"),
    ]
    drawn = figure("learning", [*drawings, key(_key_entries(curves, lines))], caption=caption)
    return tag("div", drawn, tag("div", *notes, class_="notes"), class_="panel split", data_metric=name)


def _finite_lines(result: CampaignResult, name: str) -> list[ReferenceLine]:
    return [line for line in result.lines.get(name, ()) if math.isfinite(line.mean)]


def _key_entries(curves: list[Curve], lines: list[ReferenceLine]) -> list[tuple[str, str, str]]:
    arms = [(kind, c.arm, number(float(c.mean[-1]))) for kind, c in zip(("chosen", "random"), curves, strict=False)]
    return arms + [(line.name.replace(" ", "-"), line.name, number(line.mean)) for line in lines]


def _how(curves: list[Curve], lines: list[ReferenceLine]) -> str:
    n_seeds = max(curve.n_seeds for curve in curves)
    band = (
        f"Each dot is a round, the mean of {n_seeds} seeds; the band runs from the lowest seed to the highest. "
        if n_seeds > 1
        else "Each dot is a round of the only seed; without further seeds there is no band. "
    )
    meanings = "; ".join(f"{line.name}: {_MEANINGS[line.name]}" for line in lines if line.name in _MEANINGS)
    dashed = (
        f"Dashed lines, for the first seed’s test items, with their 95\u00a0% interval: {meanings}." if meanings else ""
    )
    return band + dashed


def _final_table(result: CampaignResult, names: list[str]) -> Markup:
    several = len(result.outcomes) > 1
    present = [name for name in _LINES if any(line.name == name for n in names for line in result.lines.get(n, ()))]
    head: list[Child] = ["Score", result.outcomes[0].arm.name]
    if several:
        head += [result.outcomes[1].arm.name, "difference"]
    rows = [_final_row(result, info(name), several, present) for name in names]
    framed = table([*head, *present], rows, numeric=range(1, len(head) + len(present)), class_="scores")
    seeds = amount(len({row.seed for row in result.rounds}), "seed")
    note = (
        f"Means over {seeds} at the last round, with the 95\u00a0% interval over seeds and items in brackets; lines: "
        "first seed. "
        f"Nothing here is corrected for looking at {amount(len(names), 'score')}; the headline claims the first alone."
    )
    return tag("div", framed, tag("p", note, class_="note"))


def _final_row(result: CampaignResult, metric: MetricInfo, several: bool, lines: list[str]) -> list[Child]:
    found = compare_arms(result, metric.key)
    direction = tag("span", f"{metric.arrow} {metric.direction}", class_="direction")
    name = tag("span", tag("b", metric.title), " ", direction, tag("small", metric.meaning))
    row: list[Child] = [name, number(found.chosen)]
    if several:
        row.append(number(found.random))
        if found.difference is None:
            row.append("–")
        else:
            low, high = difference(found.difference.low), difference(found.difference.high)
            row.append(tag("span", difference(found.difference.mean), tag("small", f"[{low}, {high}]")))
    known = {line.name: line.mean for line in result.lines.get(metric.key, ())}
    row.extend(number(known[name]) if name in known else "–" for name in lines)
    return row
