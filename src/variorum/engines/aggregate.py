"""Aggregation of votes that do not fit in memory: sorted on disk, read shard by shard, the posterior in a file."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

from variorum.annotations import Duplicates
from variorum.annotations.files.places import atomically
from variorum.checks import as_choice
from variorum.engines.base import Progress, StreamedEstimate
from variorum.engines.coding import Coding, code_rows
from variorum.engines.database import LEAST_MEMORY, Database, full_disk, need_space, reading
from variorum.engines.mapped import MappedRows
from variorum.engines.result import check_columns, write_annotators, write_posterior
from variorum.engines.shards import Packed, pack, stored_votes
from variorum.engines.source import Source, open_source
from variorum.errors import ArgumentError, UnknownNameError
from variorum.labels import METHODS as IN_MEMORY
from variorum.labels import Fit, Kernel, fit_dawid_skene, fit_mace, fit_majority_vote, fit_one_coin, fit_vote_shares
from variorum.labels.base import crowd_statement
from variorum.labels.fit import unwatched
from variorum.labels.vote_matrix import VoteMatrix

__all__ = ["METHODS", "aggregate_files"]

# Methods that need nothing but votes, shard by shard, and a place for the posterior.
METHODS: Final[Mapping[str, Kernel]] = {
    "majority": fit_majority_vote,
    "soft": fit_vote_shares,
    "one-coin": fit_one_coin,
    "dawid-skene": fit_dawid_skene,
    "mace": fit_mace,
}

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

_DEFAULT_MEMORY: Final = 2 << 30
# What a sorted row takes at least: its item's id and its cell, once in the making and once made.
_SORTED_BYTES: Final = 16


def aggregate_files(
    files: Paths,
    out: str | os.PathLike[str],
    *,
    method: str | Kernel = "soft",
    item: str = "item",
    annotator: str | None = "annotator",
    label: str = "label",
    status: str | None = "status",
    labels: Sequence[str] | None = None,
    duplicates: Duplicates = "error",
    delimiter: str | None = None,
    dtype: Literal["float64", "float32"] = "float64",
    memory: int = _DEFAULT_MEMORY,
    work: str | os.PathLike[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> StreamedEstimate:
    """Turn votes in files into one label distribution an item, in a file, without holding either in memory.

    The result is that of the same method in `variorum.labels`, which runs the same code; rounding apart, since sums are
    added up in another order. Rows may come in any order. Items are sorted by id: by number if the column's type is a
    whole number, else by text.

    Memory: `memory` for sorting; then some 500 MB, and the annotators' parameters, annotators x labels squared. Nothing
    grows with votes or items. Disk, in the work folder: some 30 bytes a vote while sorting, more with long ids; then
    some 10 bytes a vote, and for each item and label 16 bytes (float32) or 24 (float64), of which the result is a
    third or less, beside the id.

    Args:
        files: Parquet, CSV, TSV or JSONL, one file or several, each with all columns.
        out: The Parquet file for the posterior; it is replaced whole, at the end, or not at all. The annotators'
            parameters, if the method has any, go to a file beside it: ``posterior.annotators.parquet`` for
            ``posterior.parquet``.
        method: A name of `METHODS`, or a kernel: ``partial(fit_dawid_skene, smoothing=0.1)``.
        item: Column of item ids, texts or numbers.
        annotator: Column of annotator ids; an empty cell is an unknown annotator, and ``None`` makes all of them
            unknown.
        label: Column of labels.
        status: Column of ``answered``, ``abstained`` or ``unsure``, where there is one; an empty cell is answered.
        labels: All labels in class order; without it what a file that Variorum wrote says of itself, else the labels
            found, in the order of their numbers or else texts.
        duplicates: What to do where an annotator gives an item the same label in several rows: raise an ``error``,
            count ``all``, or keep the ``first`` or ``last``, which is the same here.
        delimiter: What separates the cells of delimited files; found by the header if not given.
        dtype: Type of the posterior and of the arithmetic; sums over items are kept in float64.
        memory: Bytes that sorting may take, 256 MiB or more.
        work: Folder for what lies about meanwhile; that of `out` if not given. What is put there goes away at the end,
            also after an error.
        progress: Called now and then.

    Returns:
        Where the result is, and what there is to know of it.

    Raises:
        ArgumentError: If an option breaks its rule, or `out` is not a Parquet file or one of the files.
        UnknownNameError: If a column is missing, or there is no such method.
        MissingFileError: If there is no such file.
        ReadError: If a file is empty or damaged, or a row breaks a rule; the message names the row's item.
        DuplicateError: If votes repeat others.
        SchemeError: If a label is not among the labels, no annotator is known to a method that needs to know, or
            labels cannot be columns of one file.
        DiskFullError: If the disk is full, or will be.
        EngineError: If the memory is too little.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Example:
        >>> from pathlib import Path
        >>> folder = tempfile.TemporaryDirectory()
        >>> votes = Path(folder.name) / "votes.csv"
        >>> rows = ["item,annotator,label", "b,ann,no", "a,ann,yes", "a,ben,no", "b,ben,no"]
        >>> _ = votes.write_text(chr(10).join(rows))
        >>> estimate = aggregate_files(votes, votes.with_suffix(".parquet"), method="soft")
        >>> estimate.labels, estimate.n_items, estimate.priors
        (('no', 'yes'), 2, array([0.75, 0.25]))
        >>> folder.cleanup()
    """
    target = Path(out)
    paths = [Path(f) for f in ([files] if isinstance(files, str | os.PathLike) else files)]
    kernel = _kernel(method) if isinstance(method, str) else method
    _check(paths, target, memory)
    as_choice("duplicates", duplicates, get_args(Duplicates))
    as_choice("dtype", dtype, ("float64", "float32"))
    columns = {"item": item, "annotator": annotator, "label": label, "status": status}
    tell = progress or (lambda _: None)
    with _work_folder(target, work) as folder, Database(folder, memory) as database:
        source = open_source(database, paths, columns, delimiter)
        tell(Progress("counting"))
        coding = code_rows(database, source, method if isinstance(method, str) else "aggregation", labels)
        check_columns(coding.labels)
        # Nobody should wait for the sorting to hear of a bad option, or that annotators are unknown.
        kernel(_no_votes(coding), np.empty((0, len(coding.labels))), unwatched)
        need_space(folder.parent, _SORTED_BYTES * coding.n_rows, f"sorting {coding.n_rows:,} rows")
        tell(Progress("sorting"))
        _sort(database, source)
        packed = _pack(database, folder, coding, source, duplicates, tell)
        database.rest()
        shape = (packed.n_voted, len(coding.labels))
        n_bytes = 3 * packed.n_items * shape[1] * np.dtype(dtype).itemsize
        need_space(folder.parent, n_bytes, f"the posterior of {packed.n_items:,} items")
        posterior = MappedRows(folder / "rows", shape, dtype)
        tell(Progress("estimating"))
        fit = kernel(
            stored_votes(packed, coding, dtype),
            posterior,
            lambda number, gain: tell(Progress("estimating", number, None, gain)),
        )
        estimate = _describe(fit, coding, packed, target)
        _write(database, coding, packed, posterior, fit, estimate, tell)
    return estimate


def _kernel(method: str) -> Kernel:
    if method in IN_MEMORY and method not in METHODS:
        raise UnknownNameError(
            f"method {method!r} looks at all votes at once, and cannot stream. Choose one of: {', '.join(METHODS)}; or "
            "aggregate a file that fits in memory, without streaming."
        )
    return METHODS[as_choice("method", method, METHODS)]


def _check(paths: Sequence[Path], target: Path, memory: int) -> None:
    if target.suffix.lower() != ".parquet":
        raise ArgumentError(
            f"out = {str(target)!r} must be a Parquet file, as the result is large; end it in .parquet."
        )
    if target.is_dir():
        raise ArgumentError(f"out = {str(target)!r} is a folder. Name a file.")
    if any(path.exists() and target.exists() and path.samefile(target) for path in paths):
        raise ArgumentError(f"out = {str(target)!r} is one of the files to read. Name another file.")
    if memory < LEAST_MEMORY:
        raise ArgumentError(f"memory = {memory:,} bytes must be {LEAST_MEMORY:,} (256 MiB) or more.")


@contextmanager
def _work_folder(target: Path, work: str | os.PathLike[str] | None) -> Iterator[Path]:
    place = target.parent if work is None else Path(work)
    place.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", suffix=".work", dir=place) as name:
        try:
            yield Path(name)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise full_disk(place) from None


def _no_votes(coding: Coding) -> VoteMatrix:
    none = np.empty(0, np.int64)
    cells = coding.cell_annotator, coding.cell_label
    return VoteMatrix((), np.zeros(1, np.int64), none, *cells, coding.n_annotators, len(coding.labels), 0.0)


def _sort(database: Database, source: Source) -> None:
    same = " AND ".join(f"r.{c} IS NOT DISTINCT FROM c.{c}" for c in ("annotator", "label", "status"))
    rows = f"SELECT r.item, c.cell FROM ({source.query}) r JOIN codes c ON {same}"
    known = np.array(source.items, object)
    if known.size:
        rows += f" UNION ALL SELECT CAST(id AS {source.item_type}), -1 FROM known"
    with database.lent("known", {"id": known}), reading(source.name):
        # Sorted by cell as well, so that the same votes give the same sums to the last digit.
        database.rows(f"CREATE TABLE votes AS SELECT item, cell FROM ({rows}) ORDER BY item, cell")


def _pack(
    database: Database,
    folder: Path,
    coding: Coding,
    source: Source,
    duplicates: Duplicates,
    tell: Callable[[Progress], None],
) -> Packed:
    return pack(
        database,
        folder,
        coding,
        # A chunk of items with one vote each is a block of as many rows and a column a label.
        chunk_rows=min(1 << 21, max(1 << 14, (1 << 24) // len(coding.labels))),
        keep_repeated={"error": None, "all": True, "first": False, "last": False}[duplicates],
        repeats=source.repeats,
        watch=lambda done, total: tell(Progress("packing", done, total)),
    )


def _describe(fit: Fit, coding: Coding, packed: Packed, target: Path) -> StreamedEstimate:
    n_votes, known = int(packed.cell_votes.sum()), coding.cell_annotator < coding.n_annotators
    n_unknown = int(packed.cell_votes[~known].sum())
    crowd = crowd_statement(np.unique(coding.cell_annotator[known]).size, n_votes - n_unknown, n_unknown)
    has_parameters = fit.skill is not None or fit.confusion is not None
    return StreamedEstimate(
        fit.method,
        target,
        target.with_suffix(f".annotators{target.suffix}") if has_parameters else None,
        coding.labels,
        packed.n_items,
        n_votes,
        coding.n_rows - int(coding.cell_votes.sum()),
        packed.n_repeated,
        packed.n_items - packed.n_voted,
        fit.priors,
        f"equal annotators: {crowd}",
        fit.trace,
        fit.converged,
        fit.trace.size,
        fit.notes,
    )


def _write(
    database: Database,
    coding: Coding,
    packed: Packed,
    posterior: MappedRows,
    fit: Fit,
    estimate: StreamedEstimate,
    tell: Callable[[Progress], None],
) -> None:
    facts: dict[str, Any] = {
        "method": fit.method,
        "population": estimate.population,
        "labels": coding.labels,
        "priors": fit.priors.tolist(),
        "trace": fit.trace.tolist(),
        "converged": fit.converged,
        "notes": fit.notes,
    }

    def watch(done: int) -> None:
        tell(Progress("writing", done, packed.n_items))

    with atomically(estimate.path) as part:
        write_posterior(database, packed, posterior, coding.labels, part, facts, watch)
        if estimate.annotators is not None:
            with atomically(estimate.annotators) as other:
                write_annotators(database, coding, packed.cell_votes, fit, other, packed.folder)
