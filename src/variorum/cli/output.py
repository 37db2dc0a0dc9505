"""What the verbs print with: tables for people, JSON for machines, sentences for mistakes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["AsJson", "complain", "number", "one_line", "print_json", "print_table", "to_json"]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines instead.")]

_UNBOUNDED = 10_000


def one_line(text: str) -> str:
    """A text as one line without control characters, since file contents must not drive a terminal.

    Example:
        >>> one_line("a" + chr(10) + chr(27) + "[31mb")
        'a ?[31mb'
    """
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def complain(sentence: str) -> None:
    """Say what is wrong, on standard error."""
    typer.echo(f"Error: {one_line(sentence)}", err=True)


def number(value: float, digits: int = 4) -> str:
    """A number for people; nothing where it is undefined.

    Example:
        >>> number(0.123456), number(float("nan"))
        ('0.1235', '-')
    """
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def to_json(value: Any) -> Any:
    """The same with plain types: no arrays, no paths, and null where a number is not finite.

    Example:
        >>> to_json({"a": np.array([1.0, np.nan])})
        {'a': [1.0, None]}
    """
    if isinstance(value, np.ndarray | np.generic):
        return to_json(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): to_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def print_json(value: Any) -> None:
    """Print a JSON object on standard output."""
    typer.echo(json.dumps(to_json(value), ensure_ascii=True, indent=2, allow_nan=False))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a table on standard output.

    Args:
        headers: One a column.
        rows: Cells.
        right: Columns set flush right.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, header in enumerate(headers):
        table.add_column(Text(header), justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console = Console()
    # Into a file or a pipe, every row is one line.
    console = console if console.is_terminal else Console(width=_UNBOUNDED)
    console.print(table)
