"""Corpora of which studies take a part, under a name of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign import open_corpus

__all__ = ["open_part", "part_of"]

_PARTS: Final = {"multipico-english": ("multipico", "language", "en")}


@lru_cache(maxsize=16)
def open_part(name: str) -> Corpus:
    """A corpus by name, opened once; "multipico-english" is the English part of MultiPICo.

    Args:
        name: Of the corpus.

    Returns:
        The corpus.

    Raises:
        UnknownNameError: If there is none of that name.

    Example:
        >>> open_part("synthetic-plain").scheme.n_classes
        3
    """
    if name not in _PARTS:
        return open_corpus(name)
    whole, column, value = _PARTS[name]
    corpus = open_corpus(whole)
    kept = np.array([each == value for each in corpus.items.column(column)])
    return part_of(corpus, name, kept)


def part_of(corpus: Corpus, name: str, kept: NDArray[np.bool_]) -> Corpus:
    """The items of a corpus that are kept, with their annotations.

    Args:
        corpus: The corpus.
        name: Of the part.
        kept: Mask of its items, shape (n_items,).

    Returns:
        The part; annotators stay as they are.
    """
    rows = corpus.annotations.take(kept[corpus.annotations.item])
    position = np.cumsum(kept) - 1
    items = corpus.items.take(np.flatnonzero(kept))
    return Corpus(name, replace(rows, items=items, item=position[rows.item].astype(np.int32)))
