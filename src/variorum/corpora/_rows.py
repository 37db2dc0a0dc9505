"""Rows collected one by one, and the groups that items fall into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from variorum.annotations import ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme, normalized_text

__all__ = ["Rows", "linked_groups", "repeats_note", "text_key"]

_NUMBER = re.compile(r"(\d+)")
# Names and links that a publisher has masked say nothing about whether two texts are the same.
_MASK = re.compile(r"<\w+>|@USER\b")


@dataclass
class Rows:
    """Annotations in the making: annotators by the id that the source gives them.

    Attributes:
        corpus: Name of the corpus, the first half of the annotators' ids.
    """

    corpus: str
    _item: list[int] = field(default_factory=list)
    _annotator: list[str] = field(default_factory=list)
    _label: list[int] = field(default_factory=list)
    _status: list[int] = field(default_factory=list)
    _explanation: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._item)

    def add(self, item: int, annotator: str, label: int, explanation: str | None = None) -> None:
        """Add an answered row."""
        self._append(item, annotator, label, ANSWERED, explanation)

    def add_unsure(self, item: int, annotator: str) -> None:
        """Add a row of someone who was asked and did not know."""
        self._append(item, annotator, -1, UNSURE, None)

    def _append(self, item: int, annotator: str, label: int, status: int, explanation: str | None) -> None:
        self._item.append(item)
        self._annotator.append(annotator)
        self._label.append(label)
        self._status.append(status)
        self._explanation.append(explanation)

    @property
    def n_repeated(self) -> int:
        """Number of rows beyond the first of their (item, annotator) pair."""
        return len(self) - len(set(zip(self._item, self._annotator, strict=True)))

    def annotations(
        self,
        scheme: LabelScheme,
        items: Items,
        attributes: Mapping[str, Mapping[str, str | None]] | None = None,
        also: Sequence[str] = (),
    ) -> Annotations:
        """The rows as annotations.

        Args:
            scheme: The label scheme.
            items: The items that the rows point into.
            attributes: What is known of annotators: by source id, then by name.
            also: Source ids of annotators who may have no row of their own (judges).

        Returns:
            The annotations, with annotators in the order of the numbers in their ids.
        """
        names = sorted({*self._annotator, *also}, key=_natural)
        position = {name: code for code, name in enumerate(names)}
        known = attributes or {}
        columns = list(dict.fromkeys(key for name in names for key in known.get(name, {})))
        return Annotations(
            scheme,
            items,
            Annotators(
                tuple(f"{self.corpus}:{name}" for name in names),
                attributes={key: tuple(known.get(name, {}).get(key) for name in names) for key in columns},
            ),
            np.array(self._item, np.int32),
            np.array([position[name] for name in self._annotator], np.int32),
            np.array(self._label, np.int32),
            np.array(self._status, np.int8),
            explanation=self._explanation if any(self._explanation) else None,
        )


def _natural(name: str) -> list[tuple[bool, int, str]]:
    parts = _NUMBER.split(name)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part]


def repeats_note(rows: Rows) -> tuple[str, ...]:
    """A note on annotators who answered an item more than once, where there are any."""
    if not rows.n_repeated:
        return ()
    return (f"Rows that repeat an earlier (item, annotator) pair, all of them kept: {rows.n_repeated}.",)


def text_key(text: str) -> str:
    """What makes two texts the same, masked user names and links left aside.

    Example:
        >>> text_key("<user> So true!! <url>") == text_key("so true")
        True
    """
    return normalized_text(_MASK.sub(" ", text)) or normalized_text(text) or text


def linked_groups(keys: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Groups of items that share a key with another item, directly or by way of others.

    Args:
        keys: The keys of each item, at least one.

    Returns:
        One key a group: the first of its first item.

    Example:
        >>> linked_groups([["a"], ["b"], ["b", "a"], ["c"]])
        ('a', 'a', 'a', 'c')
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for mine in keys:
        for key in mine[1:]:
            parent[root(key)] = root(mine[0])
    first: dict[str, str] = {}
    return tuple(first.setdefault(root(mine[0]), mine[0]) for mine in keys)
