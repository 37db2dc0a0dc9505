import hashlib
import sys
from pathlib import Path

import pytest

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora import CorpusSpec, RemoteFile, cache_root, data_roots, find_corpus
from variorum.corpora.find import check_file
from variorum.errors import ChecksumError


def unread(root: Path) -> Corpus:
    raise AssertionError("finding a corpus must not read it")


def spec_of(*paths: str, content: bytes = b"x") -> CorpusSpec:
    digest = hashlib.sha256(content).hexdigest()
    files = tuple(RemoteFile(path, f"https://example.org/{path}", digest) for path in paths)
    scheme = LabelScheme.nominal(["no", "yes"])
    return CorpusSpec("tiny", "Tiny", scheme, "CC0", "https://example.org", files, False, unread, "Nothing much.")


def place(root: Path, *paths: str, content: bytes = b"x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A data folder that the variable names, and a user cache."""
    data = tmp_path / "data"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("VARIORUM_DATA", str(data))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return data, tmp_path / "cache" / "variorum" / "corpora"


@pytest.mark.parametrize(
    ("platform", "variable", "below_home"),
    [
        ("linux", "XDG_CACHE_HOME", ".cache"),
        ("darwin", None, "Library/Caches"),
        ("win32", "LOCALAPPDATA", "AppData/Local"),
    ],
)
def test_the_cache_is_where_the_platform_keeps_caches(
    platform: str, variable: str | None, below_home: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert cache_root() == tmp_path / below_home / "variorum" / "corpora"
    if variable is not None:
        monkeypatch.setenv(variable, str(tmp_path / "own"))
        assert cache_root() == tmp_path / "own" / "variorum" / "corpora"


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_is_none(roots: tuple[Path, Path], value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_DATA", value)
    assert data_roots() == (roots[1],)


def test_the_variable_goes_before_the_cache(roots: tuple[Path, Path]) -> None:
    data, cache = roots
    spec = spec_of("a/one", "a/two")
    assert data_roots() == (data, cache)
    assert find_corpus(spec) is None
    place(cache, "a/one", "a/two")
    assert find_corpus(spec) == cache
    place(data, "a/one")
    assert find_corpus(spec) == cache, "half a corpus is none"
    place(data, "a/two")
    assert find_corpus(spec) == data


def test_a_folder_in_place_of_a_file_is_not_the_file(roots: tuple[Path, Path]) -> None:
    (roots[0] / "a" / "one").mkdir(parents=True)
    assert find_corpus(spec_of("a/one")) is None


def test_check_file_names_the_file_and_the_remedy(tmp_path: Path) -> None:
    file = spec_of("a/one").files[0]
    place(tmp_path, "a/one")
    check_file(file, tmp_path)
    place(tmp_path, "a/one", content=b"y")
    with pytest.raises(
        ChecksumError, match=r"one has the sha256 .* was pinned. Remove it .* https://example.org/a/one"
    ):
        check_file(file, tmp_path)
