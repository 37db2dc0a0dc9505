"""Who is who in a campaign: items to buy from, items to validate on, items to be scored on."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Corpus, Items, group_codes, grouped_split
from variorum.errors import ArgumentError, SchemeError

__all__ = ["Layout", "lay_out", "lay_out_live", "of_people", "stream"]

_TEST = "test"


def stream(seed: int, *names: object) -> np.random.Generator:
    """A generator of its own for every purpose, so that no draw depends on what was drawn before a crash.

    Args:
        seed: The campaign's seed.
        names: What it is for ("split"; or arm, round and "acquisition").

    Returns:
        The generator: the same names, the same stream.
    """
    return np.random.default_rng([seed, zlib.crc32("/".join(map(str, names)).encode())])


def of_people(annotations: Annotations) -> Annotations:
    """The rows of annotators who are no LLM: theirs is the population whose distribution is the target."""
    llm = annotations.annotators.is_llm
    # A place more, for the unknown annotator, who is a person.
    return annotations.take(~np.append(llm, False)[annotations.annotator]) if llm.any() else annotations


@dataclass(frozen=True, eq=False)
class Layout:
    """A split of a corpus, as positions of items.

    Attributes:
        pool: Items whose annotations can be bought for training.
        validation: Items whose annotations can be bought for validation.
        test: Items that are scored on; never for sale.
        left_out: How many items are in neither, since they share a group with a test item or have no annotation.
    """

    pool: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    left_out: int


def lay_out(corpus: Corpus, test: str, validation_share: float, seed: int) -> Layout:
    """Split a corpus, whole groups at a time.

    Args:
        corpus: The corpus.
        test: Share of the items in (0, 1), or the item column in which ``test`` marks them.
        validation_share: Share of the remaining items to validate on, from 0.
        seed: Seed of the split; a column does not depend on it, the validation items do.

    Returns:
        The layout.

    Raises:
        SchemeError: If the labels form no distribution over classes.
        UnknownNameError: If there is no such column.
        ArgumentError: If one side would be empty.
    """
    _check_scheme(corpus)
    items, votes = corpus.items, corpus.annotations
    listed = np.zeros(len(items), bool)
    listed[of_people(votes).item] = True
    share = _as_share(test)
    if share is None:
        column = corpus.items.column(test)
        held_out = np.array([value == _TEST for value in column], bool) & listed
        if not held_out.any():
            values = sorted({str(value) for value in column})[:8]
            raise ArgumentError(f"no annotated item has {_TEST!r} in column {test!r}; its values are {values}.")
    else:
        held_out = _draw("test", items, share, stream(seed, "split"), listed)
    codes = group_codes(items)
    open_ = listed & ~np.isin(codes, codes[held_out])
    if not open_.any():
        raise ArgumentError(f"test = {test!r} leaves no item to buy; every other item shares a group with a test item.")
    checked = np.zeros(len(items), bool)
    if validation_share > 0:
        checked = _draw("validation_share", items, validation_share, stream(seed, "validation items"), open_)
    pool = np.flatnonzero(open_ & ~checked)
    # Whether anybody answered is looked up for the test items alone: elsewhere it would be a vote nobody bought.
    test_rows = np.flatnonzero(held_out & (of_people(votes).counts().sum(axis=1) > 0))
    if not test_rows.size:
        raise ArgumentError(f"test = {test!r} holds out {int(held_out.sum())} items, and nobody answered any of them.")
    left_out = len(items) - pool.size - int(checked.sum()) - test_rows.size
    return Layout(pool, np.flatnonzero(checked), test_rows, left_out)


def lay_out_live(corpus: Corpus, validation_share: float, seed: int) -> Layout:
    """Split the items of a live campaign, whole groups at a time; there is no truth, and so no test item.

    Args:
        corpus: The corpus.
        validation_share: Share of the items to validate on, from 0.
        seed: Seed of the split.

    Returns:
        The layout.

    Raises:
        SchemeError: If the labels form no distribution over classes.
        ArgumentError: If one side would be empty.
    """
    _check_scheme(corpus)
    checked = np.zeros(len(corpus.items), bool)
    if validation_share > 0:
        rng = stream(seed, "validation items")
        checked = _draw("validation_share", corpus.items, validation_share, rng, ~checked)
    return Layout(np.flatnonzero(~checked), np.flatnonzero(checked), np.zeros(0, np.int64), left_out=0)


def _check_scheme(corpus: Corpus) -> None:
    if corpus.scheme.kind in ("multilabel", "numeric"):
        raise SchemeError(
            f"{corpus.name} has a {corpus.scheme.kind} scheme; a campaign learns one distribution over classes an "
            "item. Use a nominal, ordinal or pairwise scheme."
        )


def _draw(
    setting: str, items: Items, share: float, rng: np.random.Generator, among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    try:
        return grouped_split(items, share, rng, among=among)
    except ArgumentError as error:
        raise ArgumentError(f"{setting}: {error}") from None


def _as_share(test: str) -> float | None:
    try:
        share = float(test)
    except ValueError:
        return None
    if not 0 < share < 1:
        raise ArgumentError(f"test = {test} must be a share between 0 and 1, or the name of an item column.")
    return share
