"""Where the files of a corpus are: ``$VARIORUM_DATA``, else the user cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from variorum.annotations.files.places import folder_variable, user_cache
from variorum.corpora.base import Published, RemoteFile
from variorum.errors import ChecksumError

__all__ = ["DATA_VARIABLE", "cache_root", "check_file", "data_roots", "find_corpus"]

DATA_VARIABLE = "VARIORUM_DATA"


def cache_root() -> Path:
    """The folder that corpora are fetched to: below the user's cache, wherever the platform keeps that.

    Linux: ``$XDG_CACHE_HOME`` or ``~/.cache``. macOS: ``~/Library/Caches``. Windows: ``%LOCALAPPDATA%`` or
    ``~/AppData/Local``. Nothing is created.

    Returns:
        The folder ``variorum/corpora`` in it.

    Example:
        >>> cache_root().parts[-2:]
        ('variorum', 'corpora')
    """
    return user_cache() / "corpora"


def data_roots() -> tuple[Path, ...]:
    """The folders that are searched for corpora, first hit wins: ``$VARIORUM_DATA`` where it is set, the user cache.

    Returns:
        One or two folders, which need not exist.
    """
    given = folder_variable(DATA_VARIABLE)
    return (cache_root(),) if given is None else (given, cache_root())


def find_corpus(spec: Published) -> Path | None:
    """Look for a corpus on this machine.

    Args:
        spec: The corpus.

    Returns:
        The first of `data_roots` below which all its files lie; ``None`` where there is none. For a corpus that is
        built in, the first of `data_roots`, whether it exists or not.
    """
    for root in data_roots():
        if all((root / file.path).is_file() for file in spec.files):
            return root
    return None


def check_file(file: RemoteFile, root: Path) -> None:
    """Compare a file on this machine with what was pinned.

    Args:
        file: The file.
        root: The data root that it lies below.

    Raises:
        ChecksumError: If its checksum is another one.
    """
    place = root / file.path
    with place.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        raise ChecksumError(
            f"{place} has the sha256 {found}, and {file.sha256} was pinned. "
            f"Remove it to have it fetched again from {file.url}, or read your own version with variorum.read."
        )
