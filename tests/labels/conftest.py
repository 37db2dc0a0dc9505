from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme


def _names(prefix: str, n: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{i}" for i in range(n))


SCHEMES = {
    "nominal": LabelScheme.nominal,
    "ordinal": LabelScheme.ordinal,
    "multilabel": LabelScheme.multilabel,
    "pairwise": LabelScheme.pairwise,
}


@pytest.fixture(scope="session")
def table() -> Callable[..., Annotations]:
    """Annotations from columns of numbers: (item, annotator, label), sizes inferred.

    A pairwise scheme's items compare the contestants of `pairs`, by default each its own two.
    """

    def build(
        item,
        annotator,
        label,
        *,
        n_items=None,
        n_annotators=None,
        n_classes=None,
        kind="nominal",
        pairs=None,
        **columns,
    ) -> Annotations:
        n_items = int(np.max(item, initial=-1)) + 1 if n_items is None else n_items
        n_annotators = int(np.max(annotator, initial=-1)) + 1 if n_annotators is None else n_annotators
        n_classes = max(2, int(np.max(label, initial=-1)) + 1) if n_classes is None else n_classes
        texts = {}
        if kind == "pairwise":
            pairs = np.arange(2 * n_items).reshape(-1, 2) if pairs is None else pairs
            texts = {"text": [f"o{one}" for one, _ in pairs], "second_text": [f"o{two}" for _, two in pairs]}
        return Annotations(
            SCHEMES[kind](_names("c", n_classes)),
            Items(_names("i", n_items), **texts),
            Annotators(_names("t:", n_annotators)),
            np.asarray(item, np.int32),
            np.asarray(annotator, np.int32),
            np.asarray(label, np.int32),
            **columns,
        )

    return build


@pytest.fixture(scope="session")
def crowd(table) -> Callable[..., Annotations]:
    """A random crowd in random row order: uneven annotators, repeated votes, unanswered rows, items without votes."""

    def draw(seed: int, *, n_items=None, n_classes=None, unanswered=True, kind="nominal") -> Annotations:
        rng = np.random.default_rng(seed)
        n_items = int(rng.integers(3, 15)) if n_items is None else n_items
        n_classes = int(rng.integers(2, 4 if kind == "pairwise" else 5)) if n_classes is None else n_classes
        n_annotators, n_rows = int(rng.integers(2, 6)), 5 * n_items
        truth = rng.integers(n_classes, size=n_items)
        skill = rng.uniform(0.2, 0.95, n_annotators)
        item = rng.integers(n_items, size=n_rows)
        annotator = rng.integers(n_annotators, size=n_rows)
        right = rng.random(n_rows) < skill[annotator]
        label = np.where(right, truth[item], rng.integers(n_classes, size=n_rows))
        status = np.full(n_rows, ANSWERED, np.int8)
        if unanswered:
            status[rng.random(n_rows) < 0.1] = ABSTAINED
            status[rng.random(n_rows) < 0.1] = UNSURE
        label[status != ANSWERED] = -1
        columns = {}
        if kind == "multilabel":
            # Some answers give nothing.
            label[rng.random(n_rows) < 0.1] = -1
        if kind == "pairwise":
            columns["pairs"] = np.array([rng.choice(6, 2, replace=False) for _ in range(n_items + 1)])
            columns["shown_first"] = rng.integers(-1, 2, n_rows).astype(np.int8)
        return table(
            item,
            annotator,
            label,
            n_items=n_items + 1,
            n_annotators=n_annotators,
            n_classes=n_classes,
            status=status,
            kind=kind,
            **columns,
        )

    return draw
