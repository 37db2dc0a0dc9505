"""Agreement annotator by annotator and pair by pair."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.evaluation import AgreementSummary
from variorum.reporting.agreement.charts import kappa_map, scatter
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import short_id
from variorum.reporting.markup import Child, Markup, join, tag
from variorum.reporting.parts import figure, section, table
from variorum.reporting.wording import amount, number

__all__ = ["annotator_section", "pair_section"]

_ENDS = 6
_MOST_ANNOTATORS = 300
_MOST_DOTS = 600
_MAP = 25


def _name(corpus: Corpus, code: int) -> str:
    return short_id(corpus.annotators.ids[code], corpus.name)


def _said(kappa: float, n_items: int) -> str:
    return f"kappa {number(kappa, 2)}\n{amount(n_items, 'shared item')}"


def _agreement(summary: AgreementSummary, corpus: Corpus, agreement: float) -> str:
    """Agreement as the tables print it: for numbers, the typical difference on the scale itself."""
    if math.isnan(agreement):
        return "–"
    if summary.kind != "numeric":
        return number(agreement, 2)
    low, high = corpus.scheme.bounds or (0.0, 1.0)
    return f"{math.sqrt(max(0.0, 1.0 - agreement)) * (high - low):.3g}"


def _column(summary: AgreementSummary) -> str:
    return "typical difference" if summary.kind == "numeric" else "agreement"


def annotator_section(summary: AgreementSummary, corpus: Corpus, drawer: Drawer) -> Markup:
    """Each annotator against all others: who agrees least and most, and how many items say so.

    Args:
        summary: Of the corpus, with annotators.
        corpus: The corpus.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    found = summary.annotators
    assert found is not None
    defined = found.ranked()
    ranked = found.ranked(min_items=summary.min_items)
    lead = (
        "Each annotator against all others on the same items. Kappa is 0 where the two sides agree no more often than "
        "they would by chance, given how often each uses each label. A low one may be a reading of one’s own as well "
        "as a slip: look at the reasons before you judge."
    )
    head: list[Child] = ["annotator", "kappa", _column(summary), "items shared", "items in all"]

    def rows(codes: NDArray[np.int64]) -> list[list[Child]]:
        return [
            [_name(corpus, c), "–" if math.isnan(found.kappa[c]) else number(float(found.kappa[c]), 2),
             _agreement(summary, corpus, float(found.agreement[c])), f"{found.n_items[c]:,}",
             f"{found.n_answers[c]:,}"]
            for c in codes.tolist()
        ]  # fmt: skip

    every = np.flatnonzero(found.n_answers > 0)
    every = every[np.lexsort((every, np.nan_to_num(found.kappa[every], nan=np.inf)))]
    inside: list[Child] = []
    if every.size <= 2 * _ENDS:
        inside.append(table(head, rows(every), numeric=range(1, 5), class_="annotators"))
    else:
        enough = f", of the {ranked.size:,} with {summary.min_items} shared items or more"
        inside += [
            tag("h3", "Lowest and highest"),
            tag("p", f"By kappa{enough if ranked.size < every.size else ''}.", class_="lead-in"),
            table(head, [*rows(ranked[:_ENDS]), *rows(ranked[-_ENDS:])], numeric=range(1, 5), class_="annotators"),
        ]
        listed = every[:_MOST_ANNOTATORS]
        left = every.size - listed.size
        more = tag("p", f"{amount(left, 'further annotator')} not listed.", class_="note") if left else None
        inside.append(
            tag("details", tag("summary", f"All {amount(every.size, 'annotator')}, lowest kappa first"),
                table(head, rows(listed), numeric=range(1, 5), class_="annotators"), more)
        )  # fmt: skip
    body = tag("div", *inside)
    if defined.size > 1:
        tips = [f"{_name(corpus, c)}\n{_said(float(found.kappa[c]), int(found.n_items[c]))}" for c in defined.tolist()]
        titles = ("items shared", "kappa with the rest")
        chart = scatter(found.n_items[defined], found.kappa[defined], tips, titles=titles, width=280)
        how = (
            "Each dot is an annotator: to the right, more items shared with others; upward, more agreement beyond "
            "chance. The dashed line is the median. Far to the left, kappa is mostly chance."
        )
        drawn = figure("annotators", [drawer.draw(chart, "Kappa with the rest against items shared")],
                       caption=tag("b", "Agreement with the rest"), how=how)  # fmt: skip
        body = tag("div", body, drawn, class_="split")
    return section("annotators", "Annotator by annotator", tag("p", lead, class_="lead-in"), body)


