"""Votes for the tests of the reading model: tables from columns, and crowds whose parameters are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations, Annotators, Items, LabelScheme, SchemeKind

Array = NDArray[np.float64]

_SCHEMES = {
    "nominal": LabelScheme.nominal,
    "ordinal": LabelScheme.ordinal,
    "pairwise": LabelScheme.pairwise,
    "multilabel": LabelScheme.multilabel,
}


def table(
    item: ArrayLike,
    annotator: ArrayLike,
    label: ArrayLike,
    *,
    n_items: int | None = None,
    n_annotators: int | None = None,
    n_classes: int | None = None,
    kind: SchemeKind = "nominal",
    **columns: Any,
) -> Annotations:
    """Annotations from columns of numbers, sizes inferred; items of a pairwise scheme compare two texts each."""
    items, people, labels = (np.asarray(column, np.int32) for column in (item, annotator, label))
    n_items = int(items.max(initial=-1)) + 1 if n_items is None else n_items
    n_annotators = int(people.max(initial=-1)) + 1 if n_annotators is None else n_annotators
    n_classes = max(2, int(labels.max(initial=-1)) + 1) if n_classes is None else n_classes
    texts: dict[str, Any] = {}
    if kind == "pairwise":
        texts = {"text": [f"a{i}" for i in range(n_items)], "second_text": [f"b{i}" for i in range(n_items)]}
    return Annotations(
        _SCHEMES[kind]([f"c{k}" for k in range(n_classes)]),
        Items(tuple(f"i{i}" for i in range(n_items)), **texts),
        Annotators(tuple(f"t:{a}" for a in range(n_annotators))),
        items,
        people,
        labels,
        **columns,
    )


def crowd(seed: int, **options: Any) -> Annotations:
    """The votes of `crowd_and_errors`."""
    return crowd_and_errors(seed, **options)[0]


def crowd_and_errors(
    seed: int,
    *,
    n_items: int = 40,
    n_annotators: int = 8,
    n_classes: int = 3,
    votes: int = 5,
    rate: ArrayLike = 0.0,
    theta: Array | None = None,
    kind: SchemeKind = "nominal",
) -> tuple[Annotations, NDArray[np.bool_]]:
    """People who read items of distributions `theta`, or answer at random at their `rate`; which rows are random.

    Rows are in the order of items, `votes` an item, each by another annotator.
    """
    rng = np.random.default_rng(seed)
    if theta is None:
        theta = rng.dirichlet(np.ones(n_classes), n_items)
    item = np.repeat(np.arange(n_items), votes)
    annotator = np.concatenate([rng.choice(n_annotators, votes, replace=False) for _ in range(n_items)])
    read = (rng.random(item.size)[:, None] > np.cumsum(theta[item], axis=1)).sum(axis=1).clip(max=n_classes - 1)
    careless = rng.random(item.size) < np.broadcast_to(rate, n_annotators)[annotator]
    label = np.where(careless, rng.integers(n_classes, size=item.size), read)
    sizes: dict[str, int] = {"n_items": n_items, "n_annotators": n_annotators, "n_classes": n_classes}
    return table(item, annotator, label, kind=kind, **sizes), careless
