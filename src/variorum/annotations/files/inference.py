"""A label scheme from the labels that a file holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

from variorum.annotations.scheme import LabelScheme
from variorum.checks import as_choice
from variorum.errors import SchemeError

__all__ = ["as_scheme", "in_order", "number_of"]

_KINDS = ("nominal", "ordinal", "multilabel", "numeric", "pairwise")


def number_of(text: str) -> float | None:
    """The finite number that a text writes, or ``None``.

    Example:
        >>> number_of("-3"), number_of("1_0"), number_of("nan")
        (-3.0, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in an order that does not depend on the rows: by number if all are numbers, else by text.

    Example:
        >>> in_order(["10", "9", "-1"]), in_order(["yes", "no"])
        (('-1', '9', '10'), ('no', 'yes'))
    """
    numbers = {label: number_of(label) for label in labels}
    if all(number is not None for number in numbers.values()):
        return tuple(sorted(numbers, key=lambda label: (numbers[label] or 0.0, label)))
    return tuple(sorted(numbers))


def as_scheme(scheme: LabelScheme | str | Sequence[str] | None, labels: Sequence[str]) -> LabelScheme:
    """Accept a scheme, a kind of scheme over the labels found, or a list of nominal labels.

    Args:
        scheme: A scheme is returned as it is; a kind ("ordinal") is filled with the labels found; a list of labels
            makes a nominal scheme; ``None`` means "nominal".
        labels: The distinct labels found.

    Returns:
        The scheme.

    Raises:
        SchemeError: If the labels found do not make a scheme of that kind.
        UnknownNameError: If there is no such kind.

    Example:
        >>> as_scheme("ordinal", ["3", "1"]).positions
        (1.0, 3.0)
    """
    if isinstance(scheme, LabelScheme):
        return scheme
    if scheme is not None and not isinstance(scheme, str):
        return LabelScheme.nominal(scheme)
    kind = as_choice("scheme kind", scheme or "nominal", _KINDS)
    ordered = in_order(labels)
    if not ordered:
        raise SchemeError(
            f"no row has a label, so a {kind} scheme cannot be found; give one with scheme=LabelScheme...."
        )
    numbers = [number_of(label) for label in ordered]
    if kind in ("ordinal", "numeric") and None in numbers:
        word = ordered[numbers.index(None)]
        remedy = "ordinal([...lowest to highest])" if kind == "ordinal" else "numeric(low, high)"
        raise SchemeError(
            f"label {word!r} is not a number; {numbers.count(None)} of {len(ordered)} labels are not. "
            f"Say what the scale is: scheme=LabelScheme.{remedy}."
        )
    positions = [number for number in numbers if number is not None]
    if kind == "ordinal":
        return LabelScheme.ordinal(ordered, positions)
    if kind == "numeric":
        return LabelScheme.numeric(positions[0], positions[-1])
    if kind == "multilabel":
        return LabelScheme.multilabel(ordered)
    if kind == "pairwise":
        # A tie stands last, whatever its place in the alphabet.
        return LabelScheme.pairwise(sorted(ordered, key=lambda label: (label.casefold() == "tie", label)))
    return LabelScheme.nominal(ordered)
