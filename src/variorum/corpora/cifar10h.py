"""CIFAR-10H: 47 to 63 people said what each of the 10,000 test images of CIFAR-10 shows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.corpora._entries import Entry, read_array
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["IMAGES", "SPEC", "read"]

_SCHEME = LabelScheme.nominal(
    ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
)
_COUNTS = github_file(
    "cifar10h/cifar10h-counts.npy",
    "jcpeterson/cifar-10h",
    "48da312b193b82e6939ec20f23d1f09cbdd849c8",
    "data/cifar10h-counts.npy",
    "9b36b4550349af56c79083356312eb4af856cc5fd3caf1f669d40b9d0bbb69ff",
)
_GOLD = github_file(
    "cifar10h/cifar10_test_set_original_labels.npy",
    "cleanlab/label-errors",
    "6d5d6b31a13216290afc40e5c6319399c4d15c06",
    "original_test_labels/cifar10_test_set_original_labels.npy",
    "8fba587d5b11011df52b2a20eb4a272eeaf20c2d162554059f714d4b78d23aed",
)
IMAGES = "cifar10_test_images/cifar10_test_jpeg.zip"


def read(root: Path) -> Corpus:
    """Read CIFAR-10H: one row a vote, annotators unknown.

    Args:
        root: The data root.

    Returns:
        The corpus, items in the official order with the five-digit index as id and the field ``gold``. Where the data
        root holds the archive `IMAGES` (members ``<index>_<class>.jpg``), an item's image is ``ARCHIVE::MEMBER``;
        otherwise there are no images.

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Peterson et al., Human uncertainty makes classification more robust, ICCV 2019.
    """
    counts = _counts(root / _COUNTS.path)
    gold = _gold(root / _GOLD.path, len(counts))
    ids = tuple(f"{index:05d}" for index in range(len(counts)))
    archive = root / IMAGES
    images = _images(archive, ids, gold) if archive.is_file() else None
    annotations = Annotations(
        _SCHEME,
        Items(ids, image=images, fields={"gold": gold}),
        Annotators(),
        np.repeat(np.arange(len(counts), dtype=np.int32), counts.sum(axis=1)),
        np.full(counts.sum(), UNKNOWN, np.int32),
        np.repeat(np.tile(np.arange(10, dtype=np.int32), len(counts)), counts.ravel()),
    )
    few = int(np.count_nonzero(counts.sum(axis=1) < 50))
    notes = [
        "Published as vote counts: the 2,571 annotators are unknown, and the votes of an item stand in class order.",
        f"{few} items have fewer than 50 votes.",
        "There are no images at hand; give features of your own." if images is None else f"Images come from {IMAGES}.",
    ]
    return Corpus("cifar10h", annotations, notes=tuple(notes))


def _counts(path: Path) -> NDArray[np.int64]:
    counts = read_array(path)
    whole = Entry({}, path.name, f"shape {counts.shape}")
    if counts.ndim != 2 or counts.shape[1] != 10 or counts.dtype.kind not in "iuf":
        raise whole.fail("these are not vote counts of ten classes")
    bad = np.flatnonzero(~((counts >= 0) & (counts == np.floor(counts)) & (counts < 2**31)).all(axis=1))
    if bad.size:
        place = f"row {bad[0]}"
        raise Entry({}, path.name, place).fail(
            f"{counts[bad[0]].tolist()} are not counts; {bad.size} rows are affected"
        )
    return counts.astype(np.int64)


def _gold(path: Path, n_items: int) -> tuple[str, ...]:
    gold = read_array(path)
    if (
        gold.shape != (n_items,)
        or gold.dtype.kind not in "iu"
        or (gold.size and int(gold.max()) > 9)
        or (gold < 0).any()
    ):
        problem = f"these are not {n_items} class indices from 0 to 9"
        raise Entry({}, path.name, f"shape {gold.shape}, {gold.dtype}").fail(problem)
    return tuple(_SCHEME.labels[code] for code in gold.tolist())


def _images(archive: Path, ids: tuple[str, ...], gold: tuple[str, ...]) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(archive) as folder:
            members = set(folder.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise Entry({}, archive.name, "archive").fail(f"this is not a zip archive ({error})") from None
    names = tuple(f"{name}_{label}.jpg" for name, label in zip(ids, gold, strict=True))
    lacking = [name for name in names if name not in members]
    if lacking:
        problem = f"the member {lacking[0]!r} is missing; {len(lacking)} of {len(names)} are"
        raise Entry({}, archive.name, "archive").fail(problem)
    return tuple(f"{archive}::{name}" for name in names)


SPEC = CorpusSpec(
    name="cifar10h",
    title="CIFAR-10H",
    scheme=_SCHEME,
    licence="CC BY-NC-SA 4.0",
    home="https://github.com/jcpeterson/cifar-10h",
    files=(_COUNTS, _GOLD),
    sensitive=False,
    read=read,
    summary="Image classification: 47 to 63 votes on each test image of CIFAR-10, published as counts.",
    n_items=10_000,
    n_annotators=0,
    n_annotations=511_000,
)
