"""Names, texts and paths written so that DuckDB takes them for what they are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["escape_pattern", "identifier", "quoted"]


def quoted(text: str) -> str:
    """A text literal.

    Example:
        >>> print(quoted("it's"))
        'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A column name.

    Example:
        >>> print(identifier("a b"))
        "a b"
    """
    return '"' + name.replace('"', '""') + '"'


def escape_pattern(path: Path) -> str:
    """A path, whose pattern characters DuckDB would expand: a bracketed character stands for itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path.absolute()))
