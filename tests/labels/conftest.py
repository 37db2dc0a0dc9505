from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme


def _names(prefix: str, n: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{i}" for i in range(n))


@pytest.fixture(scope="session")
def table() -> Callable[..., Annotations]:
    """Annotations from columns of numbers: (item, annotator, label), sizes inferred."""

    def build(item, annotator, label, *, n_items=None, n_annotators=None, n_classes=None, **columns) -> Annotations:
        n_items = int(np.max(item, initial=-1)) + 1 if n_items is None else n_items
        n_annotators = int(np.max(annotator, initial=-1)) + 1 if n_annotators is None else n_annotators
        n_classes = max(2, int(np.max(label, initial=-1)) + 1) if n_classes is None else n_classes
        return Annotations(
            LabelScheme.nominal(_names("c", n_classes)),
            Items(_names("i", n_items)),
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

    def draw(seed: int, *, n_items=None, n_classes=None, unanswered=True) -> Annotations:
        rng = np.random.default_rng(seed)
        n_items = int(rng.integers(3, 15)) if n_items is None else n_items
        n_classes = int(rng.integers(2, 5)) if n_classes is None else n_classes
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
        return table(
            item, annotator, label, n_items=n_items + 1, n_annotators=n_annotators, n_classes=n_classes, status=status
        )

    return draw