def pair_section(summary: AgreementSummary, corpus: Corpus, drawer: Drawer) -> Markup:
    """Cohen's kappa of every two annotators who share items, as a map or as dots.

    Args:
        summary: Of the corpus, with pairs.
        corpus: The corpus.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    pairs = summary.pairs
    assert pairs is not None
    ranked, enough = pairs.ranked(min_items=summary.min_items), summary.min_items
    who = [
        (_name(corpus, a), _name(corpus, b)) for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    ]
    weighted = {"interval": ", weighted by the squared difference", "masi": ", weighted by the MASI distance"}
    lead = (
        f"Cohen’s kappa of every two annotators on the items that both annotated{weighted.get(summary.distance, '')}: "
        f"{amount(pairs.kappa.size, 'pair')}, {ranked.size:,} of them with {enough} shared items or more and a kappa."
    )
    if ranked.size:
        lead += f" Their mean is {number(pairs.mean(min_items=enough), 2)}."
    present = np.unique(np.concatenate([pairs.first, pairs.second])) if pairs.kappa.size else np.zeros(0, np.int64)
    drawn: Child = None
    if 2 < present.size <= _MAP and ranked.size:
        drawn = _map(summary, corpus, drawer, present)
    elif ranked.size > 1:
        # Evenly over the pairs by how much they share, so that neither end is left out.
        by_items = ranked[np.argsort(pairs.n_items[ranked], kind="stable")]
        step = np.unique(np.linspace(0, by_items.size - 1, min(_MOST_DOTS, by_items.size)).round().astype(int))
        at = by_items[step]
        tips = [
            f"{who[k][0]} and {who[k][1]}\n{_said(float(pairs.kappa[k]), int(pairs.n_items[k]))}" for k in at.tolist()
        ]
        titles = ("items shared", "Cohen’s kappa")
        drawings = drawer.draw_both(
            lambda width: scatter(pairs.n_items[at], pairs.kappa[at], tips, titles=titles, width=width - 60),
            "Cohen’s kappa against items shared",
        )
        some = (
            f" {at.size:,} of {ranked.size:,} pairs are drawn, evenly over the items shared."
            if at.size < ranked.size
            else ""
        )
        how = "Each dot is a pair. With few shared items kappa scatters widely whatever people think." + some
        drawn = figure("pairs", drawings, caption=tag("b", "Every two annotators"), how=how)
    head: list[Child] = ["pair", "kappa", _column(summary), "items shared"]
    chosen = ranked if ranked.size <= 2 * _ENDS else np.concatenate([ranked[:_ENDS], ranked[-_ENDS:]])
    rows: list[list[Child]] = [
        [f"{who[k][0]} and {who[k][1]}", number(float(pairs.kappa[k]), 2),
         _agreement(summary, corpus, float(pairs.agreement[k])), f"{pairs.n_items[k]:,}"]
        for k in chosen.tolist()
    ]  # fmt: skip
    title = tag("h3", "Lowest and highest") if ranked.size > 2 * _ENDS else None
    listed = join(title, table(head, rows, numeric=range(1, 4), class_="annotators")) if rows else None
    return section("pairs", "Pair by pair", tag("p", lead, class_="lead-in"), drawn, listed)


def _map(summary: AgreementSummary, corpus: Corpus, drawer: Drawer, present: NDArray[np.int64]) -> Markup:
    pairs = summary.pairs
    assert pairs is not None
    shared = np.zeros((pairs.n_annotators, pairs.n_annotators), np.int64)
    shared[pairs.first, pairs.second] = shared[pairs.second, pairs.first] = pairs.n_items
    matrix = pairs.matrix()[np.ix_(present, present)]
    names = [_name(corpus, int(c)) for c in present]
    tips = [
        [f"{a} and {b}\n{_said(float(matrix[i, j]), int(shared[present[i], present[j]]))}" for j, b in enumerate(names)]
        for i, a in enumerate(names)
    ]
    drawings = drawer.draw_both(
        lambda width: kappa_map(matrix, names, tips, width=width), "Cohen’s kappa of every two annotators"
    )
    how = (
        "A square for every two annotators, columns in the order of the rows: the stronger the colour, the higher "
        "kappa. Grey is below chance; empty squares share no item, or give one label throughout."
    )
    return figure("pairs", drawings, caption=tag("b", "Every two annotators"), how=how)
