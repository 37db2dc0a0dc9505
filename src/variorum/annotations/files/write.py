"""Write annotations to a file, so that reading it gives the same annotations back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.annotators import Annotators
from variorum.annotations.files.description import KEY, Description, companion
from variorum.annotations.files.places import atomically
from variorum.annotations.files.repeats import repeated_rows
from variorum.annotations.files.tables import Column, write_table
from variorum.annotations.items import Items
from variorum.annotations.statuses import ANSWERED, STATUSES
from variorum.errors import ArgumentError

if TYPE_CHECKING:
    from variorum.annotations.annotations import Annotations

__all__ = ["annotation_columns", "count_repeats", "money_text", "write_annotations"]


def write_annotations(annotations: Annotations, path: Path) -> Path:
    """Write annotations to one file and, unless it is Parquet, a companion with what rows cannot say.

    Args:
        annotations: What to write.
        path: Ends in .csv, .tsv, .jsonl, .ndjson or .parquet; a file of that name is replaced.

    Returns:
        The path.

    Raises:
        ArgumentError: If there are no rows, the suffix is unknown, or a text holds what no text file can.
    """
    columns = annotation_columns(annotations)
    said = Description(
        annotations.scheme,
        count_repeats(annotations),
        None if _items_in_rows(annotations.items, annotations.item) else annotations.items,
        None if _annotators_in_rows(annotations.annotators, annotations.annotator) else annotations.annotators,
    ).to_json()
    if path.suffix.lower() == ".parquet":
        write_table(path, columns, metadata={KEY: said})
        return path
    beside = companion(path)
    with atomically(beside) as part:
        part.write_text(said + "\n", "utf-8")
        # Both are complete by then: a failure leaves what was there, and a crash no new rows beside an old description.
        write_table(path, columns, before=lambda: beside.unlink(missing_ok=True))
    return path


def annotation_columns(annotations: Annotations) -> dict[str, Column]:
    """The rows as text columns, under the names that `read` expects.

    Raises:
        ArgumentError: If there are no rows.
    """
    a = annotations
    if not a.n_rows:
        raise ArgumentError("annotations have no rows; there is nothing to write.")
    columns = {
        "item": Column("text", _names(a.items.ids, a.item)),
        "annotator": Column("text", _names(a.annotators.ids, a.annotator)),
        "label": Column("text", _names(a.scheme.labels, a.label)) if a.value is None else _numbers(a.value),
    }
    empty_set = a.scheme.kind == "multilabel" and bool(((a.label < 0) & (a.status == ANSWERED)).any())
    if (a.status != ANSWERED).any() or empty_set:
        columns["status"] = Column("text", _names(STATUSES, a.status))
    if a.explanation is not None:
        columns["explanation"] = Column("text", a.explanation)
    if a.distribution is not None:
        columns["distribution"] = Column("json", _shares(a.scheme.labels, a.distribution))
    for name in ("confidence", "seconds", "time"):
        numbers = getattr(a, name)
        if numbers is not None:
            columns[name] = _numbers(numbers)
    if a.cost is not None:
        columns["cost"] = Column("money", [money_text(micro) for micro in a.cost.tolist()])
    if a.round is not None:
        columns["round"] = Column("whole", [str(r) if r >= 0 else None for r in a.round.tolist()])
    if a.shown_first is not None:
        columns["shown_first"] = Column("text", _names(a.scheme.labels, a.shown_first))
    return columns


def count_repeats(annotations: Annotations) -> int:
    """How many rows repeat an (item, annotator, label) of an earlier row."""
    a = annotations
    answer = a.label if a.value is None else np.unique(a.value, return_inverse=True)[1].astype(np.int32)
    return int(repeated_rows(a.item, a.annotator, answer, a.status).size)


def money_text(micro: int) -> str:
    """Micro-units as an exact decimal number of units.

    Example:
        >>> money_text(1_500_000), money_text(20)
        ('1.5', '0.00002')
    """
    units, rest = divmod(micro, 1_000_000)
    return f"{units}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(units)


def _names(names: tuple[str, ...], codes: NDArray[np.integer]) -> list[str | None]:
    lookup: list[str | None] = [*names, None]
    return [lookup[code] for code in codes.tolist()]


def _numbers(numbers: NDArray[np.float64]) -> Column:
    return Column("number", [None if number != number else repr(number) for number in numbers.tolist()])


def _shares(labels: tuple[str, ...], distribution: NDArray[np.float64]) -> list[str | None]:
    return [
        None if row[0] != row[0] else json.dumps(dict(zip(labels, row, strict=True)), ensure_ascii=False)
        for row in distribution.tolist()
    ]


def _in_order_of_appearance(codes: NDArray[np.int32], n: int) -> bool:
    known = codes[codes >= 0]
    values, first = np.unique(known, return_index=True)
    return values.size == n and bool((np.diff(first) > 0).all())


def _items_in_rows(items: Items, codes: NDArray[np.int32]) -> bool:
    return not items.columns() and _in_order_of_appearance(codes, len(items))


def _annotators_in_rows(annotators: Annotators, codes: NDArray[np.int32]) -> bool:
    plain = not annotators.attributes and annotators.prices is None and set(annotators.kind) <= {"human"}
    return plain and _in_order_of_appearance(codes, len(annotators))
