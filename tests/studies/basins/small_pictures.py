"""A corpus of pictures that are quick to tell apart, with votes that differ where two colours mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from variorum.annotations import UNKNOWN, Annotations, Annotators, Corpus, Items, LabelScheme

LABELS = ("blue", "green", "red")


def small_pictures(folder: Path, n_items: int = 100, n_votes: int = 20, seed: int = 0) -> Corpus:
    """Write pictures of 32 x 32 into a folder.

    Item i mostly shows class i mod 3; every third item is a mixture of two classes, and so are its votes.
    """
    rng = np.random.default_rng(seed)
    main, other = np.arange(n_items) % 3, (np.arange(n_items) + 1) % 3
    share = np.where(np.arange(n_items) % 9 < 3, rng.uniform(0.5, 0.9, n_items), 1.0)
    truth = np.zeros((n_items, 3))
    truth[np.arange(n_items), main] += share
    truth[np.arange(n_items), other] += 1 - share
    counts = rng.multinomial(n_votes, truth)
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n_items):
        colour = truth[i] @ np.array([[0, 0, 255], [0, 255, 0], [255, 0, 0]])
        noise = rng.normal(0, 40, (32, 32, 3))
        Image.fromarray(np.clip(colour + noise, 0, 255).astype(np.uint8)).save(folder / f"{i}.png")
    items = Items(
        tuple(f"{i:05d}" for i in range(n_items)),
        image=tuple(str(folder / f"{i}.png") for i in range(n_items)),
        fields={"gold": tuple(LABELS[c] for c in main)},
    )
    annotations = Annotations(
        LabelScheme.nominal(LABELS),
        items,
        Annotators(),
        np.repeat(np.arange(n_items, dtype=np.int32), counts.sum(axis=1)),
        np.full(counts.sum(), UNKNOWN, np.int32),
        np.repeat(np.tile(np.arange(3, dtype=np.int32), n_items), counts.ravel()),
    )
    return Corpus("small-pictures", annotations)
