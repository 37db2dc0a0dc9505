"""What a reader of a decomposition must know, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from variorum.decomposition.posteriors import unconditional
from variorum.decomposition.reading_model import ReadingModel
from variorum.decomposition.responses import CARELESS_FROM

__all__ = ["notes"]

# Classes from which types of items are few for what people may read.
_MANY_CLASSES: Final = 6
# An item is read alike if so many of its votes agree; items with fewer votes than the second number say nothing of it.
_ALIKE, _ENOUGH_VOTES = 0.95, 10
_FEW_ALIKE: Final = 0.05
_ENOUGH_ITEMS: Final = 50


def notes(model: ReadingModel) -> Iterator[str]:
    """One sentence each, without a full stop; none where all is as it should be.

    Args:
        model: The fitted model.
    """
    entries = model.entries
    if entries.pooled and entries.n_voters == 1:
        yield "no annotator is known: nothing tells error from variation, and one vote in twenty is taken for careless"
    elif entries.pooled:
        yield "votes of unknown annotators are as careless as those of the others on average"
    throughout = int(np.count_nonzero(unconditional(model) >= CARELESS_FROM))
    if throughout == 1:
        yield "1 annotator answers whatever the item, and counts for nothing in the population"
    elif throughout:
        yield f"{throughout} annotators answer whatever the item, and count for nothing in the population"
    counts = entries.counts(entries.weight)
    top, total = counts.max(axis=1), counts.sum(axis=1)
    known = total >= _ENOUGH_VOTES
    if np.count_nonzero(known) >= _ENOUGH_ITEMS and (top >= _ALIKE * total)[known].mean() < _FEW_ALIKE:
        yield (
            "hardly any item is read alike by all, so that carelessness that annotators share cannot be told from "
            "variation: shares of errors may be too high"
        )
    if entries.n_classes >= _MANY_CLASSES:
        yield (
            f"{entries.n_classes} labels are many: where people spread over most of them, too many votes are taken for "
            "errors"
        )
    if not model.converged:
        yield f"the fit was ended after {len(model.trace)} rounds, before it met its criterion"
