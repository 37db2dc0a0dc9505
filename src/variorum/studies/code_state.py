"""Which code ran: version, and the commit where the package lies in a git checkout of its own."""

from __future__ import annotations

import functools
import subprocess
from importlib.metadata import version
from pathlib import Path

import variorum

__all__ = ["code_state", "commit_of"]


@functools.cache
def code_state() -> str:
    """Version and commit of this package, in words.

    Returns:
        ``"0.1.0"``, ``"0.1.0, commit 0123456789ab"``, or that with ``", with changes"`` where files of the checkout
        that git tracks differ from the commit.

    Example:
        >>> code_state().startswith(version("variorum"))
        True
    """
    commit = commit_of(Path(variorum.__file__))
    return version("variorum") if commit is None else f"{version('variorum')}, commit {commit}"


def commit_of(file: Path) -> str | None:
    """The commit of a file's checkout.

    Args:
        file: A file; only if git tracks it the checkout is its own, and not that of a project it is installed in.

    Returns:
        Twelve digits, with ``", with changes"`` where tracked files differ; ``None`` without a checkout or git.
    """
    if _git(file.parent, "ls-files", "--error-unmatch", file.name) is None:
        return None
    commit = _git(file.parent, "rev-parse", "--short=12", "HEAD")
    if commit is None:
        return None
    changes = _git(file.parent, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}, with changes" if changes else commit


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
