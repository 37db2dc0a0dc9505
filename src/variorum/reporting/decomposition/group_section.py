"""Perspectives: groups of annotators, what speaks for their number, and where they differ."""

from __future__ import annotations

import numpy as np

from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.decomposition.findings import chosen_count, group_sizes, groups
from variorum.reporting.decomposition.given_groups import GivenGroups, compare_with_given
from variorum.reporting.decomposition.item_sections import card_of
from variorum.reporting.decomposition.rankings import most_divided, order_by
from variorum.reporting.decomposition.readings import MOST_GROUPS
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Child, Markup, join, tag
from variorum.reporting.parts import section, table
from variorum.reporting.wording import amount, clip_text, number, p_value, percent

__all__ = ["group_section"]

_N_CARDS = 6
_MOST_LABELS = 4
_MOST_GROUPS = 12
_SEED = 0


def group_section(found: Decomposed, cards: CardWriter) -> Markup:
    """The groups, what speaks for their number, what each reads, and where they differ most.

    Args:
        found: What was found, with groups that were looked for or given.
        cards: Writes the items.

    Returns:
        The section.
    """
    several = len(found.group_names) > 1
    lead = "A perspective is a group of annotators who read the same items differently from others, in a way that "
    lead += "predicts votes that were held out." if found.perspectives is not None else "an attribute of them names."
    return section(
        "groups",
        "Perspectives",
        tag("p", f"{groups(found)} {lead}", class_="lead-in"),
        tag("div", _sizes(found) if several else None, _numbers(found), class_="pair"),
        _given(found),
        _divided(found, cards) if several else None,
    )


def _sizes(found: Decomposed) -> Markup:
    parts, labels = found.decomposition, found.corpus.scheme.labels
    sizes = group_sizes(found)
    mean = np.nanmean(parts.by_group, axis=1)
    shown = np.sort(np.argsort(-mean.max(axis=0), kind="stable")[:_MOST_LABELS])
    order = np.argsort(-parts.group_share, kind="stable")[:_MOST_GROUPS]
    head: list[Child] = ["group", "annotators", "population", *(clip_text(labels[k], 16) for k in shown.tolist())]
    rows: list[list[Child]] = [
        [clip_text(found.group_names[g], 30), f"{int(sizes[g]):,}", percent(float(parts.group_share[g])),
         *(percent(float(mean[g, k])) for k in shown.tolist())]
        for g in np.sort(order).tolist()
    ]  # fmt: skip
    left = parts.group_share.size - order.size
    more = f" {amount(left, 'smaller group')} not listed." if left else ""
    note = tag("p", f"Under each label: its mean share over all items, as the group reads them.{more}", class_="note")
    return tag("div", table(head, rows, numeric=range(1, 3 + shown.size), class_="bands"), note)


def _numbers(found: Decomposed) -> Markup | None:
    perspectives = found.perspectives
    if perspectives is None or not perspectives.counts:
        return None
    chosen = chosen_count(perspectives)
    rows: list[list[Child]] = [
        [tag("b", f"{count.n_groups}, chosen") if count is chosen else f"{count.n_groups}",
         number(count.log_score, 4), _signed(count.gain), number(count.standard_error, 4)]
        for count in perspectives.counts
    ]  # fmt: skip
    note = (
        "Nats a held-out vote. The smallest number within one standard error of the best is taken, and more are not "
        "tried once they stop helping."
    )
    left = perspectives.n_left_out
    if left:
        note += f" Left out of the search: {amount(left, 'annotator')} who seemed to answer whatever the item."
    head: list[Child] = ["groups", "log score", "gain over one", "standard error"]
    return tag("div", table(head, rows, numeric=(1, 2, 3), class_="bands"), tag("p", note, class_="note"))


def _signed(value: float) -> str:
    return f"+{number(value, 4)}" if value > 0 else number(value, 4)


def _given(found: Decomposed) -> Markup | None:
    perspectives = found.perspectives
    if perspectives is None or perspectives.n_groups == 1:
        return None
    compared = compare_with_given(perspectives.group, found.corpus.annotators, np.random.default_rng(_SEED))
    if not compared:
        return None
    rows: list[list[Child]] = [
        [each.attribute, f"{len(each.values)}", number(each.rand, 2), p_value(each.p_value).removeprefix("p = ")]
        for each in compared
    ]
    head: list[Child] = ["what is known of annotators", "values", "adjusted Rand index", "p"]
    note = (
        "How far each attribute tells apart the people whom the groups tell apart: 1 is the same division, 0 what "
        "chance gives. p: of an index as high if annotators were exchanged at random, not corrected for looking at "
        "several."
    )
    return join(
        tag("h3", "Beside what is known of the annotators"),
        table(head, rows, numeric=(1, 2, 3), class_="bands"),
        tag("p", note, class_="note wide-note"),
        _cross(compared[0], found),
    )


def _cross(given: GivenGroups, found: Decomposed) -> Markup:
    head: list[Child] = [given.attribute, *found.group_names[: given.table.shape[1]]]
    rows: list[list[Child]] = [
        [value, *(f"{int(n):,}" for n in given.table[k])] for k, value in enumerate(given.values)
    ]
    inside = table(head, rows, numeric=range(1, len(head)), class_="bands")
    return tag("details", tag("summary", f"Annotators by {given.attribute} and group"), inside)


def _divided(found: Decomposed, cards: CardWriter) -> Markup:
    apart = most_divided(found.decomposition)
    made = [
        card_of(i, found, cards, [f"groups differ by {percent(float(apart[i]))} of the probability"])
        for i in order_by(apart)[:_N_CARDS].tolist()
    ]
    lead = "By the two groups that are furthest apart: half the sum of the differences of their shares."
    if len(found.group_names) > MOST_GROUPS:
        lead += f" The {MOST_GROUPS} largest groups are shown."
    return join(
        tag("h3", "Where they differ most"),
        tag("p", lead, class_="lead-in"),
        tag("div", *made, class_="cards"),
    )
