"""Pictures that show something else: what a model of CIFAR-10's ten classes should find strange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.checks import as_choice, as_rng
from variorum.corpora.base import RemoteFile
from variorum.corpora.cifar100 import read_cifar100
from variorum.corpora.fetch import checked_root
from variorum.corpora.stand_in_images import phase_scrambled, stand_in_digits
from variorum.corpora.svhn import read_svhn
from variorum.errors import ArgumentError

__all__ = ["CIFAR_100", "OOD_IMAGES", "STAND_INS", "SVHN", "ImageSet", "ood_images"]

Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class ImageSet:
    """A published set of pictures without votes.

    Attributes:
        title: Its name for people.
        licence: The licence that its publishers state, or "none stated".
        home: Web page of its publishers.
        file: Its file.
        read: Reads the file: bytes, shape (n_items, 32, 32, 3).
        n_items: Number of pictures.
    """

    title: str
    licence: str
    home: str
    file: RemoteFile
    read: Callable[[Path], Pictures]
    n_items: int

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """The file, as the only one."""
        return (self.file,)


SVHN: Final = ImageSet(
    title="Street View House Numbers, cropped digits, test set",
    licence="non-commercial use only",
    home="http://ufldl.stanford.edu/housenumbers/",
    file=RemoteFile(
        "svhn/test_32x32.mat",
        "http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
        "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
    ),
    read=read_svhn,
    n_items=26_032,
)
CIFAR_100: Final = ImageSet(
    title="CIFAR-100, test set",
    licence="none stated",
    home="https://www.cs.toronto.edu/~kriz/cifar.html",
    file=RemoteFile(
        "cifar100/cifar-100-python.tar.gz",
        "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
    read=read_cifar100,
    n_items=10_000,
)
OOD_IMAGES: Final[dict[str, ImageSet]] = {"svhn": SVHN, "cifar-100": CIFAR_100}
STAND_INS: Final = ("stand-in-digits", "stand-in-scrambled")


def ood_images(name: str, *, like: Pictures | None = None, rng: np.random.Generator | int = 0) -> Pictures:
    """Pictures outside the distribution of CIFAR-10.

    The published sets are found below ``$VARIORUM_DATA`` or the user cache, else fetched from their public home into
    that cache, and must have the checksum that was pinned. The stand-ins need no download, and no number on them can
    be compared with a published one: "stand-in-digits" are scikit-learn's 1,797 scanned digits in colour on noise, far
    from any photograph; "stand-in-scrambled" keeps colours and spectrum of the pictures in `like` and loses their
    shapes.

    Args:
        name: "svhn", "cifar-100", "stand-in-digits" or "stand-in-scrambled".
        like: What "stand-in-scrambled" is made from, shape (n_items, height, width, 3); the others do not look at it.
        rng: Of the stand-ins; the published sets are what they are.

    Returns:
        Shape (n_items, 32, 32, 3), or the shape of `like`: red, green and blue in 0 to 255.

    Raises:
        UnknownNameError: If there is no set of that name.
        ArgumentError: If "stand-in-scrambled" is wanted without `like`.
        ShapeError: If `like` is not an array of pictures.
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If a set is not on this machine and cannot be fetched.
        ReadError: If a file is not what was expected.

    Source:
        Netzer et al. 2011, "Reading digits in natural images with unsupervised feature learning" (SVHN); Krizhevsky
        2009, "Learning multiple layers of features from tiny images" (CIFAR-100).

    Example:
        >>> ood_images("stand-in-digits").shape
        (1797, 32, 32, 3)
    """
    chosen = as_choice("image set", name, [*OOD_IMAGES, *STAND_INS])
    if chosen == "stand-in-digits":
        return stand_in_digits(as_rng(rng))
    if chosen == "stand-in-scrambled":
        if like is None:
            raise ArgumentError("stand-in-scrambled is made from pictures: give them as like.")
        return phase_scrambled(like, as_rng(rng))
    images = OOD_IMAGES[chosen]
    return images.read(checked_root(images) / images.file.path)
