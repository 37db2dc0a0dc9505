"""What the reason says about an annotation: does it speak of the item, fit the label, and resemble others' reasons?"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, Items, group_codes, normalized_text
from variorum.features import Featurizer
from variorum.studies.vote_evidence import Evidence
from variorum.training import cross_fitted

__all__ = ["reason_evidence"]

Array = NDArray[np.float64]

_LEAST: Final = 1e-4


def reason_evidence(annotations: Annotations, featurizer: Featurizer, rng: np.random.Generator) -> Evidence | None:
    """Features of each annotation's reason.

    Args:
        annotations: Annotations with reasons, of a scheme with classes.
        featurizer: Turns single texts into vectors.
        rng: Draws the folds of the classifier from reasons to labels.

    Returns:
        Features, nan for annotations without a reason, or ``None`` if there is no reason at all: ``length`` (log of the
        number of words), ``in text`` and ``in second text`` (share of its words that the item's texts hold), ``near
        text`` and ``near second text`` (cosine of the vectors), ``fit`` (log probability of the label given the vectors
        of reason and texts, by a classifier that has not seen the item), ``near same`` and ``near other`` (largest
        cosine to other annotators' reasons on the item for the same label, and for others).
    """
    reasons = annotations.explanation
    if reasons is None or not any(reasons):
        return None
    answered = (annotations.status == ANSWERED) & (annotations.label >= 0)
    rows = np.array([row for row in np.flatnonzero(answered).tolist() if reasons[row]], np.int64)
    if not rows.size:
        return None
    items = annotations.items
    sides = [side for side in (items.text, items.second_text) if side is not None and all(side)]
    written = [str(reasons[row]) for row in rows]
    vectors, of_text = _vectors([written, *([str(text) for text in side] for side in sides)], featurizer)
    mine = vectors[of_text[0]]
    item = annotations.item[rows].astype(np.int64)
    columns: dict[str, Array] = {"length": np.log1p([len(text.split()) for text in written])}
    for name, side, place in zip(("text", "second text"), sides, of_text[1:], strict=False):
        words = [set(normalized_text(str(text)).split()) for text in side]
        columns[f"in {name}"] = np.array([_share(text, words[i]) for text, i in zip(written, item, strict=True)])
        columns[f"near {name}"] = (mine * vectors[place[item]]).sum(axis=1)
    columns["fit"] = _fit(annotations, rows, np.hstack([mine, *(vectors[place[item]] for place in of_text[1:])]), rng)
    columns["near same"], columns["near other"] = _near(annotations, rows, mine)
    values = np.full((annotations.n_rows, len(columns)), np.nan)
    values[rows] = np.column_stack(list(columns.values()))
    return Evidence(tuple(columns), values)


def _vectors(sides: list[list[str]], featurizer: Featurizer) -> tuple[Array, list[NDArray[np.int64]]]:
    """Unit vectors of all distinct texts, and where each text's is."""
    texts = sorted({text for side in sides for text in side})
    place = {text: k for k, text in enumerate(texts)}
    vectors = featurizer.fit_transform(
        Items(tuple(map(str, range(len(texts)))), text=tuple(texts)), np.arange(len(texts))
    )
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1.0), [np.array([place[text] for text in side]) for side in sides]


def _share(text: str, words: set[str]) -> float:
    own = normalized_text(text).split()
    return sum(word in words for word in own) / len(own) if own else float("nan")


def _fit(annotations: Annotations, rows: NDArray[np.int64], inputs: Array, rng: np.random.Generator) -> Array:
    counts = np.eye(annotations.scheme.n_classes)[annotations.label[rows]]
    groups = group_codes(annotations.items)[annotations.item[rows]]
    if np.unique(groups).size < 2:
        return np.full(rows.size, np.nan)
    predicted = cross_fitted(inputs, counts, groups, rng)
    return np.asarray(np.log(np.maximum(predicted[np.arange(rows.size), annotations.label[rows]], _LEAST)))


def _near(annotations: Annotations, rows: NDArray[np.int64], vectors: Array) -> tuple[Array, Array]:
    """Largest cosine to others' reasons on the item: for the same label, for other labels; nan where there is none."""
    same, other = np.full(rows.size, np.nan), np.full(rows.size, np.nan)
    order = np.argsort(annotations.item[rows], kind="stable")
    starts = np.flatnonzero(np.diff(annotations.item[rows][order], prepend=-1))
    for first, last in pairwise([*starts, rows.size]):
        at = order[first:last]
        label, who = annotations.label[rows[at]], annotations.annotator[rows[at]]
        cosine = vectors[at] @ vectors[at].T
        stranger = (who[:, None] != who) | (who[:, None] < 0)
        np.fill_diagonal(stranger, val=False)
        for found, mask in (
            (same, stranger & (label[:, None] == label)),
            (other, stranger & (label[:, None] != label)),
        ):
            best = np.where(mask, cosine, -np.inf).max(axis=1)
            found[at] = np.where(np.isfinite(best), best, np.nan)
    return same, other
