"""Where files go: written whole or not at all, and the user's own cache folder."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["atomically", "folder_variable", "user_cache"]


@contextlib.contextmanager
def atomically(path: Path) -> Iterator[Path]:
    """A path to write to that takes the name of the real one at the end, or vanishes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        # mkstemp's file is for its owner alone; the result gets the rights of any new file.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def folder_variable(name: str) -> Path | None:
    """The folder that an environment variable names; ``None`` where it is not set or blank."""
    value = os.environ.get(name, "").strip()
    return Path(value).expanduser() if value else None


def user_cache() -> Path:
    """Variorum's folder in the user's cache, wherever the platform keeps that; nothing is created.

    Linux: ``$XDG_CACHE_HOME`` or ``~/.cache``. macOS: ``~/Library/Caches``. Windows: ``%LOCALAPPDATA%`` or
    ``~/AppData/Local``.

    Returns:
        The folder ``variorum`` in it.

    Example:
        >>> user_cache().name
        'variorum'
    """
    if sys.platform == "win32":
        base = folder_variable("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = folder_variable("XDG_CACHE_HOME") or Path.home() / ".cache"
    return base / "variorum"
