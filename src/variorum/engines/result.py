"""A posterior and annotators' parameters as Parquet, written part by part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.sql import escape_pattern, identifier, quoted
from variorum.annotations.files.tables import case_clash
from variorum.engines.coding import Coding
from variorum.engines.database import Database, full_disk
from variorum.engines.shards import Packed
from variorum.errors import DiskFullError, SchemeError
from variorum.labels import Fit
from variorum.labels.vote_matrix import Rows

__all__ = ["KEY", "check_columns", "write_annotators", "write_posterior"]

# Where a written file says what is in it.
KEY: Final = "variorum-estimate"
_ITEM: Final = "item"
_PART_CELLS: Final = 1 << 22
_ANNOTATOR_ROWS: Final = (
    "SELECT a.annotator, p.votes{0}{1} FROM part p LEFT JOIN annotators a ON a.code = p.code ORDER BY p.place"
)


def check_columns(labels: Sequence[str]) -> None:
    """Refuse labels that cannot be columns of one Parquet file beside ``item``.

    Raises:
        SchemeError: If two columns would differ in the case of ASCII letters alone: the writer would rename one.
    """
    for label in labels:
        if label.encode().lower() == _ITEM.encode():
            raise SchemeError(
                f"a label is called {label!r}, and {_ITEM!r} is the column of item ids. Rename the label."
            )
    clash = case_clash(labels)
    if clash is not None:
        raise SchemeError(
            f"labels {clash[0]!r} and {clash[1]!r} differ in case alone, and cannot both be columns. Rename one."
        )


def write_posterior(
    database: Database,
    packed: Packed,
    posterior: Rows,
    labels: Sequence[str],
    path: Path,
    facts: Mapping[str, Any],
    watch: Callable[[int], None],
) -> None:
    """Write one row an item: its id, and one column a label, null for an item without a vote.

    Args:
        database: Holds the table ``votes``.
        packed: Says which items have votes.
        posterior: Rows of the items with votes.
        labels: Labels in class order.
        path: The file.
        facts: Stored in the file as JSON, under `KEY`.
        watch: Called with the number of items done.
    """
    cells = ", ".join(
        f"CASE WHEN isnan(p.c{k}) THEN NULL ELSE p.c{k} END AS {identifier(label)}" for k, label in enumerate(labels)
    )

    def parts() -> Iterable[tuple[str, dict[str, NDArray[Any]]]]:
        for chunk in packed.chunks:
            block = np.full((chunk.items[1] - chunk.items[0], len(labels)), np.nan, posterior.dtype)
            block[packed.voted(chunk)] = posterior[slice(*chunk.voted)]
            first, last = chunk.rows
            ids = (
                "SELECT item FROM (SELECT item, item IS DISTINCT FROM lag(item) OVER () AS begins FROM votes "
                f"WHERE rowid >= {first} AND rowid < {last}) WHERE begins"
            )
            query = f"SELECT i.item AS {_ITEM}, {cells} FROM ({ids}) i POSITIONAL JOIN part p"
            yield query, {f"c{k}": np.ascontiguousarray(block[:, k]) for k in range(len(labels))}
            watch(chunk.items[1])

    _write(database, parts(), path, packed.folder / "posterior", facts)


def write_annotators(
    database: Database, coding: Coding, cell_votes: NDArray[np.int64], fit: Fit, path: Path, folder: Path
) -> None:
    """Write what a fit knows of annotators, in the order of their ids; the unknown ones stand last, with a null id.

    Args:
        database: Holds the table ``annotators``.
        coding: The codes.
        cell_votes: Votes in each cell.
        fit: With skill alone, one row an annotator: ``annotator``, ``votes``, ``skill``. With strategy, one row for
            each annotator and label: beside these ``label`` and ``strategy``. With confusion, one row for each pair of
            labels: ``annotator``, ``votes``, ``true_label``, ``label``, ``probability``. What is undefined is null.
        path: The file.
        folder: For what lies about meanwhile.
    """
    votes = np.bincount(coding.cell_annotator, cell_votes, minlength=coding.n_annotators + 1).astype(np.int64)
    names = np.array(coding.labels, object)
    axes, columns = _parameters(fit)
    n, shape = len(columns[0][1]), columns[0][1].shape[1:]
    query = _ANNOTATOR_ROWS.format(
        "".join(f", p.{axis}" for axis in axes),
        "".join(f", CASE WHEN isnan(p.{name}) THEN NULL ELSE p.{name} END AS {name}" for name, _ in columns),
    )

    def parts() -> Iterable[tuple[str, dict[str, NDArray[Any]]]]:
        step = max(1, _PART_CELLS // int(np.prod(shape)))
        for first in range(0, n, step):
            code, *place = np.indices((min(step, n - first), *shape)).reshape(1 + len(shape), -1)
            code += first
            part = {"code": code, "votes": votes[code], "place": np.arange(code.size)}
            part |= {axis: names[label] for axis, label in zip(axes, place, strict=True)}
            yield query, {**part, **{name: values[first : first + step].ravel() for name, values in columns}}

    _write(database, parts(), path, folder / "annotators", {"method": fit.method, "labels": coding.labels})


def _parameters(fit: Fit) -> tuple[tuple[str, ...], list[tuple[str, NDArray[np.float64]]]]:
    """Names of the axes behind the first, which is the annotator's, and columns of one shape.

    The unknown ones' row, where there is one, is the last.
    """
    if fit.confusion is not None:
        pooled = () if fit.pooled_confusion is None else (fit.pooled_confusion[None],)
        return ("true_label", "label"), [("probability", np.concatenate((fit.confusion, *pooled)))]
    skill = np.empty(0) if fit.skill is None else fit.skill
    skill = skill if fit.pooled_skill is None else np.append(skill, fit.pooled_skill)
    if fit.strategy is None:
        return (), [("skill", skill)]
    strategy = np.full((skill.size, fit.strategy.shape[1]), np.nan)
    strategy[: len(fit.strategy)] = fit.strategy
    return ("label",), [("skill", np.broadcast_to(skill[:, None], strategy.shape)), ("strategy", strategy)]


def _write(
    database: Database,
    parts: Iterable[tuple[str, dict[str, NDArray[Any]]]],
    path: Path,
    folder: Path,
    facts: Mapping[str, Any],
) -> None:
    """Write each query's answer, in which the arrays are the table ``part``, and then all of them to one file."""
    folder.mkdir()
    files = []
    for number, (query, columns) in enumerate(parts):
        file = folder / f"{number:06}.parquet"
        with database.lent("part", columns):
            database.rows(f"COPY ({query}) TO {quoted(str(file))} (FORMAT parquet)")
        files.append(quoted(escape_pattern(file)))
    said = json.dumps({**facts, "format": KEY, "version": 1}, ensure_ascii=False)
    whole = f"SELECT * FROM read_parquet([{', '.join(files)}], hive_partitioning = false)"
    form = f"FORMAT parquet, KV_METADATA {{{identifier(KEY)}: {quoted(said)}}}"
    try:
        database.rows(f"COPY ({whole}) TO {quoted(str(path))} ({form})")
    except DiskFullError:
        raise full_disk(path.parent, "write the result to another disk with out=...") from None
