"""Other tools in a process and environment of their own: one line of JSON asks, one answers, votes go by Parquet."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import duckdb
from numpy.typing import NDArray

__all__ = ["PeerProcess", "need_peers", "write_columns"]

_PEERS = Path(__file__).parent / "peers"


class PeerProcess:
    """A script of ``benchmarks/peers`` that says one line when it is ready, and then one for each request."""

    def __init__(self, script: str, *arguments: Path, environment: str = "") -> None:
        words = [_python(environment), _PEERS / script, *arguments]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the peer's process ended; its error stands above.")
        return line

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request, read the answer."""
        assert self.process.stdin is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def need_peers(environment: str = "") -> None:
    """Stop where the peers' environment is missing."""
    if not _python(environment).exists():
        raise SystemExit(f"the peers are not installed; run benchmarks/peers/setup {environment} first.")


def _python(environment: str) -> Path:
    """The interpreter of an environment of the peers; the one without a name serves most of them."""
    return _PEERS / (f".venv-{environment}" if environment else ".venv") / "bin/python"


def write_columns(file: Path, columns: dict[str, NDArray[Any]]) -> None:
    """Write columns to a Parquet file."""
    with duckdb.connect() as connection:
        connection.register("columns", columns)
        connection.execute(f"COPY (SELECT * FROM columns) TO '{file}' (FORMAT parquet)")
