"""Ways to call the command line in tests."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RUN = "--corpus votes.csv --budget 3 --price 0.05 --cold-start 20 --batch 20"


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[[str], Outcome]


def process(folder: Path, line: str, *, before: str = "") -> Outcome:
    """The command line in a process of its own, after some Python."""
    start = f"import sys\n{before}\nfrom variorum.cli import main\nsys.exit(main())"
    words = [sys.executable, "-c", start, *shlex.split(line)[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)
