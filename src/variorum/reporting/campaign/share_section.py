"""People and the model side by side: their distributions, and how much each leaves open."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import CampaignResult
from variorum.evaluation import entropy, entropy_correlation
from variorum.reporting.campaign.share_charts import mean_shares, share_histogram, share_scatter, ternary, versus
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Markup, tag
from variorum.reporting.parts import facts, figure, section, table
from variorum.reporting.theme import MODEL, PEOPLE
from variorum.reporting.wording import clip_text, number, shares

__all__ = ["MOST_POINTS", "drawn_items", "entropy_bands", "entropy_section", "share_section"]

MOST_POINTS = 600
"""Items drawn in one figure at most: enough to see the shape, few enough for a phone."""

_MOST_CLASSES = 12


def drawn_items(n_items: int) -> NDArray[np.int64]:
    """Which test items the figures show: all, or evenly many of them.

    Args:
        n_items: Number of test items.

    Returns:
        Increasing positions, at most `MOST_POINTS`.

    Example:
        >>> drawn_items(3), drawn_items(1800).size
        (array([0, 1, 2]), 600)
    """
    return np.unique(np.linspace(0, n_items - 1, min(n_items, MOST_POINTS)).round().astype(np.int64))


def _sample_note(n_items: int) -> str:
    return "" if n_items <= MOST_POINTS else f" {MOST_POINTS:,} of {n_items:,} test items are drawn, evenly spaced."


def _tips(result: CampaignResult, cards: CardWriter, where: NDArray[np.int64]) -> list[str]:
    labels, human, model = result.corpus.scheme.labels, result.human, result.outcomes[0].predicted
    titles = [cards.title(int(item)) for item in result.test[where]]
    return [
        f"{title}\npeople: {shares(human[k], labels)}\nmodel: {shares(model[k], labels)}"
        for k, title in zip(where, titles, strict=True)
    ]


def share_section(result: CampaignResult, drawer: Drawer, cards: CardWriter) -> Markup:
    """The section with people's and the model's distributions.

    Args:
        result: The campaign.
        drawer: Draws the charts.
        cards: Names the items.

    Returns:
        The section: triangles for three classes, shares for two, small multiples for more.
    """
    where = drawn_items(len(result.test))
    human, model = result.human[where], result.outcomes[0].predicted[where]
    tips = _tips(result, cards, where)
    labels = result.corpus.scheme.labels
    draw = {2: _two, 3: _three}.get(len(labels), _many)
    figures = draw(human, model, labels, tips, drawer, _sample_note(len(result.test)))
    if len(labels) == 2:
        figures.insert(0, _histogram(result.human[:, 1], result.outcomes[0].predicted[:, 1], labels[1], drawer))
    return section(
        "shares",
        "People and model, side by side",
        tag("div", *figures, _means(result, drawer), class_="trio"),
    )


def _two(
    human: NDArray[np.float64],
    model: NDArray[np.float64],
    labels: tuple[str, ...],
    tips: list[str],
    drawer: Drawer,
    note: str,
) -> list[Markup]:
    label, h, m = labels[1], human[:, 1], model[:, 1]
    scatter = drawer.draw(share_scatter(h, m, tips, label=label, width=258), f"Share of {label}: people against model")
    return [
        figure("scatter", [scatter], caption=["Shares of “", tag("b", label), "”, item by item"],
               how="Each dot is an item; on the dashed line the model agrees with people. Items with the same share of "
               "people are fanned out; diamonds are the model’s mean at each such share." + note),
    ]  # fmt: skip


def _histogram(human: NDArray[np.float64], model: NDArray[np.float64], label: str, drawer: Drawer) -> Markup:
    drawing = drawer.draw(
        share_histogram(human, model, label=label, width=262), f"How often each share of {label} occurs"
    )
    how = (
        "Bars upward count items by people’s share, bars downward by the model’s. A model as divided as people are "
        "would mirror them. All test items are counted."
    )
    return figure("histogram", [drawing], caption=["Shares of “", tag("b", label), "”, counted"], how=how)


def _three(
    human: NDArray[np.float64],
    model: NDArray[np.float64],
    labels: tuple[str, ...],
    tips: list[str],
    drawer: Drawer,
    note: str,
) -> list[Markup]:
    how = (
        "A corner is a unanimous label, the middle three equal shares, an edge two labels without the third. Discs of "
        "larger area stand for several items with the same shares."
    )
    made = []
    for name, values, colour in (("people", human, PEOPLE), ("model", model, MODEL)):
        chart = ternary(values, labels, tips, colour=colour, width=328)
        drawing = drawer.draw(chart, f"Label distributions of {name} on a triangle")
        explained = (
            how + note
            if name == "people"
            else "The same items in the same triangle, as the model predicts them." + note
        )
        caption = tag("b", name, class_=f"{name}-ink")
        made.append(figure(f"ternary-{name}", [drawing], caption=caption, how=explained))
    return made


def _many(
    human: NDArray[np.float64],
    model: NDArray[np.float64],
    labels: tuple[str, ...],
    tips: list[str],
    drawer: Drawer,
    note: str,
) -> list[Markup]:
    kept = np.arange(len(labels))
    if len(labels) > _MOST_CLASSES:
        kept = np.sort(np.argsort(-human.sum(axis=0), kind="stable")[:_MOST_CLASSES])
    drawings, names = [], [tip.partition("\n")[0] for tip in tips]
    for k in kept:
        chart = versus(human[:, k], model[:, k], names, top=1.0, width=118, titles=None, colour=MODEL, share=True)
        drawing = drawer.draw(chart, f"Share of {labels[k]}: people against model")
        drawings.append(tag("div", tag("p", clip_text(labels[k], 22), class_="small-title"), drawing, class_="small"))
    left = f" The {len(kept)} most frequent of {len(labels)} labels are shown." if len(kept) < len(labels) else ""
    how = "One square a label, one dot an item; people’s share to the right, the model’s upward, the same on the line."
    caption = "Share of each label: people (across) against model (up)"
    return [figure("multiples", drawings, caption=caption, how=how + left + note, class_="multiples")]


def _means(result: CampaignResult, drawer: Drawer) -> Markup:
    chart = mean_shares(result.human, result.outcomes[0].predicted, result.corpus.scheme.labels, width=178)
    drawing = drawer.draw(chart, "Mean share of each label, people and model")
    caption = [
        "On average: ",
        tag("span", "● people", class_="people-ink"),
        " and ",
        tag("span", "◆ model", class_="model-ink"),
    ]
    how = f"Mean share of each label over {len(result.test):,} test items. A gap is a bias that one item cannot show."
    return figure("means", [drawing], caption=caption, how=how)


def entropy_section(result: CampaignResult, drawer: Drawer, cards: CardWriter) -> Markup:
    """The section with the entropy of people against the entropy of the model.

    Args:
        result: The campaign.
        drawer: Draws the chart.
        cards: Names the items.

    Returns:
        The section.
    """
    human, model = entropy(result.human), entropy(result.outcomes[0].predicted)
    where, top = drawn_items(len(result.test)), math.log(max(2, result.human.shape[1]))
    chart = versus(human[where], model[where], _tips(result, cards, where), top=top, width=330, colour=MODEL,
                   titles=("entropy of people, nats", "entropy of the model, nats"))  # fmt: skip
    drawing = drawer.draw(chart, "Entropy of people against entropy of the model")
    how = (
        f"Each dot is an item. To the right, people disagree more, up to ln {result.human.shape[1]} = {number(top, 2)};"
        " upward, the model is less sure. Below the dashed line the model is surer than people are."
        + _sample_note(len(result.test))
    )
    gap = float(np.mean(model - human))
    surer = "less sure than people are divided" if gap > 0 else "surer than people’s votes allow"
    correlation = entropy_correlation(result.human, result.outcomes[0].predicted)
    pairs = [
        ("people, mean", tag("span", f"{number(float(human.mean()), 2)} nats", class_="people-ink")),
        ("model, mean", tag("span", f"{number(float(model.mean()), 2)} nats", class_="model-ink")),
        ("correlation", number(correlation, 2)),
    ]
    words = f"On average the model is {surer}."
    caution = (
        "Entropy of few votes is too low on average, so part of a gap above the line may belong to the number of votes."
        if float(np.median(result.human_votes)) < 20
        else ""
    )
    shown = figure("entropy", [drawing], caption="Entropy, item by item", how=how)
    head = ["entropy of people, nats", "items", "people, mean", "model, mean"]
    notes = tag(
        "div", facts(pairs), tag("p", words, class_="verdict"), tag("p", caution) if caution else None,
        table(head, entropy_bands(human, model, top), numeric=range(1, 4), class_="bands"), class_="notes",
    )  # fmt: skip
    return section(
        "entropy", "Where people disagree, is the model unsure?", tag("div", shown, notes, class_="split even")
    )


def entropy_bands(human: NDArray[np.float64], model: NDArray[np.float64], top: float) -> list[list[str]]:
    """Items in four bands of people's entropy, with the mean of both in each.

    Args:
        human: Entropy of people, nats, shape (n_items,).
        model: Entropy of the model, nats, shape (n_items,).
        top: The highest that can be.

    Returns:
        Rows of a table: band, items, mean of people, mean of the model; a band without items has no row.

    Example:
        >>> entropy_bands(np.array([0.0, 0.1, 0.9]), np.array([0.5, 0.7, 0.8]), 1.0)
        [['0.00 to 0.25', '2', '0.05', '0.60'], ['0.75 to 1.00', '1', '0.90', '0.80']]
    """
    edges = np.linspace(0, top, 5)
    which = np.clip(np.searchsorted(edges, human, side="right") - 1, 0, 3)
    rows = []
    for k in np.unique(which):
        inside = which == k
        means = (number(float(values[inside].mean()), 2) for values in (human, model))
        band = f"{number(float(edges[k]), 2)} to {number(float(edges[k + 1]), 2)}"
        rows.append([band, f"{int(inside.sum()):,}", *means])
    return rows
