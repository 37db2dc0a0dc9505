"""What a report of decomposition is written from."""

from __future__ import annotations

from typing import Protocol

from variorum.annotations import Corpus
from variorum.decomposition import Decomposition, Perspectives, ValidityModel

__all__ = ["Decomposed"]


class Decomposed(Protocol):
    """A corpus with its disagreement taken apart, as `variorum.studies.CorpusDecomposition` holds it."""

    @property
    def corpus(self) -> Corpus:
        """The corpus."""
        ...

    @property
    def decomposition(self) -> Decomposition:
        """What is variation and what is error."""
        ...

    @property
    def perspectives(self) -> Perspectives | None:
        """Groups of annotators found from votes alone; ``None`` if they were not looked for."""
        ...

    @property
    def group_names(self) -> tuple[str, ...]:
        """Name of each group that was used, length n_groups."""
        ...

    @property
    def features(self) -> str | None:
        """Name of the features; ``None`` without."""
        ...

    @property
    def evidence(self) -> tuple[str, ...]:
        """Names of what else was used: of votes, then of reasons and judgments."""
        ...

    @property
    def validity(self) -> ValidityModel | None:
        """The model of the validity round, where the corpus has one."""
        ...
