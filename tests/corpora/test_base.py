from pathlib import Path

import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.corpora import CorpusSpec, RemoteFile
from variorum.errors import ArgumentError

SCHEME = LabelScheme.nominal(["no", "yes"])
SHA = "0" * 64


@pytest.mark.parametrize("path", ["", "/etc/x", "../x", "a/../../x", "a\\b"])
def test_a_path_cannot_leave_the_data_root(path: str) -> None:
    with pytest.raises(ArgumentError, match="must be relative"):
        RemoteFile(path, "https://example.org/x", SHA)


@pytest.mark.parametrize("digest", ["", "0" * 63, "A" * 64, "g" * 64])
def test_a_checksum_is_64_hexadecimal_digits(digest: str) -> None:
    with pytest.raises(ArgumentError, match="64 lower-case"):
        RemoteFile("a", "https://example.org/x", digest)


def test_open_puts_what_is_known_on_the_corpus() -> None:
    def read(root: Path) -> Corpus:
        votes = Annotations(SCHEME, Items((root.name,)), Annotators(("x:1",)), [0], [0], [1])  # type: ignore[arg-type]
        return Corpus("from the file", votes, notes=("a quirk",))

    files = (RemoteFile("a/b.csv", "https://example.org/b.csv", SHA),)
    spec = CorpusSpec("tiny", "Tiny", SCHEME, "CC0", "https://example.org", files, True, read, "Nothing much.")
    corpus = spec.open(Path("some/root"))
    assert corpus.items.ids == ("root",)
    assert (corpus.name, corpus.licence, corpus.home) == ("tiny", "CC0", "https://example.org")
    assert corpus.sensitive
    assert corpus.path == Path("some/root")
    assert corpus.notes == ("a quirk",)
