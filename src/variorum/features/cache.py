"""Features kept on disk, by content."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.annotations.files.places import atomically, user_cache
from variorum.errors import ArgumentError
from variorum.features.base import Featurizer, as_train
from variorum.features.pictures import PictureFiles

__all__ = ["Cached", "cache_folder", "content_key"]

_FORMAT = b"variorum features 1"  # change it when a featurizer's results change: old files are then left unread


def cache_folder() -> Path:
    """Where features are kept: ``$VARIORUM_CACHE/features``, or the user's cache folder.

    Returns:
        The folder; it need not exist yet.

    Example:
        >>> cache_folder().name
        'features'
    """
    if chosen := os.environ.get("VARIORUM_CACHE"):
        return Path(chosen) / "features"
    return user_cache() / "features"


def content_key(featurizer: Featurizer, items: Items, train: NDArray[np.int64]) -> str:
    """Name of a result: a hash of everything it depends on.

    Args:
        featurizer: A dataclass; its class and every field count.
        items: Ids, texts and images count, images by the bytes of their files, in archives too.
        train: Positions of the training pool.

    Returns:
        64 hexadecimal digits.

    Raises:
        ArgumentError: If the featurizer is not a dataclass, so that its parameters cannot be read.

    Example:
        >>> from variorum.features import TfidfFeatures
        >>> items = Items(("a",), text=("Good.",))
        >>> one, two = (content_key(TfidfFeatures(n), items, np.array([0])) for n in (8, 9))
        >>> one == two
        False
    """
    parameters: dict[str, object] | None = getattr(featurizer, "__dataclass_fields__", None)
    if parameters is None:
        raise ArgumentError(f"{type(featurizer).__name__} is not a dataclass. Make it one, so that it can be cached.")
    digest = hashlib.sha256(_FORMAT)

    def add(*parts: bytes) -> None:
        for part in parts:  # lengths keep ("ab", "c") and ("a", "bc") apart
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)

    add(f"{type(featurizer).__module__}.{type(featurizer).__qualname__}".encode())
    for name in parameters:
        value = getattr(featurizer, name)
        if isinstance(value, np.ndarray):
            add(name.encode(), str(value.dtype).encode(), str(value.shape).encode(), value.tobytes())
        else:
            with PictureFiles() as files:
                add(name.encode(), repr(value).encode(), _file_digest(Path(str(value)), files))
    add(np.asarray(train, dtype="<i8").tobytes())
    add(*(name.encode() for name in items.ids))
    for name in ("text", "second_text", "image"):
        column: tuple[str | None, ...] | None = getattr(items, name)
        add(name.encode(), b"absent" if column is None else b"present")
        # A leading byte tells an item without a text from one with an empty text.
        add(*(b"\0" if value is None else b"\1" + value.encode("utf-8", "surrogatepass") for value in column or ()))
    folder = Path(getattr(featurizer, "folder", "."))
    with PictureFiles() as files:
        add(*(_file_digest(folder / path, files) for path in items.image or () if path is not None))
    return digest.hexdigest()


def _file_digest(path: Path, files: PictureFiles) -> bytes:
    """Hash of a file's bytes; nothing where there is no file, whose absence the featurizer itself will report."""
    try:
        with files.open(path) as file:
            return hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # members have readinto too
    except (OSError, ValueError, KeyError, BadZipFile):
        return b""


@dataclass(frozen=True)
class Cached:
    """A featurizer whose results are kept on disk.

    A file is found again only for the same featurizer, the same parameters, the same items and the same training
    pool. Files are written whole or not at all, and hold their own checksum: a damaged one is computed anew.

    Attributes:
        featurizer: Whose results to keep.
        folder: Where; ``None`` for `cache_folder`.

    Example:
        >>> import tempfile
        >>> from variorum.features import TfidfFeatures
        >>> items = Items(("a", "b"), text=("good day", "bad day"))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     cached = Cached(TfidfFeatures(2), folder)
        ...     first = cached.fit_transform(items, np.array([0, 1]))
        ...     again = cached.fit_transform(items, np.array([0, 1]))
        ...     len(list(Path(folder).iterdir())), bool((first == again).all())
        (1, True)
    """

    featurizer: Featurizer
    folder: str | Path | None = None

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        """Read the result, or compute and keep it.

        Warns:
            UserWarning: If the result could not be kept.

        Raises:
            ArgumentError: Whatever the featurizer refuses; refusals are not kept.
        """
        pool = as_train(items, train)
        folder = cache_folder() if self.folder is None else Path(self.folder)
        path = folder / f"{content_key(self.featurizer, items, pool)}.features"
        kept = _read(path)
        if kept is not None and kept.shape[0] == len(items):
            return kept
        vectors = self.featurizer.fit_transform(items, pool)
        try:
            _write(path, vectors)
        except OSError as error:  # the result is at hand; only the next run pays for it again
            warnings.warn(f"Features could not be kept in {folder} ({error}).", UserWarning, stacklevel=2)
        return vectors


def _read(path: Path) -> NDArray[np.float64] | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != checksum:
        return None
    vectors: NDArray[np.float64] = np.load(io.BytesIO(body), allow_pickle=False)
    return vectors


def _write(path: Path, vectors: NDArray[np.float64]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, vectors, allow_pickle=False)
    body = buffer.getvalue()
    # Readers and an interruption see the whole file or none.
    with atomically(path) as part:
        part.write_bytes(hashlib.sha256(body).digest() + body)
