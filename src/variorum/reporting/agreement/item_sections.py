"""Agreement over all items, item by item and label by label."""

from __future__ import annotations

import math

import numpy as np

from variorum.annotations import ANSWERED, Corpus
from variorum.evaluation import AGREEMENT, AgreementSummary
from variorum.reporting.agreement.charts import Estimate, histogram, interval_chart
from variorum.reporting.agreement.findings import short_title
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import figure, section, table
from variorum.reporting.theme import PEOPLE, RANDOM
from variorum.reporting.wording import amount, number, percent

__all__ = ["item_section", "label_section", "measure_section"]

_N_CARDS = 6
_MOST_VALUES = 12


def measure_section(summary: AgreementSummary, drawer: Drawer) -> Markup:
    """Every measure that fits the label scheme, with its interval.

    Args:
        summary: Of the corpus.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    shown = [each for each in summary.measures if each.name != "difference"]
    names = [short_title(each.name) for each in shown]
    estimates = [
        Estimate(k, each.interval.value, each.interval.low, each.interval.high,
                 RANDOM if each.name == "raw" else PEOPLE,
                 f"{AGREEMENT[each.name].title}\n{number(each.interval.value)}"
                 + ("" if math.isnan(each.interval.low) else
                    f", {number(each.interval.low)} to {number(each.interval.high)}"))
        for k, each in enumerate(shown)
    ]  # fmt: skip
    drawn = None
    if any(not math.isnan(e.value) for e in estimates):
        drawings = drawer.draw_both(
            lambda width: interval_chart(names, estimates, title="agreement", width=width), "Measures of agreement"
        )
        how = (
            "1 is perfect agreement. For all but raw agreement, which is grey, 0 is what chance would give; below it, "
            "people differ systematically." + _interval_note(summary)
        )
        drawn = figure("measures", drawings, caption=tag("b", "Agreement over all items"), how=how)
    some_undefined = any(each.interval.n_undefined for each in summary.measures)
    head: list[Child] = ["measure", "value", *(["undefined draws"] if some_undefined else [])]
    rows: list[list[Child]] = []
    for each in summary.measures:
        measure, found = AGREEMENT[each.name], each.interval
        chance = f" Chance gives {measure.corrects}." if measure.corrects != "nothing" else " Not corrected for chance."
        name = tag("span", tag("b", measure.title), tag("small", measure.meaning + chance))
        undefined = [f"{found.n_undefined:,} of {found.n_draws:,}"] if some_undefined else []
        rows.append([name, _with_interval(found.value, found.low, found.high), *undefined])
    return section("measures", "Over all items", drawn, table(head, rows, numeric=range(1, 3), class_="scores"))


def _with_interval(value: float, low: float, high: float) -> Markup:
    ends = None if math.isnan(low) else tag("small", f"[{number(low)}, {number(high)}]")
    return tag("span", "–" if math.isnan(value) else number(value), ends)


def _interval_note(summary: AgreementSummary) -> str:
    if not summary.n_draws:
        return " No interval was asked for."
    return (
        f" Lines are {round(summary.level * 100)}\u00a0% bootstrap intervals over {summary.n_draws:,} resamples of the "
        "items: other items, the same annotators."
    )


def item_section(summary: AgreementSummary, corpus: Corpus, drawer: Drawer, cards: CardWriter) -> Markup:
    """How agreement is spread over items, and the items with the least of it.

    Args:
        summary: Of the corpus.
        corpus: The corpus.
        drawer: Draws the chart.
        cards: Writes the items.

    Returns:
        The section.
    """
    paired = np.flatnonzero(~np.isnan(summary.items))
    if not paired.size:
        return section("items", "Item by item", tag("p", "No item has two answers."))
    numeric = summary.kind == "numeric"
    values, title, top = summary.items[paired], "agreement on an item", 1.0
    if numeric:
        low, high = corpus.scheme.bounds or (0.0, 1.0)
        values, title = np.sqrt(1.0 - np.minimum(values, 1.0)) * (high - low), "typical difference on an item"
        top = float(max(values.max(), 1e-9))
    digits = 1 if top == 1.0 or top >= 20 else 2
    drawings = drawer.draw_both(
        lambda width: histogram(values, title=title, width=width - 60, top=top, digits=digits),
        "Items by their agreement",
    )
    words = {
        "nominal": "the share of pairs of answers that are the same",
        "interval": "1 less the mean squared difference of two answers, in units of the whole scale",
        "masi": "1 less the mean MASI distance of two answers",
    }[summary.distance]
    if numeric:
        words = "the root mean square difference of two answers, on the scale itself"
    few = " With few answers to an item it can take few values." if summary.counts.median < 10 else ""
    how = f"{words[0].upper()}{words[1:]}.{few} The dashed line is the mean."
    shown = figure("items", drawings, caption=tag("b", f"{paired.size:,} items with two answers or more"), how=how)
    answers = summary.item_answers
    differ = paired[summary.items[paired] < 1.0 - 1e-9]
    order = differ[np.lexsort((differ, -answers[differ], summary.items[differ].round(9)))][:_N_CARDS]
    made = [_card(int(item), summary, corpus, cards, int(answers[item])) for item in order]
    notice = (
        "This corpus holds abusive or otherwise disturbing text. Texts and reasons stay closed until you open them."
        if corpus.sensitive
        else None
    )
    lead = "Of items with equally little agreement, those with more answers come first."
    if not differ.size:
        lead = "Nowhere: everybody agrees on every item."
    return section(
        "items",
        "Item by item",
        shown,
        tag("h3", "Where people differ most"),
        tag("p", lead, class_="lead-in"),
        tag("p", notice, class_="notice") if notice and made else None,
        tag("div", *made, class_="cards"),
    )


def _card(item: int, summary: AgreementSummary, corpus: Corpus, cards: CardWriter, n_answers: int) -> Markup:
    votes = corpus.annotations
    rows = np.flatnonzero((votes.item == item) & (votes.status == ANSWERED))
    figures = [f"agreement {number(float(summary.items[item]), 2)}", amount(n_answers, "answer")]
    if summary.kind == "numeric" and votes.value is not None:
        values = np.sort(votes.value[rows])
        more = f" and {values.size - _MOST_VALUES} more" if values.size > _MOST_VALUES else ""
        figures = [", ".join(f"{v:g}" for v in values[:_MOST_VALUES]) + more]
        return cards.card(item, np.zeros(0), None, n_answers, figures)
    one = votes.take(rows).counts()[item]
    shares = one[:, 1] / max(1.0, one[0].sum()) if summary.kind == "multilabel" else one / max(1.0, one.sum())
    return cards.card(item, shares, None, n_answers, figures)


def label_section(summary: AgreementSummary, drawer: Drawer) -> Markup:
    """Each label against all others together; nothing for numbers.

    Args:
        summary: Of the corpus, with labels.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    labels = summary.labels
    assert labels is not None
    found = labels.agreement
    estimates = [
        Estimate(k, float(found.alpha[k]), float(labels.low[k]), float(labels.high[k]), PEOPLE,
                 f"{name}\nalpha {number(float(found.alpha[k]), 2)}, {percent(float(found.share[k]))} of the answers")
        for k, name in enumerate(labels.labels)
    ]  # fmt: skip
    drawn: Child = None
    if len(labels.labels) == 2 and summary.kind != "multilabel":
        words = "Of two labels, each is what the other is not, and both have the same alpha. What differs is how often "
        drawn = tag("p", words + "somebody who gives one meets another who does.", class_="lead-in")
    elif any(not math.isnan(e.value) for e in estimates):
        drawings = drawer.draw_both(
            lambda width: interval_chart(labels.labels, estimates, title="alpha of this label or not", width=width),
            "Agreement on each label",
        )
        how = (
            "Krippendorff’s alpha with all other labels taken for one. A label that is lower than the rest is one that "
            "people draw the line around differently." + _interval_note(summary)
        )
        drawn = figure("labels", drawings, caption=tag("b", "Which labels people share"), how=how)
    head: list[Child] = ["label", "share", "another agrees", "alpha"]
    rows: list[list[Child]] = [
        [name, percent(float(found.share[k])), percent(float(found.specific[k])),
         _with_interval(float(found.alpha[k]), float(labels.low[k]), float(labels.high[k]))]
        for k, name in enumerate(labels.labels)
    ]  # fmt: skip
    note = (
        "Share: of the answers to items with two or more. Another agrees: of those who meet somebody giving the "
        "label, how many give it too."
    )
    listed = table(head, rows, numeric=range(1, 4), class_="bands")
    return section("labels", "Label by label", drawn, listed, tag("p", note, class_="note"))
