"""The seat of a corpus: what it is, where its files live, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote

from variorum.annotations import Corpus, LabelScheme
from variorum.errors import ArgumentError

__all__ = ["CorpusSpec", "Published", "RemoteFile", "github_file"]


@dataclass(frozen=True)
class RemoteFile:
    """One file of a corpus: its place below a data root and its public home.

    Attributes:
        path: Place below the data root, with forward slashes ("varierr_nli/varierr.json").
        url: Public home, at a pinned revision.
        sha256: Checksum of its bytes, 64 lower-case hexadecimal digits.

    Raises:
        ArgumentError: If the path leaves the data root or the checksum is none.
    """

    path: str
    url: str
    sha256: str

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path)
        if not self.path or parts.is_absolute() or ".." in parts.parts or "\\" in self.path:
            raise ArgumentError(f"path {self.path!r} must be relative, with forward slashes and without '..'.")
        if len(self.sha256) != 64 or set(self.sha256) - set("0123456789abcdef"):
            raise ArgumentError(f"sha256 {self.sha256!r} of {self.path} is not 64 lower-case hexadecimal digits.")


def github_file(path: str, repository: str, commit: str, original: str, sha256: str) -> RemoteFile:
    """A file that a GitHub repository publishes, at a pinned commit.

    Args:
        path: Place below the data root.
        repository: ``owner/name``.
        commit: Full commit hash.
        original: Path inside the repository, blanks and all.
        sha256: Checksum of its bytes.

    Returns:
        The file with its raw URL.

    Example:
        >>> github_file("x/a b.csv", "someone/thing", "0f" * 20, "data/a b.csv", "0" * 64).url
        'https://raw.githubusercontent.com/someone/thing/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f/data/a%20b.csv'
    """
    return RemoteFile(path, f"https://raw.githubusercontent.com/{repository}/{commit}/{quote(original)}", sha256)


class Published(Protocol):
    """Files with a public home: what finding and fetching need to know of a corpus, or of pictures without votes."""

    @property
    def title(self) -> str:
        """Its name for people."""
        ...

    @property
    def licence(self) -> str:
        """The licence that its publishers state, or "none stated"."""
        ...

    @property
    def home(self) -> str:
        """Web page of its publishers."""
        ...

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """Its files; empty where it is built in."""
        ...


@dataclass(frozen=True)
class CorpusSpec:
    """A corpus: all that is known of it without loading it, and the function that reads it.

    Attributes:
        name: Its name in this project, lower case with hyphens.
        title: Its name for people.
        scheme: The label scheme.
        licence: The licence that its publishers state, or "none stated".
        home: Web page of its publishers.
        files: Its files; empty for a corpus that is built in.
        sensitive: Whether it holds abusive or otherwise disturbing text.
        read: Reads it, given a data root below which all `files` lie. It sets the annotations, the validity judgments,
            the truth and the notes; `open` adds the rest. A file that is not what was expected is a ``ReadError``.
        summary: What is annotated by whom, in one sentence.
        n_items: Number of items.
        n_annotators: Number of known annotators; 0 where the publishers name none.
        n_annotations: Number of answered rows (``len(corpus.annotations)``).
    """

    name: str
    title: str
    scheme: LabelScheme
    licence: str
    home: str
    files: tuple[RemoteFile, ...]
    sensitive: bool
    read: Callable[[Path], Corpus]
    summary: str
    n_items: int | None = None
    n_annotators: int | None = None
    n_annotations: int | None = None

    def open(self, root: Path) -> Corpus:
        """Read the corpus below a data root and put its name, licence, home and place on it.

        Args:
            root: Folder below which all `files` lie; not looked at where there are none.

        Returns:
            The corpus.

        Raises:
            ReadError: If a file is not what was expected.
        """
        corpus = self.read(root)
        return replace(
            corpus,
            name=self.name,
            licence=self.licence,
            home=self.home,
            sensitive=self.sensitive,
            path=root if self.files else None,
        )
