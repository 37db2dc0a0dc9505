"""Our own sources: what the study of judgment fine-tuning measured of them."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from variorum.errors import MissingFileError, ReadError

__all__ = ["OwnRow", "own_digest", "own_rows"]

_FILES: Final = ("sources.csv", "sources.json")


@dataclass(frozen=True)
class OwnRow:
    """A model that was fine-tuned on a source.

    Attributes:
        source: Name of the source; several rows of one name are several models, and no independent sources.
        kl: KL(people || source), nats.
        js: Jensen-Shannon distance.
        tvd: Total variation distance.
        distance_correlation: With people.
        weighted_f1: Of the model.
    """

    source: str
    kl: float
    js: float
    tvd: float
    distance_correlation: float
    weighted_f1: float


_COLUMNS: Final = tuple(field.name for field in fields(OwnRow))


def own_rows(folder: Path) -> tuple[OwnRow, ...]:
    """Read the sources that a study of fine-tuning left.

    Args:
        folder: Holds ``sources.csv``, or ``sources.json``, an array of objects; other columns are left alone.

    Returns:
        One row a model.

    Raises:
        MissingFileError: If there is neither file.
        ReadError: If a column is missing, a cell is no finite number, or there is no row.
    """
    path = _find(folder)
    text = path.read_text(encoding="utf-8-sig")
    try:
        rows = list(csv.DictReader(text.splitlines())) if path.suffix == ".csv" else json.loads(text)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise ReadError(f"{path} holds no rows; write one object, or one line below the header, for each model.")
    return tuple(_parse(path, k, row) for k, row in enumerate(rows, 1))


def own_digest(folder: Path) -> str:
    """A short name of what the file holds, so that runs on other contents are other runs.

    Args:
        folder: As in `own_rows`.

    Raises:
        MissingFileError: If there is no file.
    """
    return hashlib.sha256(_find(folder).read_bytes()).hexdigest()[:16]


def _find(folder: Path) -> Path:
    for name in _FILES:
        if (folder / name).is_file():
            return folder / name
    raise MissingFileError(
        f"{folder} holds neither {_FILES[0]} nor {_FILES[1]}; give the folder of a study of sources."
    )


def _parse(path: Path, number: int, row: Mapping[str, Any]) -> OwnRow:
    missing = [name for name in _COLUMNS if row.get(name) in (None, "")]
    if missing:
        raise ReadError(f"{path}, row {number}, has no {missing[0]!r}; the columns needed are {', '.join(_COLUMNS)}.")
    values = []
    for name in _COLUMNS[1:]:
        try:
            value = float(row[name])
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise ReadError(f"{path}, row {number}: {name} = {row[name]!r} is not a finite number.")
        values.append(value)
    return OwnRow(str(row["source"]), *values)
