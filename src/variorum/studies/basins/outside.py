"""Pictures that show something else, as items beside a corpus's own."""

from __future__ import annotations

import hashlib
import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.annotations.files.places import atomically
from variorum.checks import need_extra
from variorum.corpora.ood_images import ood_images
from variorum.errors import FetchError
from variorum.features import cache_folder

__all__ = ["QUALITY", "outside_items"]

QUALITY = 75
"""Of the JPEG coding of CIFAR-10's test images at hand: pictures that were coded alike cannot be told apart by it."""


def outside_items(name: str, like: NDArray[np.uint8], n_items: int) -> Items | None:
    """Pictures of a set, coded as the corpus's images are, in an archive of the cache.

    Args:
        name: As in `variorum.corpora.ood_images`.
        like: What a stand-in may be made from, shape (n, 32, 32, 3).
        n_items: Pictures at most: those that come first in an order of our own.

    Returns:
        Items with images; ``None`` if the set is neither on this machine nor can be fetched.

    Raises:
        MissingExtraError: If Pillow is not installed.
    """
    try:
        pictures = ood_images(name, like=like)
    except FetchError:
        return None
    pictures = pictures[np.random.default_rng(0).permutation(len(pictures))[:n_items]]
    digest = hashlib.sha256(np.ascontiguousarray(pictures).tobytes()).hexdigest()[:16]
    archive = cache_folder().parent / "pictures" / f"{name}-{QUALITY}-{digest}.zip"
    if not archive.exists():
        pillow = need_extra("images", "PIL.Image")
        with atomically(archive) as part, zipfile.ZipFile(part, "w") as folder:
            for row, picture in enumerate(pictures):
                coded = io.BytesIO()
                pillow.fromarray(picture).save(coded, "JPEG", quality=QUALITY)
                folder.writestr(zipfile.ZipInfo(f"{row}.jpg"), coded.getvalue())
    ids = tuple(f"{name} {row}" for row in range(len(pictures)))
    return Items(ids, image=tuple(f"{archive}::{row}.jpg" for row in range(len(pictures))))
