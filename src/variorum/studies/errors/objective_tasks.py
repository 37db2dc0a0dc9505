"""Study: where there is one truth, does telling variation from error get in the way of finding it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign import open_corpus
from variorum.decomposition import decompose
from variorum.errors import UnknownNameError
from variorum.evaluation import Interval, paired_bootstrap
from variorum.labels import majority_set
from variorum.studies.errors.rivals import rival_labels

__all__ = ["OBJECTIVE", "ObjectiveTask", "objective_tasks"]

Array = NDArray[np.float64]

OBJECTIVE: Final = ("bluebird", "dog", "rte", "trec", "labelme", "web", "sentence-polarity")
_RIVALS: Final = ("majority", "Dawid-Skene", "MACE", "GLAD")


@dataclass(frozen=True)
class ObjectiveTask:
    """Accuracy on a corpus with gold labels.

    Attributes:
        corpus: Its name.
        n_items: Items with a gold label and a vote.
        accuracy: By method: ``ours`` takes the likeliest one truth (`Decomposition.truth`), ``ours, population`` the
            label that most people read; classes that tie share an item.
        difference: Ours less Dawid-Skene's, with a bootstrap interval over items.
        one_truth_weight: How far votes are better predicted by one truth.
        error_share: Expected share of errors among the votes.
    """

    corpus: str
    n_items: int
    accuracy: dict[str, float]
    difference: Interval
    one_truth_weight: float
    error_share: float


def objective_tasks(corpora: Sequence[str] = OBJECTIVE) -> tuple[ObjectiveTask, ...]:
    """Run the study: no seeds, since nothing is drawn.

    Args:
        corpora: Corpora whose items have the field ``gold``.

    Returns:
        One result a corpus.

    Raises:
        UnknownNameError: If a corpus has no gold labels.
    """
    return tuple(_one(open_corpus(name)) for name in corpora)


def _one(corpus: Corpus) -> ObjectiveTask:
    if "gold" not in corpus.items.fields:
        raise UnknownNameError(f"corpus {corpus.name!r} has no gold labels; choose one of: {', '.join(OBJECTIVE)}.")
    labels = corpus.scheme.labels
    gold = np.array([-1 if g is None else labels.index(g) for g in corpus.items.column("gold")])
    found = decompose(corpus.annotations)
    posterior = {name: rival_labels(name, corpus.annotations, None) for name in _RIVALS}
    posterior |= {"ours": found.truth, "ours, population": found.distribution}
    scored = np.flatnonzero((gold >= 0) & ~np.isnan(found.truth[:, 0]))
    right = {name: _right(rows[scored], gold[scored]) for name, rows in posterior.items()}
    return ObjectiveTask(
        corpus.name,
        scored.size,
        {name: float(each.mean()) for name, each in right.items()},
        paired_bootstrap(right["ours"], right["Dawid-Skene"], 0),
        found.one_truth_weight,
        float(np.nanmean(found.error)),
    )


def _right(posterior: Array, gold: NDArray[np.int64]) -> Array:
    """Share of each item's top classes that is right, shape (n_items,)."""
    top = majority_set(posterior)
    return np.asarray(top[np.arange(gold.size), gold] / top.sum(axis=1))
