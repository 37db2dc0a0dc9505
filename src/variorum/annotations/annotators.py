"""Who annotates: people, LLMs and simulated annotators, each with a price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.items import as_texts, check_ids
from variorum.annotations.money import Price
from variorum.checks import as_choice
from variorum.errors import ArgumentError, ShapeError

__all__ = ["AnnotatorKind", "Annotators"]

AnnotatorKind = Literal["human", "llm", "simulated"]


@dataclass(frozen=True)
class Annotators:
    """The annotators of a corpus, in a fixed order; everything else refers to them by position.

    An annotation whose annotator is unknown carries the position -1, which is a value of its own: two unknown
    annotators are never taken for one person.

    Attributes:
        ids: Unique ids, ``corpus:id``, since the same id in two corpora is two people; length n_annotators.
        kind: ``human``, ``llm`` or ``simulated``, one each; empty means that all are human.
        attributes: What is known of them by name (group, age, ...); ``None`` where it is not.
        prices: What each costs; ``None`` where nothing is known.

    Raises:
        ArgumentError: If an id is empty or stands twice, or prices name two currencies.
        ShapeError: If a column has another length.

    Example:
        >>> annotators = Annotators(("demo:ann", "demo:ben"), attributes={"group": ("x", "y")})
        >>> annotators.kind
        ('human', 'human')
    """

    ids: tuple[str, ...] = ()
    kind: tuple[AnnotatorKind, ...] = ()
    attributes: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    prices: tuple[Price, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", check_ids("annotator", self.ids))
        object.__setattr__(self, "kind", tuple(self.kind) or ("human",) * len(self.ids))
        known = {name: as_texts(f"annotators.{name}", column) for name, column in self.attributes.items()}
        object.__setattr__(self, "attributes", known)
        for kind in set(self.kind):
            as_choice("annotator kind", kind, get_args(AnnotatorKind))
        columns: dict[str, tuple[object, ...]] = {"kind": self.kind, **self.attributes}
        if self.prices is not None:
            object.__setattr__(self, "prices", tuple(self.prices))
            columns["prices"] = self.prices
            currencies = sorted({price.currency for price in self.prices})
            if len(currencies) > 1:
                raise ArgumentError(f"prices name several currencies: {', '.join(currencies)}; convert them to one.")
        for name, column in columns.items():
            if len(column) != len(self.ids):
                raise ShapeError(f"annotators.{name} has {len(column)} values for {len(self.ids)} annotators.")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each id."""
        return {name: position for position, name in enumerate(self.ids)}

    @cached_property
    def is_llm(self) -> NDArray[np.bool_]:
        """Whether each is an LLM, shape (n_annotators,).

        Example:
            >>> Annotators(("a:ann", "a:llm"), ("human", "llm")).is_llm
            array([False,  True])
        """
        return np.array([kind == "llm" for kind in self.kind], bool)

    def __repr__(self) -> str:
        return f"Annotators({len(self)} annotators; attributes: {', '.join(self.attributes) or 'none'})"
