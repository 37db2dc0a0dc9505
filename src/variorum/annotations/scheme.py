"""What an annotator can answer: the label scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, get_args

from variorum.checks import as_choice
from variorum.errors import SchemeError

__all__ = ["LabelScheme", "SchemeKind"]

SchemeKind = Literal["nominal", "ordinal", "multilabel", "numeric", "pairwise"]


@dataclass(frozen=True)
class LabelScheme:
    """The labels of a task and what kind of scale they form.

    Attributes:
        kind: ``nominal`` (one of several labels), ``ordinal`` (ordered, with numeric positions), ``multilabel``
            (any subset), ``numeric`` (a number in a range) or ``pairwise`` (which of two is better, or a tie).
        labels: The labels in class order; empty for ``numeric``.
        positions: Numeric position of each label of an ``ordinal`` scheme, strictly increasing.
        bounds: Lowest and highest value of a ``numeric`` scheme, both allowed.

    Raises:
        SchemeError: If the parts do not fit the kind.

    Example:
        >>> scheme = LabelScheme.ordinal(["no", "maybe", "yes"])
        >>> scheme.n_classes, scheme.positions
        (3, (0.0, 1.0, 2.0))
    """

    kind: SchemeKind
    labels: tuple[str, ...] = ()
    positions: tuple[float, ...] | None = None
    bounds: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        as_choice("scheme kind", self.kind, get_args(SchemeKind))
        if self.kind == "numeric":
            self._check_numeric()
        else:
            self._check_labels()

    def _check_numeric(self) -> None:
        if self.labels or self.positions is not None:
            raise SchemeError("a numeric scheme has bounds, and no labels or positions.")
        if self.bounds is None or not all(isfinite(b) for b in self.bounds) or self.bounds[0] >= self.bounds[1]:
            raise SchemeError(f"a numeric scheme needs two finite bounds, low < high, not {self.bounds}.")

    def _check_labels(self) -> None:
        if self.bounds is not None:
            raise SchemeError(f"a {self.kind} scheme has labels, and no bounds.")
        if not self.labels:
            raise SchemeError(f"a {self.kind} scheme needs at least one label.")
        for label in self.labels:
            if not isinstance(label, str) or not label.strip() or label != label.strip() or "\0" in label:
                raise SchemeError(f"label {label!r} is not a non-empty text without blanks around it or NUL inside.")
        if len(set(self.labels)) < len(self.labels):
            twice = next(label for label in self.labels if self.labels.count(label) > 1)
            raise SchemeError(f"label {twice!r} stands twice in the scheme.")
        if self.kind == "pairwise" and len(self.labels) not in (2, 3):
            raise SchemeError(f"a pairwise scheme has two labels, or three with the tie last, not {len(self.labels)}.")
        if (self.kind == "ordinal") != (self.positions is not None):
            raise SchemeError("an ordinal scheme, and no other, has positions: one for each label.")
        if self.positions is not None:
            increasing = all(a < b for a, b in zip(self.positions, self.positions[1:], strict=False))
            if len(self.positions) != len(self.labels) or not increasing or not all(map(isfinite, self.positions)):
                raise SchemeError(
                    f"positions {list(self.positions)} must be {len(self.labels)} strictly increasing finite numbers."
                )

    @classmethod
    def nominal(cls, labels: Iterable[str]) -> LabelScheme:
        """One of several labels without an order."""
        return cls("nominal", _in_class_order(labels))

    @classmethod
    def ordinal(cls, labels: Iterable[str], positions: Iterable[float] | None = None) -> LabelScheme:
        """Ordered labels; without positions they stand one apart."""
        names = _in_class_order(labels)
        where = tuple(float(p) for p in (range(len(names)) if positions is None else positions))
        return cls("ordinal", names, where)

    @classmethod
    def multilabel(cls, labels: Iterable[str]) -> LabelScheme:
        """Any subset of the labels, the empty one included."""
        return cls("multilabel", _in_class_order(labels))

    @classmethod
    def numeric(cls, low: float, high: float) -> LabelScheme:
        """A number from low to high."""
        return cls("numeric", bounds=(float(low), float(high)))

    @classmethod
    def pairwise(cls, labels: Iterable[str] = ("A", "B", "tie")) -> LabelScheme:
        """Which of two is better; a third label means a tie."""
        return cls("pairwise", _in_class_order(labels))

    @property
    def n_classes(self) -> int:
        """Number of labels; 0 for a numeric scheme."""
        return len(self.labels)

    def code(self, label: str) -> int:
        """Class index of a label.

        Raises:
            SchemeError: If the scheme does not hold the label.
        """
        try:
            return self.labels.index(label)
        except ValueError:
            raise SchemeError(f"label {label!r} is not in the scheme; its labels are {list(self.labels)}.") from None

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        parts: dict[str, Any] = {"kind": self.kind}
        if self.labels:
            parts["labels"] = list(self.labels)
        if self.positions is not None:
            parts["positions"] = list(self.positions)
        if self.bounds is not None:
            parts["bounds"] = list(self.bounds)
        return parts

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LabelScheme:
        """Read what `to_json` wrote.

        Raises:
            SchemeError: If the object is not a scheme.
        """
        unknown = set(value) - {"kind", "labels", "positions", "bounds"}
        if unknown or "kind" not in value:
            raise SchemeError(f"{dict(value)} is not a label scheme: it needs a kind and knows no {sorted(unknown)}.")
        kind, labels = value["kind"], _list(value, "labels", str) or ()
        positions, bounds = _list(value, "positions", int | float), _list(value, "bounds", int | float)
        if bounds is not None and len(bounds) != 2:
            raise SchemeError(f"bounds {list(bounds)} of a label scheme must be two numbers, low and high.")
        if kind == "ordinal" and positions is None:
            return cls.ordinal(labels)
        return cls(
            kind,
            labels,
            None if positions is None else tuple(map(float, positions)),
            None if bounds is None else (float(bounds[0]), float(bounds[1])),
        )


def _in_class_order(labels: Iterable[str]) -> tuple[str, ...]:
    # A set has another order in every process, and a text is a series of letters.
    if isinstance(labels, str | set | frozenset) or not isinstance(labels, Iterable):
        raise SchemeError(f"labels must be a list in class order, not {labels!r:.80}.")
    return tuple(labels)


def _list(value: Mapping[str, Any], part: str, of: Any) -> tuple[Any, ...] | None:
    given = value.get(part)
    if given is None:
        return None
    if not isinstance(given, list | tuple) or not all(isinstance(each, of) for each in given):
        what = "texts" if of is str else "numbers"
        raise SchemeError(f"{part} {given!r:.80} of a label scheme must be a list of {what}.")
    return tuple(given)
