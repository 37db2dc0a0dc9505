"""What each group of annotators reads in an item."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import table
from variorum.reporting.wording import clip_text, percent

__all__ = ["MOST_GROUPS", "readings_of", "shown_groups"]

MOST_GROUPS: Final = 4
"""Groups that there is room for in a card."""

_MOST_LABELS = 6


def shown_groups(found: Decomposed) -> NDArray[np.int64]:
    """The groups that there is room for: those with the largest shares of the population, in their own order.

    Args:
        found: What was found.
    """
    return np.sort(np.argsort(-found.decomposition.group_share, kind="stable")[:MOST_GROUPS])


def readings_of(item: int, found: Decomposed) -> Markup:
    """A table of labels by groups.

    Args:
        item: Position in the corpus.
        found: What was found, with several groups.

    Returns:
        The table, with at most 6 labels and 4 groups.
    """
    chosen = shown_groups(found)
    read = found.decomposition.by_group[chosen, item]
    labels = found.corpus.scheme.labels
    shown = np.sort(np.argsort(-read.max(axis=0), kind="stable")[:_MOST_LABELS])
    head: list[Child] = ["read by", *(clip_text(found.group_names[g], 14) for g in chosen.tolist())]
    rows: list[list[Child]] = [
        [tag("span", clip_text(labels[k], 24), dir="auto"), *(_shade(float(read[g, k])) for g in range(chosen.size))]
        for k in shown.tolist()
    ]
    return table(head, rows, numeric=range(1, chosen.size + 1), class_="bands readings")


def _shade(share: float) -> Markup:
    bar = tag("rect", width=f"{min(max(share, 0.0), 1.0) * 100:.2f}", height="6")
    drawn = tag("svg", bar, class_="bar model", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true")
    return tag("span", percent(share), drawn)
