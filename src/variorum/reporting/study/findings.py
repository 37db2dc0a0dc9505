"""What came out of a study, as a report shows it: sentences, tables, charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from variorum.errors import ArgumentError

__all__ = [
    "Cell",
    "Curve",
    "Curves",
    "Data",
    "Estimate",
    "Findings",
    "Intervals",
    "PValue",
    "Part",
    "Row",
    "Scatter",
    "Section",
    "Series",
    "Table",
]

_NAN = float("nan")


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: nan is undefined.
        low: Lower end; nan where there is no interval.
        high: Upper end.
        signed: Whether it is a difference, which is printed with its sign.
    """

    value: float
    low: float = _NAN
    high: float = _NAN
    signed: bool = False


@dataclass(frozen=True)
class PValue:
    """A p value beside the least that the test could have given.

    Attributes:
        p: In [0, 1]; nan is undefined.
        smallest: The smallest attainable p: above the level, no test could have passed.
    """

    p: float
    smallest: float = _NAN


Cell: TypeAlias = str | int | float | Estimate | PValue | None
"""What a cell of a table holds; ``None`` and nan are undefined."""


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        title: What it holds.
        head: Heads of the columns.
        rows: A cell a column; the first names the row.
        note: What a reader must know: units, intervals over what, number of seeds, tests corrected for what.
        digits: Decimals of numbers.

    Raises:
        ArgumentError: If a row has another number of cells than the head.

    Example:
        >>> Table("Scores", ("method", "mean"), (("soft", Estimate(0.5, 0.4, 0.6)),)).rows[0][0]
        'soft'
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    digits: int = 3

    def __post_init__(self) -> None:
        for k, row in enumerate(self.rows):
            _same("rows", k, len(row), len(self.head), f"of table {self.title!r}")


@dataclass(frozen=True)
class Curve:
    """A line with an interval at each point.

    Attributes:
        name: Of the method.
        x: Where, increasing, shape (n_points,).
        y: Value, shape (n_points,); nan is left out.
        low: Lower ends, shape (n_points,), or empty: no intervals.
        high: Upper ends, the same shape.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name, values in (("y", self.y), ("low", self.low or self.x), ("high", self.high or self.x)):
            _same(name, None, len(values), len(self.x), f"of curve {self.name!r}")
        if bool(self.low) != bool(self.high):
            raise ArgumentError(f"curve {self.name!r} has one end of its intervals; give low and high, or neither.")


@dataclass(frozen=True)
class Curves:
    """A chart of curves, one a method.

    Attributes:
        title: What it shows.
        x_title: Title of the horizontal axis, with its unit.
        y_title: Title of the vertical axis, with its unit and which direction is better.
        curves: The curves, at least one with a defined point.
        how: How to read it: intervals over what, how many seeds.
        log_x: Whether the horizontal axis is logarithmic; then all x are positive.
    """

    title: str
    x_title: str
    y_title: str
    curves: tuple[Curve, ...]
    how: str = ""
    log_x: bool = False


@dataclass(frozen=True)
class Row:
    """A row of `Intervals`.

    Attributes:
        name: Names the row; rows of one name share it.
        estimate: The value with its interval.
        series: Tells the dots of one row apart.
    """

    name: str
    estimate: Estimate
    series: str = ""


@dataclass(frozen=True)
class Intervals:
    """Dots with their intervals against a line.

    Attributes:
        title: What it shows.
        x_title: Title of the axis, with its unit and direction.
        rows: The estimates.
        how: How to read it.
        reference: Where the line stands; ``None`` draws none.
    """

    title: str
    x_title: str
    rows: tuple[Row, ...]
    how: str = ""
    reference: float | None = 0.0


@dataclass(frozen=True)
class Series:
    """Points of one kind in a scatter.

    Attributes:
        name: Of the kind.
        x: Shape (n_points,).
        y: The same shape; a point with a nan is left out.
        names: A text for each point, shown at the pointer; or empty.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, values in (("y", self.y), ("names", self.names or self.x)):
            _same(name, None, len(values), len(self.x), f"of series {self.name!r}")


@dataclass(frozen=True)
class Scatter:
    """Points, with a line through them.

    Attributes:
        title: What it shows.
        x_title: Title of the horizontal axis.
        y_title: Title of the vertical axis.
        series: The points by kind, at least one defined.
        how: How to read it.
        line: A trend, or means of bins with their intervals; ``None`` draws none.
        reference: Height of a dashed line; ``None`` draws none.
    """

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    how: str = ""
    line: Curve | None = None
    reference: float | None = None


Part: TypeAlias = Table | Curves | Intervals | Scatter
"""What a section is made of."""


@dataclass(frozen=True)
class Section:
    """A section of a report.

    Attributes:
        title: Its heading.
        lead: What it is about, one paragraph.
        parts: Tables and charts.
    """

    title: str
    lead: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Data:
    """A table for machines, kept beside the report as ``NAME.csv``.

    Attributes:
        name: Stem of the file: letters, digits, hyphens.
        columns: Names of the columns.
        rows: A value a column.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]

    def __post_init__(self) -> None:
        if not self.name.replace("-", "").isalnum():
            raise ArgumentError(f"name {self.name!r} of data must be letters, digits and hyphens: it names a file.")
        for k, row in enumerate(self.rows):
            _same("rows", k, len(row), len(self.columns), f"of data {self.name!r}")


@dataclass(frozen=True)
class Findings:
    """What came out of a study.

    Attributes:
        verdict: The answer to its question, one sentence each; the first stands largest.
        sections: The evidence.
        notes: What limits the answer, one sentence each.
        setup: Names and values of what it was computed on, beyond the settings.
        data: Tables for machines.
    """

    verdict: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    setup: tuple[tuple[str, str], ...] = ()
    data: tuple[Data, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """All tables, in order."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Table))

    def as_object(self) -> dict[str, Any]:
        """Verdict, notes and tables for machines; an estimate is value, low and high, a p value p and smallest."""
        tables = [
            {"title": table.title, "note": table.note, "head": table.head,
             "rows": [[_plain(cell) for cell in row] for row in table.rows]}
            for table in self.tables()
        ]  # fmt: skip
        return {"verdict": self.verdict, "notes": self.notes, "tables": tables}


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Estimate):
        return {"value": cell.value, "low": cell.low, "high": cell.high}
    return {"p": cell.p, "smallest": cell.smallest} if isinstance(cell, PValue) else cell


def _same(name: str, at: int | None, got: int, wanted: int, of: str) -> None:
    if got != wanted:
        where = name if at is None else f"{name}[{at}]"
        raise ArgumentError(f"{where} {of} has {got} values where {wanted} are needed.")
