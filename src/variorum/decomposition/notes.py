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
    if entries.n_classes >= _MANY_CLASSES:
        yield (
            f"{entries.n_classes} labels are many: where people spread over most of them, too many votes are taken for "
            "errors"
        )
    if not model.converged:
        yield f"the fit was ended after {len(model.trace)} rounds, before it met its criterion"
