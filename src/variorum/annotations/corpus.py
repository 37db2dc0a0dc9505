"""A finished multi-annotator data set: its annotations and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.annotations import Annotations
from variorum.annotations.annotators import Annotators
from variorum.annotations.files.write_corpus import write_corpus
from variorum.annotations.items import Items
from variorum.annotations.scheme import LabelScheme
from variorum.annotations.validity import ValidityJudgments
from variorum.errors import ArgumentError, ShapeError

__all__ = ["Corpus", "Truth"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What a synthetic population knows about itself.

    Attributes:
        distribution: The population's label distribution of each item, shape (n_items, n_classes).
        is_error: Whether an annotation is an error rather than a reading, shape (n_rows,).
        perspective: Group of each annotator, shape (n_annotators,).
    """

    distribution: NDArray[np.float64]
    is_error: NDArray[np.bool_]
    perspective: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus: annotations with their items, annotators and label scheme, and where they come from.

    Attributes:
        name: Its name in this project.
        annotations: Every vote.
        validity: Validity judgments about the annotations, where there was such a round.
        truth: Known for synthetic populations alone.
        licence: The licence that its publishers state.
        home: Where it is published.
        sensitive: Whether it holds abusive or otherwise disturbing text.
        notes: What a user should know: skipped rows, quirks, each with its count.
        path: Where it was found; ``None`` if it was made.

    Raises:
        ArgumentError: If a validity judgment points outside the annotations or annotators.
        ShapeError: If the truth is about other items, rows or annotators.
    """

    name: str
    annotations: Annotations
    validity: ValidityJudgments | None = None
    truth: Truth | None = None
    licence: str = "not stated"
    home: str = ""
    sensitive: bool = False
    notes: tuple[str, ...] = field(default=())
    path: Path | None = None

    def __post_init__(self) -> None:
        if self.validity is not None and len(self.validity):
            if self.validity.annotation.max() >= self.annotations.n_rows:
                raise ArgumentError(
                    f"a validity judgment is about row {self.validity.annotation.max()}, which is none."
                )
            if self.validity.judge.max() >= len(self.annotators):
                raise ArgumentError(f"a validity judgment is by annotator {self.validity.judge.max()}, which is none.")
        if self.truth is not None:
            rows = (("distribution", len(self.items)), ("is_error", self.annotations.n_rows))
            for name, n in (*rows, ("perspective", len(self.annotators))):
                if len(getattr(self.truth, name)) != n:
                    raise ShapeError(f"truth.{name} has {len(getattr(self.truth, name))} rows; it must have {n}.")

    @property
    def items(self) -> Items:
        """The items."""
        return self.annotations.items

    @property
    def annotators(self) -> Annotators:
        """The annotators."""
        return self.annotations.annotators

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme."""
        return self.annotations.scheme

    def write(self, folder: str | PathLike[str], *, suffix: str = ".csv", overwrite: bool = False) -> Path:
        """Write the corpus as a folder, from which `variorum.read_corpus` gives the same corpus back.

        Args:
            folder: Will hold the tables items, annotators, annotations and validity, the files scheme.json and
                corpus.json, and truth.json where the truth is known.
            suffix: Format of the tables: ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet``.
            overwrite: Replace a folder that holds a corpus written before.

        Returns:
            The folder.

        Raises:
            ArgumentError: If the folder is not empty, or, with ``overwrite``, holds something else; if a table cannot
                be written.
        """
        return write_corpus(self, Path(folder), suffix=suffix, overwrite=overwrite)

    def __repr__(self) -> str:
        return f"Corpus({self.name!r}, {self.annotations!r})"
