"""DuckDB in a work folder, within a stated memory, with errors that say what to do."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import duckdb
from numpy.typing import NDArray

from variorum.annotations.files.source import first_line
from variorum.errors import DiskFullError, EngineError, ReadError

__all__ = ["LEAST_MEMORY", "Database", "full_disk", "need_space", "reading"]

# What DuckDB needs to work at all with some threads.
LEAST_MEMORY: Final = 256 << 20
_ELSEWHERE: Final = "name a work folder on another disk with work=..."
_FULL: Final = ("No space left on device", "max_temp_directory_size", "not enough space")


class Database:
    """A database in a folder, for data that do not fit in memory.

    Attributes:
        connection: For those who build queries of their own.
    """

    def __init__(self, folder: Path, memory: int) -> None:
        """Open it.

        Args:
            folder: Where its files go.
            memory: Bytes that it may hold at a time.
        """
        self._memory = memory
        self._folder = folder
        self.connection = duckdb.connect(
            str(folder / "rows.duckdb"),
            config={
                "threads": min(4, os.cpu_count() or 1),
                "memory_limit": f"{memory >> 20}MiB",
                "temp_directory": str(folder / "spilled"),
                "autoinstall_known_extensions": False,
            },
        )

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query, and fetch its few rows."""
        with self._explained():
            return list(self.connection.execute(query).fetchall())

    def one(self, query: str) -> Any:
        """The only cell of a query's answer."""
        return self.rows(query)[0][0]

    def arrays(self, query: str) -> dict[str, NDArray[Any]]:
        """The columns of a query's answer, which hold no nulls."""
        with self._explained():
            return dict(self.connection.execute(query).fetchnumpy())

    def rest(self) -> None:
        """Give back what is in memory but not in use; writing a part at a time needs little."""
        self.rows(f"SET memory_limit = '{LEAST_MEMORY >> 20}MiB'")

    @contextlib.contextmanager
    def lent(self, name: str, columns: Mapping[str, NDArray[Any]]) -> Iterator[None]:
        """Within, arrays of one length are a table."""
        self.connection.register(name, dict(columns))
        try:
            yield
        finally:
            self.connection.unregister(name)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from None
            raise
        except duckdb.Error as error:
            said = str(error)
            if any(word in said for word in _FULL):
                raise full_disk(self._folder.parent) from None
            if isinstance(error, duckdb.OutOfMemoryException):
                raise EngineError(
                    f"memory = {self._memory / 2**30:.3g} GiB is too little for this file ({first_line(error)}). "
                    "Raise it with memory=...."
                ) from None
            raise


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Within, what DuckDB cannot do is the fault of the files that it reads, called so."""
    try:
        yield
    except duckdb.Error as error:
        raise ReadError(f"{name}: the rows cannot be read ({first_line(error)}). Correct the file.") from None


def full_disk(folder: Path, remedy: str = _ELSEWHERE) -> DiskFullError:
    """The error for a disk that turned out to be full.

    Args:
        folder: A folder on it.
        remedy: What to do beside freeing space.
    """
    free = _size(shutil.disk_usage(folder).free)
    return DiskFullError(
        f"the disk of {folder} is full ({free} are free, without what this run has written). "
        f"Free some space, or {remedy}."
    )


def need_space(folder: Path, n_bytes: int, what: str) -> None:
    """Refuse to begin what the disk of the work folder cannot hold.

    Raises:
        DiskFullError: If less is free.
    """
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        raise DiskFullError(
            f"{what} needs {_size(n_bytes)} on the disk of {folder}, where {_size(free)} are free. "
            f"Free some space, or {_ELSEWHERE}."
        )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.1f} MiB"
