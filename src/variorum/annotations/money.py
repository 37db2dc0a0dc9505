"""Money as whole micro-units of a named currency, so that sums are exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from variorum.errors import ArgumentError

__all__ = ["Price", "format_money", "micro_units"]

_MICRO = 1_000_000


def micro_units(amount: str | int | float | Decimal) -> int:
    """Turn an amount of currency into micro-units, exactly.

    Args:
        amount: Non-negative, in whole units of the currency ("0.05" is five cents); at most six decimals.

    Returns:
        Micro-units (1 unit = 1,000,000).

    Raises:
        ArgumentError: If it is not such an amount.

    Example:
        >>> micro_units("0.05")
        50000
    """
    try:
        exact = Decimal(str(amount)) * _MICRO
        whole = int(exact)
    except (InvalidOperation, ValueError, OverflowError):
        raise ArgumentError(f"amount {amount!r} is not a number of currency units.") from None
    if exact != whole or whole < 0 or whole >= 2**63:
        raise ArgumentError(f"amount {amount!r} must be non-negative with at most six decimals.")
    return whole


def format_money(micro: int, currency: str) -> str:
    """Write micro-units for people: two decimals, more only where they say something.

    Example:
        >>> format_money(1_500_000, "EUR"), format_money(50, "EUR")
        ('1.50 EUR', '0.00005 EUR')
    """
    units, rest = divmod(abs(int(micro)), _MICRO)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if micro < 0 else ''}{units:,}.{decimals} {currency}"


@dataclass(frozen=True)
class Price:
    """What an annotator costs, in micro-units of one currency.

    Attributes:
        per_annotation: For one item asked, whatever the answer.
        per_second: For a second of active work.
        per_input_token: For a token read, where the annotator is an LLM.
        per_output_token: For a token written.
        currency: Its name.

    Raises:
        ArgumentError: If a part is negative or not whole.

    Example:
        >>> Price(per_annotation=micro_units("0.05")).of(seconds=12.0)
        50000
    """

    per_annotation: int = 0
    per_second: int = 0
    per_input_token: int = 0
    per_output_token: int = 0
    currency: str = "EUR"

    def __post_init__(self) -> None:
        for name in ("per_annotation", "per_second", "per_input_token", "per_output_token"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 0:
                raise ArgumentError(f"{name} must be a non-negative whole number of micro-units, not {value!r}.")

    def of(self, *, seconds: float = 0.0, input_tokens: int = 0, output_tokens: int = 0) -> int:
        """Cost of one annotation in micro-units, seconds rounded to the nearest micro-unit."""
        return (
            self.per_annotation
            + round(self.per_second * seconds)
            + self.per_input_token * input_tokens
            + self.per_output_token * output_tokens
        )
