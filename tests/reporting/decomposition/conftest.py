"""Corpora made by hand for reports of decomposition: two camps that read differently, one clicker, hostile names."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from reporting.hostile import HOSTILE
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, ValidityJudgments
from variorum.studies import CorpusDecomposition, decompose_corpus

Make = Callable[..., CorpusDecomposition]

SCHEMES = {
    "nominal": LabelScheme.nominal(["calm", "tense", HOSTILE[1]]),
    "ordinal": LabelScheme.ordinal(["1", "2", "3", "4", "a rather long fifth label indeed"]),
}


@cache
def make(
    kind: str = "nominal", *, n_items: int = 60, n_annotators: int = 8, known: bool = True, groups: str | None = "camp",
    sensitive: bool = False, validity: bool = False, texts: bool = True, clicker: bool = True,
) -> CorpusDecomposition:  # fmt: skip
    """A corpus taken apart; every second annotator reads by a rule of their own camp, the last presses one button."""
    rng = np.random.default_rng(5)
    scheme = SCHEMES[kind]
    k = scheme.n_classes
    item, annotator = np.nonzero(rng.random((n_items, n_annotators)) < 0.9)
    truth = rng.integers(0, k, (n_items, 2))
    label = np.where(rng.random(item.size) < 0.1, rng.integers(0, k, item.size), truth[item, annotator % 2])
    if clicker:
        label[annotator == n_annotators - 1] = 0
    status = np.zeros(item.size, np.int8)
    status[::37] = 1
    label[status == 1] = -1
    ids = (*(f"made-up:a{a:02d}" for a in range(n_annotators - 1)), f"made-up:{HOSTILE[0]}")
    camps = tuple(("north", HOSTILE[2])[a % 2] for a in range(n_annotators))
    people = Annotators(ids if known else (), attributes={"camp": camps} if known else {})
    said = tuple(HOSTILE[r % 5] if r % 9 == 0 else None for r in range(item.size))
    votes = Annotations(
        scheme,
        Items(
            tuple(f"item-{i}" if i else "<i>first</i>" for i in range(n_items)),
            text=tuple(f"Sentence number {i}. {HOSTILE[i % 5]}" for i in range(n_items)) if texts else None,
        ),
        people, item.astype(np.int32), (annotator if known else np.full(item.size, -1)).astype(np.int32),
        label.astype(np.int32), status, explanation=said,
    )  # fmt: skip
    judged = None
    if validity:
        rows = np.repeat(np.flatnonzero(status == 0), 3)
        judge = rng.integers(0, n_annotators, rows.size, dtype=np.int32)
        judged = ValidityJudgments(rows, judge, rng.random(rows.size) < 0.8)
    corpus = Corpus(
        "made-up", votes, licence="CC0", home="javascript:alert(1)", sensitive=sensitive, notes=(HOSTILE[0],),
        validity=judged,
    )  # fmt: skip
    return decompose_corpus(corpus, features=None, groups=groups if known else None)


@pytest.fixture(scope="session")
def make_decomposition() -> Make:
    """Makes corpora taken apart; see `make`."""
    return make
