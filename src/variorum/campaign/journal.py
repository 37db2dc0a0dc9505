"""Files that survive a crash: whole lines of JSON, appended and flushed, never rewritten."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from variorum.errors import RecordError, RunFolderError

__all__ = ["AppendOnlyFile", "FolderLock", "claim_folder"]


class AppendOnlyFile:
    """A JSONL file to which whole lines are appended; a line counts once it ends in a newline.

    Opening it cuts off what a crash left of a last, half-written line; that is the only change ever made to bytes
    already written.

    Args:
        path: The file; ``None`` keeps the lines in memory alone.

    Raises:
        RecordError: If a whole line is not a JSON object.
    """

    def __init__(self, path: Path | None) -> None:
        self.entries: list[dict[str, Any]] = []
        self._file: IO[bytes] | None = None
        if path is None:
            return
        whole = 0
        if path.exists():
            content = path.read_bytes()
            whole = content.rfind(b"\n") + 1
            for number, line in enumerate(content[:whole].splitlines(), 1):
                self.entries.append(_parse(path, number, line))
        # Without a buffer: what a full disk refused must not be tried again, out of turn, when the file is closed.
        self._file = path.open("ab", buffering=0)
        if self._file.tell() > whole:
            self._file.truncate(whole)

    def append(self, *entries: Mapping[str, Any]) -> None:
        """Write lines and wait until they are on disk.

        Raises:
            RunFolderError: If the disk is full or does not take them; what was on it before stays whole.
        """
        if not entries:
            return
        lines = [json.dumps(entry, ensure_ascii=False, allow_nan=False, separators=(", ", ": ")) for entry in entries]
        if self._file is not None:
            try:
                rest = ("\n".join(lines) + "\n").encode()
                while rest:
                    rest = rest[self._file.write(rest) :]
                os.fsync(self._file.fileno())
            except OSError as error:
                raise RunFolderError(
                    f"{self._file.name} cannot be written: {error.strerror or error}. What it holds is kept; make room "
                    "and go on with --resume."
                ) from error
        self.entries.extend(json.loads(line) for line in lines)

    def close(self) -> None:
        """Close the file; the entries stay readable."""
        if self._file is not None:
            self._file.close()


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise RecordError(f"{path}, line {number}, is not a JSON object; the file was edited or is not a record.")
    return entry


def claim_folder(folder: Path, resume: bool) -> None:
    """Make a run's folder, or make sure that it is one to go on with.

    Args:
        folder: The folder.
        resume: Whether it may hold a run.

    Raises:
        RunFolderError: If it is a file, holds a run and `resume` is not set, or holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; choose another folder.")
    files = {path.name: path for path in folder.iterdir()} if folder.exists() else {}
    # Empty files are what a run leaves that was refused before it began.
    used = any(path.is_dir() or path.stat().st_size for path in files.values())
    if used and not resume:
        raise RunFolderError(f"{folder} is not empty. Go on with its run by --resume, or choose another folder.")
    if used and "record.jsonl" not in files:
        raise RunFolderError(f"{folder} is not empty and holds no record.jsonl to resume; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)


class FolderLock:
    """Keeps a second process out of a run's folder; the operating system lifts it when the process dies.

    Args:
        folder: The run's folder.
        name: The file in it that is locked; another name locks something smaller.

    Raises:
        RunFolderError: If another process holds it.
    """

    def __init__(self, folder: Path, name: str = "lock") -> None:
        self._file = (folder / name).open("ab")
        try:
            _lock(self._file)
        except OSError:
            self._file.close()
            raise RunFolderError(f"{folder} is in use by another process; wait for it, or stop it.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


if os.name == "nt":  # The standard library has one call a system and no common one.
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
