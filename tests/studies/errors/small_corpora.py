"""Small invented corpora, in the place of those that the studies open by name."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.corpora import Population, synthetic_corpus


@functools.cache
def plain(name: str = "small", n_items: int = 60, n_annotators: int = 15) -> Corpus:
    """A synthetic population with texts, known truth and errors of its own; eight votes an item."""
    return synthetic_corpus(Population(name, 1, n_items=n_items, n_annotators=n_annotators, votes_per_item=(8, 8)))


@functools.cache
def counted(n_items: int = 40, n_votes: int = 12) -> Corpus:
    """A corpus that was published as counts: votes of unknown annotators, no truth, no texts."""
    scheme = LabelScheme.nominal(["no", "perhaps", "yes"])
    rng = np.random.default_rng(5)
    shares = rng.dirichlet([1.0, 1.0, 1.0], n_items)
    label = np.concatenate([rng.choice(3, size=n_votes, p=row) for row in shares]).astype(np.int32)
    item = np.repeat(np.arange(n_items), n_votes)
    items = Items(tuple(f"item {k}" for k in range(n_items)))
    return Corpus(
        "counted",
        Annotations(scheme, items, Annotators(()), item.astype(np.int32), np.full(item.size, -1, np.int32), label),
    )


def opening(monkeypatch: pytest.MonkeyPatch, study: str, make: Callable[[str], Corpus]) -> None:
    """Let a study open what is made instead of a public corpus."""
    # The study's function hides its module of the same name, so that a dotted path would not lead there.
    monkeypatch.setattr(importlib.import_module(f"variorum.studies.errors.{study}"), "open_corpus", make)
