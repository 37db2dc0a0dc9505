"""Cells of a study's tables as text: the same words on the page, in Markdown and in the terminal."""

from __future__ import annotations

import math

from variorum.reporting.study.findings import Cell, Estimate, PValue, Table
from variorum.reporting.wording import number

__all__ = ["cell_text", "interval_text", "numeric_columns", "p_text", "signed_number"]

_NOTHING = "–"


def cell_text(cell: Cell, digits: int = 3) -> str:
    """A cell in one line.

    Args:
        cell: The cell.
        digits: Decimals of numbers; whole numbers and p values have their own.

    Returns:
        Plain text.

    Example:
        >>> cell_text(Estimate(0.25, 0.125, 0.5, signed=True), 2), cell_text(PValue(0.031, 0.03125)), cell_text(1200)
        ('+0.25 [+0.12, +0.50]', '0.031 (≥ 0.031)', '1,200')
        >>> cell_text(None), cell_text(float("nan")), cell_text(Estimate(0.5))
        ('–', '–', '0.500')
    """
    if cell is None or isinstance(cell, str):
        return _NOTHING if cell is None else cell
    if isinstance(cell, PValue):
        return p_text(cell.p) + ("" if math.isnan(cell.smallest) else f" (≥ {p_text(cell.smallest)})")
    if isinstance(cell, Estimate):
        ends = interval_text(cell, digits)
        return signed_number(cell, digits) + (f" {ends}" if ends else "")
    if isinstance(cell, int):
        return f"{cell:,}"
    return _NOTHING if math.isnan(cell) else number(cell, digits)


def signed_number(estimate: Estimate, digits: int) -> str:
    """The number of an estimate without its interval.

    Example:
        >>> signed_number(Estimate(0.25, signed=True), 2), signed_number(Estimate(-0.0001, signed=True), 2)
        ('+0.25', '0.00')
    """
    return _signed(estimate.value, digits, estimate.signed)


def interval_text(estimate: Estimate, digits: int) -> str:
    """The interval of an estimate; empty where there is none.

    Example:
        >>> interval_text(Estimate(0.25, -0.125, 0.5), 3), interval_text(Estimate(0.25), 3)
        ('[−0.125, 0.500]', '')
    """
    if math.isnan(estimate.low):
        return ""
    return f"[{_signed(estimate.low, digits, estimate.signed)}, {_signed(estimate.high, digits, estimate.signed)}]"


def p_text(p: float) -> str:
    """A p value with as many decimals as tell it from 0.

    Example:
        >>> p_text(0.0431), p_text(0.001953125), p_text(0.00002), p_text(1.0)
        ('0.043', '0.0020', '< 0.0001', '1.000')
    """
    if math.isnan(p):
        return _NOTHING
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}"


def numeric_columns(table: Table) -> list[int]:
    """Columns that are set flush right: those that hold no text.

    Example:
        >>> numeric_columns(Table("t", ("method", "mean", "why"), (("soft", 0.5, "it is"), ("hard", None, None))))
        [1]
    """
    cells = list(zip(*table.rows, strict=True)) if table.rows else []
    return [k for k, column in enumerate(cells) if k and not any(isinstance(cell, str) for cell in column)]


def _signed(value: float, digits: int, signed: bool) -> str:
    if math.isnan(value):
        return _NOTHING
    text = number(value, digits)
    return f"+{text}" if signed and value > 0 and text.strip("0.,") else text
