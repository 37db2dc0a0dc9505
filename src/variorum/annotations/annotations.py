"""The long, sparse table of annotations: every vote, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations.annotators import Annotators
from variorum.annotations.files.write import write_annotations
from variorum.annotations.items import Items, as_texts
from variorum.annotations.scheme import LabelScheme
from variorum.annotations.statuses import ABSTAINED, ANSWERED, STATUSES, UNKNOWN, UNSURE
from variorum.checks import as_vector
from variorum.errors import ArgumentError, SchemeError, ShapeError

__all__ = ["ABSTAINED", "ANSWERED", "STATUSES", "UNKNOWN", "UNSURE", "Annotations"]

_CORE: Mapping[str, type] = {"item": np.int32, "annotator": np.int32, "label": np.int32, "status": np.int8}
_OPTIONAL: Mapping[str, type] = {
    "value": np.float64,
    "confidence": np.float64,
    "seconds": np.float64,
    "cost": np.int64,
    "round": np.int32,
    "time": np.float64,
    "shown_first": np.int8,
}


@dataclass(frozen=True, eq=False)
class Annotations:
    """Frozen columns, one row an annotation: who answered what about which item, and why.

    An annotator who gives an item two labels, each with its reason, makes two rows. An item asked without an answer is
    a row too, with the status ``abstained`` or ``unsure``. Nothing is ever stored as items x annotators: the core
    columns take 13 bytes a row (21 with numeric values).

    Attributes:
        scheme: The label scheme.
        items: The items that `item` points into.
        annotators: The annotators that `annotator` points into.
        item: Position of the item, int32, shape (n_rows,).
        annotator: Position of the annotator, int32; -1 is unknown.
        label: Class index, int32; -1 where there is none: not answered, numeric, elicited as a distribution only, or
            the empty set of a multilabel scheme.
        status: 0 ``answered``, 1 ``abstained``, 2 ``unsure`` (see `STATUSES`); all answered by default.
        value: The number of a numeric scheme, nan where not answered; absent otherwise.
        explanation: The reason given; ``None`` where none was.
        distribution: Elicited distribution over labels, shape (n_rows, n_classes), rows of nan where none was.
        confidence: The annotator's own, in [0, 1], nan where none was given.
        seconds: Active time, nan where unknown.
        cost: Micro-units of the currency of the campaign.
        round: Campaign round, -1 outside one.
        time: Seconds since 1970 (UTC), nan where unknown.
        shown_first: Which of a pair was shown first, 0 the first label, 1 the second, -1 unknown.

    Raises:
        ShapeError: If columns differ in length.
        ArgumentError: If a position, status or number is out of range.
        SchemeError: If labels, values or distributions do not fit the scheme.

    Example:
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 0, 1])
        >>> votes.counts()
        array([[1., 1.],
               [0., 1.]])
    """

    scheme: LabelScheme
    items: Items
    annotators: Annotators
    item: NDArray[np.int32]
    annotator: NDArray[np.int32]
    label: NDArray[np.int32]
    status: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    value: NDArray[np.float64] | None = None
    explanation: Sequence[str | None] | None = None
    distribution: NDArray[np.float64] | None = None
    confidence: NDArray[np.float64] | None = None
    seconds: NDArray[np.float64] | None = None
    cost: NDArray[np.int64] | None = None
    round: NDArray[np.int32] | None = None
    time: NDArray[np.float64] | None = None
    shown_first: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        if not np.size(self.status):
            object.__setattr__(self, "status", np.zeros(np.size(self.item), np.int8))
        for name, dtype in {**_CORE, **_OPTIONAL}.items():
            column = getattr(self, name)
            if column is not None:
                object.__setattr__(self, name, _frozen(name, column, dtype))
        if self.explanation is not None:
            object.__setattr__(self, "explanation", as_texts("annotations.explanation", self.explanation))
        if self.distribution is not None:
            object.__setattr__(self, "distribution", _frozen("distribution", self.distribution, np.float64, ndim=2))
        self._check_lengths()
        self._check_ranges()
        self._check_scheme()

    def _check_lengths(self) -> None:
        for name, column in self.row_columns().items():
            if len(column) != self.n_rows:
                raise ShapeError(f"annotations.{name} has {len(column)} values for {self.n_rows} rows.")

    def _check_ranges(self) -> None:
        _check_codes("item", self.item, 0, len(self.items))
        _check_codes("annotator", self.annotator, UNKNOWN, len(self.annotators))
        _check_codes("label", self.label, -1, self.scheme.n_classes)
        _check_codes("status", self.status, 0, len(STATUSES))
        if self.confidence is not None:
            bad = np.flatnonzero((self.confidence < 0) | (self.confidence > 1))
            if bad.size:
                raise ArgumentError(f"confidence[{bad[0]}] = {self.confidence[bad[0]]} is outside [0, 1].")
        if self.cost is not None and self.cost.size and self.cost.min() < 0:
            raise ArgumentError(f"cost[{int(self.cost.argmin())}] = {self.cost.min()} is negative.")
        if self.seconds is not None and ((self.seconds < 0) | np.isinf(self.seconds)).any():
            row = int(((self.seconds < 0) | np.isinf(self.seconds)).argmax())
            raise ArgumentError(f"seconds[{row}] = {self.seconds[row]} is not a finite time of 0 or more.")
        if self.time is not None and np.isinf(self.time).any():
            raise ArgumentError(f"time[{int(np.isinf(self.time).argmax())}] is infinite.")
        if self.round is not None:
            _check_codes("round", self.round, -1, np.iinfo(np.int32).max + 1)
        if self.shown_first is not None:
            _check_codes("shown_first", self.shown_first, -1, 2)

    def _check_scheme(self) -> None:
        answered = self.status == ANSWERED
        if (self.label[~answered] >= 0).any():
            row = int(np.flatnonzero(~answered & (self.label >= 0))[0])
            raise SchemeError(
                f"row {row} is {STATUSES[self.status[row]]} and has a label; only answered rows have one."
            )
        if self.shown_first is not None and self.scheme.kind != "pairwise":
            raise SchemeError(f"shown_first belongs to a pairwise scheme; this one is {self.scheme.kind}.")
        if self.scheme.kind == "numeric":
            self._check_values(answered)
            return
        if self.value is not None:
            raise SchemeError(f"values belong to a numeric scheme; this one is {self.scheme.kind}.")
        elicited = np.zeros(self.n_rows, bool) if self.distribution is None else self._elicited()
        if self.scheme.kind != "multilabel":
            bad = np.flatnonzero(answered & (self.label < 0) & ~elicited)
            if bad.size:
                raise SchemeError(f"row {bad[0]} is answered and has no label; {bad.size} rows are affected.")

    def _check_values(self, answered: NDArray[np.bool_]) -> None:
        low, high = self.scheme.bounds or (0.0, 0.0)
        if self.value is None:
            raise SchemeError("a numeric scheme needs the column value.")
        bad = np.flatnonzero(answered & ~((self.value >= low) & (self.value <= high)))
        if bad.size:
            raise SchemeError(f"value[{bad[0]}] = {self.value[bad[0]]} is outside [{low}, {high}]; {bad.size} are.")
        if not np.isnan(self.value[~answered]).all():
            row = int((~answered & ~np.isnan(self.value)).argmax())
            raise SchemeError(f"row {row} is {STATUSES[self.status[row]]} and has the value {self.value[row]}.")

    def _elicited(self) -> NDArray[np.bool_]:
        assert self.distribution is not None
        if self.distribution.shape[1] != self.scheme.n_classes or self.scheme.kind == "multilabel":
            raise SchemeError(f"distribution has {self.distribution.shape[1]} columns; the scheme does not allow that.")
        given: NDArray[np.bool_] = ~np.all(np.isnan(self.distribution), axis=1)
        rows = self.distribution[given]
        bad = np.flatnonzero(~((np.abs(rows.sum(axis=1) - 1) <= 1e-6) & (rows.min(axis=1, initial=0.0) >= 0)))
        if bad.size:
            raise SchemeError(f"distribution[{np.flatnonzero(given)[bad[0]]}] = {rows[bad[0]].tolist()} is not one.")
        return given

    def __len__(self) -> int:
        """Number of answered rows."""
        return int(np.count_nonzero(self.status == ANSWERED))

    @property
    def n_rows(self) -> int:
        """Number of rows, whatever their status."""
        return int(self.item.shape[0])

    @property
    def n_pairs(self) -> int:
        """Number of distinct (item, annotator) pairs that were answered; unknown annotators count a row each."""
        answered = self.status == ANSWERED
        known = answered & (self.annotator >= 0)
        keys = self.item[known].astype(np.int64) * max(1, len(self.annotators)) + self.annotator[known]
        return int(np.unique(keys).size + np.count_nonzero(answered & (self.annotator < 0)))

    def row_columns(self) -> dict[str, Any]:
        """The columns that are present, by name."""
        names = [f.name for f in fields(self) if f.name not in ("scheme", "items", "annotators")]
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def counts(self, weights: ArrayLike | None = None) -> NDArray[np.float64]:
        """Vote counts: how often each label was given to each item.

        Args:
            weights: The population: weight of each annotator, shape (n_annotators,); equal by default. Votes of unknown
                annotators weigh 1.

        Returns:
            Shape (n_items, n_classes). A row with two labels by one annotator counts twice; an elicited distribution
            counts as itself. For multilabel schemes (n_items, n_labels, 2): how many annotators left the label out
            [..., 0] and how many gave it [..., 1].

        Raises:
            SchemeError: For a numeric scheme, which has no classes.
        """
        if self.scheme.kind == "numeric":
            raise SchemeError("numeric annotations have no vote counts; read Annotations.value, or bin it to a scheme.")
        if self.scheme.kind == "multilabel":
            return self._multilabel_counts(weights)
        weight = self._row_weights(weights)
        labelled = (self.status == ANSWERED) & (self.label >= 0)
        elicited = None if self.distribution is None else ~np.isnan(self.distribution[:, 0])
        if elicited is not None:
            labelled = labelled & ~elicited
        n, k = len(self.items), self.scheme.n_classes
        cells = self.item[labelled].astype(np.int64) * k + self.label[labelled]
        flat = np.bincount(cells, None if weight is None else weight[labelled], minlength=n * k)
        total = flat.astype(np.float64).reshape(n, k)
        if elicited is not None and self.distribution is not None:
            rows = np.flatnonzero(elicited & (self.status == ANSWERED))
            shares = self.distribution[rows] * (1.0 if weight is None else weight[rows, None])
            np.add.at(total, self.item[rows], shares)
        return total

    def _row_weights(self, weights: ArrayLike | None) -> NDArray[np.float64] | None:
        if weights is None:
            return None
        each = as_vector("weights", weights, length=len(self.annotators))
        if (each < 0).any():
            raise ArgumentError(
                f"weights[{int((each < 0).argmax())}] is negative; a population has weights of 0 or more."
            )
        return np.append(each, 1.0)[self.annotator]

    def _multilabel_counts(self, weights: ArrayLike | None) -> NDArray[np.float64]:
        weight = self._row_weights(weights)
        rows = np.flatnonzero(self.status == ANSWERED)
        pair = self.item[rows].astype(np.int64) * (len(self.annotators) + 1) + self.annotator[rows] + 1
        # A row of an unknown annotator is an answer of its own.
        unknown = self.annotator[rows] < 0
        pair[unknown] = -1 - np.arange(int(unknown.sum()))
        _, first, answer = np.unique(pair, return_index=True, return_inverse=True)
        each = np.ones(rows.size) if weight is None else weight[rows]
        k = self.scheme.n_classes
        total = np.zeros((len(self.items), k, 2))
        answers = np.bincount(self.item[rows[first]], each[first], minlength=len(self.items))
        given = self.label[rows] >= 0
        cells = np.unique(answer[given].astype(np.int64) * k + self.label[rows[given]])
        np.add.at(total[:, :, 1], (self.item[rows[first]][cells // k], cells % k), each[first][cells // k])
        total[:, :, 0] = answers[:, None] - total[:, :, 1]
        return total

    def take(self, rows: NDArray[Any]) -> Annotations:
        """The annotations at these rows, with the same items and annotators.

        Args:
            rows: Positions from 0, in the order wanted, or a mask of shape (n_rows,).

        Raises:
            ShapeError: If a mask has another length.
            ArgumentError: If a position is out of range; negative ones are, for -1 means "unknown" elsewhere.
        """
        given = np.asarray(rows)
        if given.dtype == bool and given.shape != (self.n_rows,):
            raise ShapeError(f"a mask of shape {given.shape} cannot choose among {self.n_rows} rows.")
        where = np.flatnonzero(given) if given.dtype == bool else _frozen("rows", given, np.int64)
        _check_codes("rows", where, 0, self.n_rows)
        picked: dict[str, Any] = {
            name: tuple(column[int(r)] for r in where) if isinstance(column, tuple) else column[where]
            for name, column in self.row_columns().items()
        }
        return replace(self, **picked)

    def write(self, path: str | PathLike[str]) -> Path:
        """Write the annotations to a file, from which `variorum.read` gives the same annotations back.

        What rows cannot say (the scheme, texts, attributes, items without a row) goes to a companion,
        ``votes.csv.json`` beside ``votes.csv``; a Parquet file holds it itself. In CSV and TSV, texts that a
        spreadsheet would run as a formula get an apostrophe, which `variorum.read` takes off again.

        Args:
            path: Ends in .csv, .tsv, .jsonl, .ndjson or .parquet; a file of that name is replaced, at once and whole.

        Returns:
            The path.

        Raises:
            ArgumentError: If there are no rows, the suffix is unknown, or a text holds what no text file can.

        Example:
            >>> import tempfile
            >>> scheme = LabelScheme.nominal(["no", "yes"])
            >>> votes = Annotations(scheme, Items(("a",)), Annotators(("x:1",)), [0], [0], [1])
            >>> print(votes.write(Path(tempfile.mkdtemp()) / "votes.csv").read_text(), end="")
            item,annotator,label
            a,x:1,yes
        """
        return write_annotations(self, Path(path))

    def equals(self, other: Annotations) -> bool:
        """Whether two tables hold the same rows in the same order, column by column (nan equals nan)."""
        mine, theirs = self.row_columns(), other.row_columns()
        return (
            (self.scheme, self.items, self.annotators) == (other.scheme, other.items, other.annotators)
            and mine.keys() == theirs.keys()
            and all(
                c == theirs[n] if isinstance(c, tuple) else np.array_equal(c, theirs[n], equal_nan=c.dtype.kind == "f")
                for n, c in mine.items()
            )
        )

    def __repr__(self) -> str:
        return (
            f"Annotations({len(self)} answered of {self.n_rows} rows, {len(self.items)} items, "
            f"{len(self.annotators)} annotators, {self.scheme.kind})"
        )


def _frozen(name: str, column: ArrayLike, dtype: type, ndim: int = 1) -> NDArray[Any]:
    given = np.asarray(column)
    if np.issubdtype(dtype, np.integer) and given.dtype != dtype and given.dtype.kind in "iuf":
        with np.errstate(invalid="ignore"):
            changed = given.astype(dtype) != given
        if changed.any():
            row = int(np.flatnonzero(changed)[0])
            raise ArgumentError(f"{name}[{row}] = {given[row]} is not a whole number that fits {np.dtype(dtype).name}.")
    try:
        array: NDArray[Any] = np.array(given, dtype=dtype, copy=None, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError(f"{name} is not a column of {np.dtype(dtype).name} ({error}).") from None
    if array.ndim != ndim:
        raise ShapeError(f"annotations.{name} must have {ndim} axes, not {array.ndim}.")
    # A view of somebody's array changes with it, even one that is read-only itself.
    if (array.flags.writeable or not array.flags.owndata) and np.may_share_memory(array, given):
        array = array.copy()
    array.flags.writeable = False
    return array


def _check_codes(name: str, codes: NDArray[Any], low: int, high: int) -> None:
    if codes.size and (codes.min() < low or codes.max() >= high):
        row = int(np.flatnonzero((codes < low) | (codes >= high))[0])
        raise ArgumentError(f"{name}[{row}] = {codes[row]} is outside {low} to {high - 1}.")
