"""Numbers and names as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import format_money

__all__ = [
    "amount",
    "clip_text",
    "difference",
    "listing",
    "money_column",
    "number",
    "p_value",
    "percent",
    "shares",
    "text_direction",
]


def number(value: float, digits: int = 3) -> str:
    """A number with a fixed count of decimals and a real minus sign.

    Example:
        >>> number(0.08249), number(-1.5, 1), number(float("nan")), number(float("inf"))
        ('0.082', '−1.5', 'undefined', '∞')
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def difference(value: float) -> str:
    """A difference with its sign: four decimals, more where they would hide it.

    Example:
        >>> difference(0.0121), difference(-0.5), difference(0.0000042), difference(0.0)
        ('+0.0121', '−0.5000', '+0.0000042', '0.0000')
    """
    small = 0 < abs(value) < 0.00005
    text = number(value, min(12, 1 - math.floor(math.log10(abs(value)))) if small else 4)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def percent(share: float) -> str:
    """A share as a percentage, never rounded to none or all of it.

    Example:
        >>> percent(0.5), percent(0.999), percent(0.0004), percent(1.0)
        ('50 %', '> 99 %', '< 1 %', '100 %')
    """
    if math.isnan(share):
        return "undefined"
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share * 100:.0f} %"


def amount(n: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun.

    Example:
        >>> amount(1, "seed"), amount(1200, "vote"), amount(2, "currency", "currencies")
        ('1 seed', '1,200 votes', '2 currencies')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def p_value(p: float) -> str:
    """A p value with its sign of comparison.

    Example:
        >>> p_value(0.0431), p_value(0.00002)
        ('p = 0.043', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def listing(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    Example:
        >>> listing(["a"]), listing(["a", "b", "c"])
        ('a', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def money_column(micro: Sequence[int], currency: str) -> list[str]:
    """Sums of money as a column: as many decimals for all as the finest of them needs.

    Args:
        micro: Micro-units.
        currency: Its name.

    Returns:
        A text for each.

    Example:
        >>> money_column([2_352_000, 1_250_000_000], "EUR")
        ['2.352 EUR', '1,250.000 EUR']
    """
    parts = [format_money(int(value), currency).partition(" ") for value in micro]
    longest = max((len(figure.partition(".")[2]) for figure, _, _ in parts), default=0)
    return [f"{figure.ljust(figure.index('.') + 1 + longest, '0')} {name}" for figure, _, name in parts]


def clip_text(text: str, length: int) -> str:
    """A text of at most so many characters, blanks reduced, an ellipsis where something is missing.

    Example:
        >>> clip_text("one  two three", 9)
        'one two…'
    """
    words = " ".join(text.split())
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"


def text_direction(text: str) -> str:
    """Which way a text runs: ``"rtl"`` if most of its letters do, else what its first letter says (``"auto"``).

    The first letter alone misleads where a text opens with a name such as ``@USER``.

    Example:
        >>> text_direction("@USER \u0634\u0643\u0631\u0627 \u062c\u0632\u064a\u0644\u0627"), text_direction("thanks")
        ('rtl', 'auto')
    """
    kinds = [unicodedata.bidirectional(c) for c in text]
    return "rtl" if sum(kind in ("R", "AL") for kind in kinds) > kinds.count("L") else "auto"


def shares(distribution: NDArray[np.float64], labels: Sequence[str], most: int = 4) -> str:
    """A label distribution in words, its largest shares first.

    Example:
        >>> shares(np.array([0.25, 0.75]), ["no", "yes"])
        'yes 75 %, no 25 %'
    """
    order = np.argsort(-distribution, kind="stable")
    shown = [k for k in order[:most] if distribution[k] > 0]
    return ", ".join(f"{clip_text(labels[k], 24)} {percent(float(distribution[k]))}" for k in shown)
