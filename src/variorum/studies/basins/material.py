"""What the runs of a split share: images, their votes, who is trained on and who is tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, Items
from variorum.campaign import open_corpus
from variorum.errors import ArgumentError
from variorum.features import Cached, PatchFeatures, picture_array, read_pictures
from variorum.labels import normalize
from variorum.studies.basins.outside import outside_items
from variorum.studies.basins.settings import ALL, Arm, BasinsSettings
from variorum.training import TrainingData

__all__ = ["Material", "drawn_votes", "material", "stratified_split"]

Rows = NDArray[np.int64]
Array = NDArray[np.float64]
Pixels = NDArray[np.uint8]

_TEST, _VALIDATION = 0.2, 0.1
_SIZE = 32

# What random streams are for; a stream is (use, split, ...), and never depends on the delivery: runs are paired.
_SUBSET, _SPLIT, _VOTES = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Material:
    """Images of an arm on a split.

    Attributes:
        corpus: Where they come from.
        chosen: Their positions in the corpus, shape (n_images,); everything else counts among them.
        inputs: What the network reads, a row an image.
        counts: All votes, shape (n_images, n_classes).
        train: Training images.
        validation: Held out of them for the checkpoint.
        test: Test images.
        outside: Inputs of pictures that show something else, by set; ``None`` for a set that is not at hand.
    """

    corpus: Corpus
    chosen: Rows
    inputs: Pixels | Array
    counts: Array
    train: Rows
    validation: Rows
    test: Rows
    outside: Mapping[str, Pixels | Array | None]

    @property
    def human(self) -> Array:
        """Label distributions of all votes, shape (n_images, n_classes)."""
        return normalize(self.counts)

    def data(self, votes: Array) -> TrainingData:
        """Training and validation images with votes out of these, shape (n_images, n_classes)."""
        held_out = TrainingData(self.inputs[self.validation], votes[self.validation])
        return TrainingData(self.inputs[self.train], votes[self.train], validation=held_out)


def drawn_votes(counts: Array, votes: str, split: int) -> Array:
    """So many votes of each image, drawn with replacement from its own.

    With replacement, since 883 images of CIFAR-10H have fewer than 50. The draw belongs to the split: all deliveries
    and initialisations see the same votes.

    Args:
        counts: All votes, shape (n_images, n_classes).
        votes: How many, or `ALL` for the counts themselves.
        split: Number of the split.

    Returns:
        Counts, same shape.

    Example:
        >>> float(drawn_votes(np.array([[40.0, 10.0]]), "5", 0).sum())
        5.0
    """
    if votes == ALL:
        return counts
    rng = np.random.default_rng([_VOTES, split, int(votes)])
    return rng.multinomial(int(votes), normalize(counts)).astype(np.float64)


def stratified_split(classes: Rows, split: int) -> tuple[Rows, Rows, Rows]:
    """Images apart, each class by the same shares: a fifth to test, and a tenth of the rest to validate.

    Args:
        classes: Gold class of each image, shape (n_images,).
        split: Number of the split.

    Returns:
        Training, validation and test images, sorted.

    Example:
        >>> train, validation, test = stratified_split(np.repeat([0, 1], 50), 0)
        >>> train.size, validation.size, np.bincount(np.repeat([0, 1], 50)[test]).tolist()
        (72, 8, [10, 10])
    """
    rng = np.random.default_rng([_SPLIT, split])
    parts: tuple[list[Rows], ...] = ([], [], [])
    for each in np.unique(classes):
        rows = rng.permutation(np.flatnonzero(classes == each))
        n_test = round(_TEST * rows.size)
        n_validation = round(_VALIDATION * (rows.size - n_test))
        for part, taken in zip(parts, np.split(rows, [n_test, n_test + n_validation]), strict=True):
            part.append(taken)
    test, validation, train = (np.sort(np.concatenate(part)) for part in parts)
    return train, validation, test


@cache
def _corpus(name: str) -> Corpus:
    return open_corpus(name)


# Runs of one split follow each other: the last split of each arm is enough.
@lru_cache(maxsize=2)
def material(settings: BasinsSettings, arm: Arm, split: int) -> Material:
    """Images, votes and split of an arm.

    Args:
        settings: Of the study.
        arm: Whose.
        split: Number of the split.

    Returns:
        The material; features are fitted on the training images alone, and kept on disk.

    Raises:
        ArgumentError: If the corpus has no images or no gold classes.
    """
    corpus = _corpus(settings.corpus)
    gold = corpus.items.fields.get("gold")
    if gold is None or corpus.items.image is None:
        raise ArgumentError(f"the study of basins needs images with gold classes, which {corpus.name} has not.")
    n_items = len(corpus.items)
    chosen = np.arange(n_items)
    if arm.images is not None and arm.images < n_items:
        chosen = np.sort(np.random.default_rng(_SUBSET).permutation(n_items)[: arm.images])
    classes = np.unique(np.array(gold, dtype=str), return_inverse=True)[1][chosen]
    train, validation, test = stratified_split(classes, split)
    items = corpus.items.take(chosen)
    sets: dict[str, Items | None] = {}
    if arm.measured_at:
        like = read_pictures(items.take(test[: settings.n_outside]), _SIZE)
        sets = {name: outside_items(name, like, settings.n_outside) for name in settings.outside}
    inputs, outside = _inputs(settings, arm, items, sets, train)
    counts = corpus.annotations.counts()[chosen]
    return Material(corpus, chosen, inputs, counts, train, validation, test, outside)


def _inputs(
    settings: BasinsSettings, arm: Arm, items: Items, sets: Mapping[str, Items | None], train: Rows
) -> tuple[Pixels | Array, dict[str, Pixels | Array | None]]:
    at_hand = {name: each for name, each in sets.items() if each is not None}
    every = _joined([items, *at_hand.values()])
    values: Pixels | Array
    if arm.network == "mlp":
        patches = PatchFeatures(settings.patches, settings.grid, n_components=settings.components)
        values = Cached(patches).fit_transform(every, train)
    else:
        values = picture_array(every, _SIZE)
    found, start = {}, len(items)
    for name, each in at_hand.items():
        found[name] = values[start : start + len(each)]
        start += len(each)
    return values[: len(items)], {name: found.get(name) for name in sets}


def _joined(parts: list[Items]) -> Items:
    ids = tuple(name for part in parts for name in part.ids)
    return Items(ids, image=tuple(path for part in parts for path in part.image or ()))
