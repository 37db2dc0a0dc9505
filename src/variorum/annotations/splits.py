"""Splits that keep groups whole: items of one premise, context or post are never on both sides."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.items import Items
from variorum.checks import as_rng
from variorum.errors import ArgumentError

__all__ = ["group_codes", "grouped_split", "normalized_text"]

_NOT_A_WORD = re.compile(r"[\W_]+")


def normalized_text(text: str) -> str:
    """A text reduced to what makes two of them the same: lower-case words, single blanks.

    Example:
        >>> normalized_text("  The  Cat, the cat!")
        'the cat the cat'
    """
    return _NOT_A_WORD.sub(" ", text.casefold()).strip()


def group_codes(items: Items) -> NDArray[np.int64]:
    """Group of each item as a number, numbered in order of appearance.

    Items without a group column are grouped by their normalised text; where there is no text either, each item is a
    group of its own.

    Args:
        items: The items.

    Returns:
        Shape (n_items,).

    Example:
        >>> group_codes(Items(("a", "b", "c"), text=("One.", "two", "one")))
        array([0, 1, 0])
    """
    if items.group is not None:
        names = list(items.group)
    elif items.text is not None:
        second = items.second_text or (None,) * len(items)
        texts = [" | ".join(normalized_text(t) for t in pair if t) for pair in zip(items.text, second, strict=True)]
        names = [f"text {t}" if t.strip(" |") else f"item {name}" for t, name in zip(texts, items.ids, strict=True)]
    else:
        names = list(items.ids)
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], np.int64)


def grouped_split(
    items: Items, share: float, rng: np.random.Generator, *, among: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Draw a share of the items at random, whole groups at a time.

    Args:
        items: The items.
        share: Share of the items to draw, in (0, 1); the last group drawn may carry the result past it.
        rng: Source of randomness.
        among: Mask of the items to draw from, shape (n_items,); all by default.

    Returns:
        Mask of the drawn items, shape (n_items,).

    Raises:
        ArgumentError: If the share is outside (0, 1), or one side would be empty.

    Example:
        >>> items = Items(tuple("abcd"), group=("p", "p", "q", "q"))
        >>> drawn = grouped_split(items, 0.5, np.random.default_rng(0))
        >>> bool(drawn[0] == drawn[1]), int(drawn.sum())
        (True, 2)
    """
    if not 0 < share < 1:
        raise ArgumentError(f"share = {share} must lie between 0 and 1.")
    rng = as_rng(rng)
    eligible = np.ones(len(items), bool) if among is None else np.asarray(among, bool)
    codes = group_codes(items)
    groups = np.unique(codes[eligible])
    sizes = np.bincount(codes[eligible], minlength=int(codes.max(initial=-1)) + 1)
    order = rng.permutation(groups)
    before = np.concatenate(([0], np.cumsum(sizes[order])[:-1]))
    chosen = order[before < share * eligible.sum()]
    drawn = eligible & np.isin(codes, chosen)
    if not drawn.any() or drawn.sum() == eligible.sum():
        raise ArgumentError(
            f"a share of {share} of {int(eligible.sum())} items in {groups.size} groups leaves one side empty; "
            "give more items, or another share."
        )
    return drawn
