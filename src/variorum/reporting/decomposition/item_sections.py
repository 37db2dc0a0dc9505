"""Disagreement item by item: what errors made of it, which labels are suspect, which items are truly contested."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition import LEVEL, judged_own
from variorum.labels import normalize
from variorum.reporting.campaign.share_charts import versus
from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.decomposition.rankings import most_contested, suspect_labels
from variorum.reporting.decomposition.readings import readings_of
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import facts, figure, section, table
from variorum.reporting.wording import amount, clip_text, number, percent

__all__ = ["card_of", "card_writer", "contested_section", "disagreement_section", "suspect_section"]

_MOST_POINTS = 600
_N_CARDS = 8
_MOST_LABELS = 12


def card_writer(found: Decomposed) -> CardWriter:
    """Writes the cards of this report: beside each annotator, how likely their vote is an error, and how it was judged.

    Args:
        found: What was found.
    """
    error, judged = found.decomposition.error, _judgments(found)

    def remark(row: int) -> str:
        said = [] if math.isnan(error[row]) else [percent(float(error[row]))]
        return ", ".join([*said, *judged.get(row, ())])

    return CardWriter(found.corpus, model="errors taken out", remark=remark, first=error)


def _judgments(found: Decomposed) -> dict[int, list[str]]:
    """What the validity round says of each judged row."""
    judged = found.corpus.validity
    if judged is None or not len(judged):
        return {}
    own = judged_own(found.corpus.annotations, judged)
    said: dict[int, list[str]] = {}
    for row, sense in zip(judged.annotation[own].tolist(), judged.makes_sense[own].tolist(), strict=True):
        said.setdefault(row, []).append("stood by" if sense else "taken back")
    others = judged.annotation[~own]
    n_rows = found.corpus.annotations.n_rows
    total = np.bincount(others, minlength=n_rows)
    good = np.bincount(others, judged.makes_sense[~own], minlength=n_rows)
    for row in np.flatnonzero(total).tolist():
        said.setdefault(row, []).append(f"{good[row]:.0f} of {total[row]} others find it sensible")
    return said


def card_of(item: int, found: Decomposed, cards: CardWriter, figures: list[str]) -> Markup:
    """One item: its votes as given and with errors taken out, what each group reads, and every vote.

    Args:
        item: Position in the corpus.
        found: What was found.
        cards: Writes it, as `card_writer` makes it.
        figures: Numbers worth naming.

    Returns:
        An ``article``.
    """
    parts, votes = found.decomposition, found.corpus.annotations
    counts = votes.take(np.flatnonzero(votes.item == item)).counts()[item]
    readings = readings_of(item, found) if len(found.group_names) > 1 else None
    shares = counts / max(1.0, float(counts.sum()))
    return cards.card(item, shares, parts.distribution[item], float(counts.sum()), figures, readings)


def disagreement_section(found: Decomposed, drawer: Drawer, cards: CardWriter) -> Markup:
    """What errors did to the disagreement on each item, and to each label.

    Args:
        found: What was found.
        drawer: Draws the chart.
        cards: Names the items.

    Returns:
        The section.
    """
    items = found.decomposition.items
    voted = np.flatnonzero(~np.isnan(items.error_share))
    shown = voted[_evenly(voted.size)]
    tips = [
        f"{cards.title(i)}\nentropy {number(float(items.observed_entropy[i]), 2)}, with errors taken out "
        f"{number(float(items.cleaned_entropy[i]), 2)}\n{percent(float(items.error_share[i]))} errors expected"
        for i in shown.tolist()
    ]
    top = float(max(0.1, np.nanmax(items.observed_entropy), np.nanmax(items.cleaned_entropy)))
    chart = versus(items.observed_entropy[shown], items.cleaned_entropy[shown], tips, top=top, width=320,
                   titles=("entropy of the votes, nats", "entropy with errors taken out, nats"))  # fmt: skip
    some = f" {shown.size:,} of {voted.size:,} items are drawn, evenly spaced." if shown.size < voted.size else ""
    how = (
        "Each dot is an item. Below the dashed line, errors had made it look more contested than it is; above it, more "
        "settled, as people do who press one button." + some
    )
    drawn = figure("disagreement", [drawer.draw(chart, "Entropy of the votes, as given and with errors taken out")],
                   caption=tag("b", "Item by item"), how=how)  # fmt: skip
    moved = items.difference[voted]
    numbers = facts([
        ("mean entropy of the votes", number(float(np.nanmean(items.observed_entropy)), 3)),
        ("with errors taken out", number(float(np.nanmean(items.cleaned_entropy)), 3)),
        ("items less contested by 0.05 or more", f"{int((moved <= -0.05).sum()):,}"),
        ("items more contested by 0.05 or more", f"{int((moved >= 0.05).sum()):,}"),
        ("what people differ in, mean", number(float(np.nanmean(items.variation - items.unknown)), 3)),
        ("what more votes would settle, mean", number(float(np.nanmean(items.unknown)), 3)),
    ])  # fmt: skip
    note = tag("p", "All in nats. The last two are of the cleaned distributions, what the population reads.",
               class_="note")  # fmt: skip
    aside = tag("div", numbers, note, _labels(found, voted), class_="notes")
    return section("disagreement", "What errors made of it", tag("div", drawn, aside, class_="split even"))


def _evenly(n: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, max(n - 1, 0), min(n, _MOST_POINTS)).round().astype(np.int64))


def _labels(found: Decomposed, voted: NDArray[np.int64]) -> Markup:
    labels = found.corpus.scheme.labels
    given = normalize(found.corpus.annotations.counts()[voted]).mean(axis=0)
    read = found.decomposition.distribution[voted].mean(axis=0)
    shown = np.sort(np.argsort(-given, kind="stable")[:_MOST_LABELS])
    rows: list[list[Child]] = [
        [clip_text(labels[k], 40), percent(float(given[k])), percent(float(read[k]))] for k in shown.tolist()
    ]
    left = len(labels) - shown.size
    more = tag("p", f"{amount(left, 'rarer label')} not listed.", class_="note") if left else None
    head: list[Child] = ["label, mean share over items", "votes", "errors taken out"]
    return tag("div", table(head, rows, numeric=(1, 2), class_="bands"), more)


def suspect_section(found: Decomposed, cards: CardWriter) -> Markup:
    """The labels that are likeliest to be there by error alone, as cards.

    Args:
        found: What was found.
        cards: Writes the items.

    Returns:
        The section.
    """
    suspects = suspect_labels(found.corpus.annotations, found.decomposition)
    labels, items = found.corpus.scheme.labels, found.decomposition.items
    out = int(found.decomposition.annotators.throughout.sum())
    counted = ("vote for it that counts", "votes for it that count") if out else ("vote for it", "votes for it")
    made = [
        card_of(i, found, cards, [
            f"“{clip_text(labels[suspects.label[i]], 40)}” an error: {percent(float(suspects.error[i]))}",
            amount(int(suspects.n_votes[i]), *counted),
            f"{percent(float(items.error_share[i]))} errors expected",
        ])
        for i in suspects.ranked()[:_N_CARDS].tolist()
    ]  # fmt: skip
    lead = (
        "For each item, the label that is likeliest to be there by error alone: all votes for it would have to be "
        "errors. Percentages beside names say how likely the vote is one. Read the reasons before you strike a label."
    )
    if out:
        lead += f" Votes of the {amount(out, 'annotator')} who answer whatever the item are suspect anyway."
    if found.validity is not None:
        lead += " After the percentage: what the author, and others, said of the reason in the validity round."
    notice = _notice(found) if made else None
    return section("suspects", "Labels most likely to be errors", tag("p", lead, class_="lead-in"), notice,
                   tag("div", *made, class_="cards"))  # fmt: skip


def contested_section(found: Decomposed, cards: CardWriter) -> Markup:
    """The items that people differ about most when errors are taken out, as cards.

    Args:
        found: What was found.
        cards: Writes the items.

    Returns:
        The section.
    """
    items = found.decomposition.items
    made = [
        card_of(i, found, cards, [
            f"people differ by {number(float(items.variation[i] - items.unknown[i]), 2)} nats",
            f"not known {number(float(items.unknown[i]), 2)}",
            f"errors {percent(float(items.error_share[i]))}, {round(LEVEL * 100)}\u00a0% interval "
            f"{percent(float(items.error_low[i]))} to {percent(float(items.error_high[i]))}",
        ])
        for i in most_contested(found.decomposition)[:_N_CARDS].tolist()
    ]  # fmt: skip
    lead = (
        "What people differ in when errors are taken out, less what is not known of it for want of votes. Here one "
        "label would be wrong for many: keep the distribution."
    )
    return section("contested", "Truly contested", tag("p", lead, class_="lead-in"), _notice(found),
                   tag("div", *made, class_="cards"))  # fmt: skip


def _notice(found: Decomposed) -> Markup | None:
    if not found.corpus.sensitive:
        return None
    said = "This corpus holds abusive or otherwise disturbing text. Texts and reasons stay closed until you open them."
    return tag("p", said, class_="notice")
