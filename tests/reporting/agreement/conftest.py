"""Corpora made by hand for reports of agreement: invented items, hostile names, two groups that read differently."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reporting.hostile import HOSTILE
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.evaluation import AgreementSummary, agreement_summary

Made = tuple[AgreementSummary, Corpus]

SCHEMES = {
    "nominal": LabelScheme.nominal(["calm", "tense", HOSTILE[1]]),
    "ordinal": LabelScheme.ordinal(["1", "2", "3", "4", "a rather long fifth label indeed"]),
    "multilabel": LabelScheme.multilabel(["calm", "tense", "odd"]),
    "numeric": LabelScheme.numeric(0, 100),
}


def make(
    kind: str = "nominal", *, n_items: int = 40, n_annotators: int = 8, known: bool = True, groups: bool = True,
    sensitive: bool = False, spread: float = 0.35, n_draws: int = 40,
) -> Made:  # fmt: skip
    """A corpus and its agreement; every second annotator reads by a rule of their own group."""
    rng = np.random.default_rng(11)
    scheme = SCHEMES[kind]
    k = max(3, scheme.n_classes)
    item, annotator = np.nonzero(rng.random((n_items, n_annotators)) < 0.8)
    truth = rng.integers(0, k, (n_items, 2))
    label = np.where(rng.random(item.size) < spread, rng.integers(0, k, item.size), truth[item, annotator % 2])
    status = np.zeros(item.size, np.int8)
    status[::37] = 1
    label[status == 1] = -1
    value = None
    if kind == "numeric":
        value = np.clip(label * 20 + rng.normal(size=item.size) * 8, 0, 100)
        value[status == 1] = np.nan
        label[:] = -1
    ids = (*(f"made-up:a{a:02d}" for a in range(n_annotators - 1)), f"made-up:{HOSTILE[0]}")
    people = Annotators(
        ids if known else (),
        attributes={"camp": tuple(("north", HOSTILE[2])[a % 2] for a in range(n_annotators))} if known else {},
    )
    said = tuple(HOSTILE[r % 5] if r % 9 == 0 else None for r in range(item.size))
    votes = Annotations(
        scheme,
        Items(
            tuple(f"item-{i}" if i else "<i>first</i>" for i in range(n_items)),
            text=tuple(f"Sentence number {i}. {HOSTILE[i % 5]}" for i in range(n_items)),
        ),
        people, item, annotator if known else np.full(item.size, -1), label, status, value=value, explanation=said,
    )  # fmt: skip
    corpus = Corpus(
        "made-up", votes, licence="CC0", home="javascript:alert(1)", sensitive=sensitive, notes=(HOSTILE[0],)
    )
    attribute = "camp" if groups and known else None
    return agreement_summary(votes, 0, attribute=attribute, n_draws=n_draws), corpus


@pytest.fixture(scope="session")
def make_agreement() -> Callable[..., Made]:
    """Makes corpora with their agreement; see `make`."""
    return make
