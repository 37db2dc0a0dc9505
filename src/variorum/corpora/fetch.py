"""Download the files of a corpus from its public home, checked against what was pinned."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from variorum.corpora.base import Published, RemoteFile
from variorum.corpora.find import DATA_VARIABLE, cache_root, check_file, find_corpus
from variorum.errors import ChecksumError, FetchError

__all__ = ["checked_root", "fetch_corpus", "fetch_file"]

_BLOCK = 1 << 16

# Told how many bytes have arrived and how many there will be, if that is known.
OnProgress = Callable[[int, int | None], None]


def checked_root(spec: Published) -> Path:
    """Find a corpus on this machine, or else fetch it into the user cache; either way its files are the pinned ones.

    Args:
        spec: The corpus.

    Returns:
        The data root below which all its files lie.

    Raises:
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If it is not on this machine and cannot be fetched.
    """
    root = find_corpus(spec)
    if root is None:
        root = cache_root()
        fetch_corpus(spec, root)
    else:
        for file in spec.files:
            check_file(file, root)
    return root


def fetch_corpus(spec: Published, root: Path, *, timeout: float = 30.0, console: Console | None = None) -> None:
    """Download what is missing of a corpus, after a notice of its licence.

    A file that is there already, with the right checksum, is kept. Each new one appears under its name only once it
    is complete and checked.

    Args:
        spec: The corpus.
        root: The data root to put the files below; created where it is missing.
        timeout: Longest silence of the server, in seconds.
        console: Where the notice and the progress bar go; standard error by default.

    Raises:
        FetchError: If a file cannot be had or written.
        ChecksumError: If what arrived, or what is there, is not what was pinned.
    """
    if not spec.files:
        return
    console = console or Console(stderr=True)
    console.print(
        f"Fetching {spec.title} ({spec.home}) from {spec.files[0].url.rpartition('/')[0]}\n"
        f"Licence: {spec.licence}. It is for you to see that your use fits it.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as progress:
        for file in spec.files:
            task = progress.add_task(escape(file.path), total=None)

            def advance(done: int, total: int | None, task: object = task) -> None:
                progress.update(task, completed=done, total=total)  # type: ignore[arg-type]

            if (root / file.path).is_file():
                check_file(file, root)
                progress.remove_task(task)
            else:
                fetch_file(file, root, timeout=timeout, on_progress=advance)


def fetch_file(file: RemoteFile, root: Path, *, timeout: float = 30.0, on_progress: OnProgress | None = None) -> Path:
    """Download one file; whatever goes wrong, no part of it stays behind.

    Args:
        file: The file.
        root: The data root to put it below.
        timeout: Longest silence of the server, in seconds.
        on_progress: Called with the bytes that have arrived and the bytes to come (``None`` if unknown).

    Returns:
        Where it lies now.

    Raises:
        FetchError: If there is no connection, it is cut, the server refuses, or the file cannot be written.
        ChecksumError: If what arrived is not what was pinned.
    """
    if not file.url.startswith(("https://", "http://")):
        raise FetchError(f"{file.url} is not an http or https address.")
    place = root / file.path
    part = place.with_name(f".{place.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = _download(file, place, part, timeout, on_progress)
        if digest != file.sha256:
            raise ChecksumError(
                f"{file.url} sent a file with the sha256 {digest}, and {file.sha256} was pinned; it was thrown away. "
                f"{_by_hand(file, place)}"
            )
        part.replace(place)
    except (FetchError, ChecksumError):
        raise
    except OSError as error:
        raise FetchError(f"{place} cannot be written ({error}). Set {DATA_VARIABLE} to a folder of yours.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return place


def _download(file: RemoteFile, place: Path, part: Path, timeout: float, on_progress: OnProgress | None) -> str:
    digest, done = hashlib.sha256(), 0
    request = urllib.request.Request(file.url, headers={"User-Agent": "variorum"})  # noqa: S310 (http and https only)
    with part.open("xb") as stream:
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
                length = response.headers.get("Content-Length")
                total = int(length) if length is not None and length.isdecimal() else None
                while block := response.read(_BLOCK):
                    digest.update(block)
                    done += len(block)
                    _write(stream.write, block, place)
                    if on_progress is not None:
                        on_progress(done, total)
        except FetchError:
            raise
        except urllib.error.HTTPError as error:
            # The error holds the open response, which nobody else would close.
            error.close()
            raise FetchError(f"{file.url} answered {error.code} ({error.reason}). {_by_hand(file, place)}") from None
        except (http.client.HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            what = f"The connection was cut after {done} bytes" if done else "There is no connection"
            raise FetchError(f"{file.url} could not be fetched. {what} ({reason}). {_by_hand(file, place)}") from error
    if total is not None and done != total:
        raise FetchError(
            f"{file.url} could not be fetched. The connection was cut after {done} of {total} bytes. "
            f"{_by_hand(file, place)}"
        )
    return digest.hexdigest()


def _write(write: Callable[[bytes], int], block: bytes, place: Path) -> None:
    # A full disk is not a lost connection, though both are an OSError.
    try:
        write(block)
    except OSError as error:
        raise FetchError(f"{place} cannot be written ({error}). Make room, or set {DATA_VARIABLE}.") from error


def _by_hand(file: RemoteFile, place: Path) -> str:
    return (
        f"Try again, or place the file by hand as {place}, or as {file.path} below a folder of yours "
        f"that {DATA_VARIABLE} names."
    )
