"""Errors planted among the votes that a campaign can buy, and the same votes without them."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ABSTAINED, ANSWERED, UNKNOWN, Corpus
from variorum.studies.errors.planting import Noise, plant
from variorum.studies.noisy_campaigns.settings import SPREAD

__all__ = ["plant_in_pool", "without_errors"]


def plant_in_pool(
    corpus: Corpus, pool: NDArray[np.int64], kind: str, share: float, rng: np.random.Generator
) -> tuple[Corpus, NDArray[np.bool_]]:
    """Replace a share of the votes on some items by careless ones; all other votes stay.

    Args:
        corpus: The corpus.
        pool: Positions of the items.
        kind: What careless annotators do, as in `studies.errors.plant`; or ``spread``: any vote of anybody may be a
            click at random. Where annotators are unknown, all are one, and noise falls on any vote, too.
        share: Share of these items' votes to replace, in [0, 1].
        rng: Draws annotators, votes and labels.

    Returns:
        The corpus after, and which of its rows were replaced, shape (n_rows,).

    Raises:
        UnknownNameError: If there is no such noise.
        ArgumentError: If the share is out of its range.

    Example:
        >>> from variorum.corpora import load_corpus
        >>> corpus = load_corpus("synthetic-plain")
        >>> noisy, planted = plant_in_pool(corpus, np.arange(100), "spread", 0.2, np.random.default_rng(0))
        >>> int(planted.sum()), bool(planted[corpus.annotations.item >= 100].any())
        (500, False)
    """
    votes = corpus.annotations
    rows = np.flatnonzero((votes.status == ANSWERED) & (votes.label >= 0) & np.isin(votes.item, pool))
    some = votes.take(rows)
    if kind == SPREAD:
        kind, some = "random", replace(some, annotator=np.full(rows.size, UNKNOWN, np.int32))
    after, replaced = plant(some, cast("Noise", kind), share, rng)
    label, planted = votes.label.copy(), np.zeros(votes.n_rows, bool)
    label[rows], planted[rows] = after.label, replaced
    return replace(corpus, annotations=replace(votes, label=label)), planted


def without_errors(corpus: Corpus, planted: NDArray[np.bool_]) -> Corpus:
    """The same corpus where planted errors are abstentions: asked for and paid all the same, and worth nothing.

    Args:
        corpus: The corpus.
        planted: Rows that are errors, shape (n_rows,).

    Returns:
        The corpus. A campaign on it is one that weighs planted errors 0 and all other votes 1, and whose policies do
        not read planted errors either.
    """
    votes = corpus.annotations
    label = np.where(planted, -1, votes.label).astype(np.int32)
    status = np.where(planted, ABSTAINED, votes.status).astype(np.int8)
    return replace(corpus, annotations=replace(votes, label=label, status=status))
