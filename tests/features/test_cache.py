from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.errors import ArgumentError
from variorum.features import ArrayFeatures, Cached, PixelFeatures, TfidfFeatures, cache_folder
from variorum.features.cache import content_key

ITEMS = Items(("a", "b"), text=("good day", "bad day"))
TRAIN = np.array([0, 1])
CALLS: list[int] = []


@dataclass(frozen=True)
class Counting:
    """A featurizer that says when it works."""

    power: int = 1
    vectors: NDArray[np.float64] = field(default_factory=lambda: np.arange(2.0))

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        CALLS.append(len(items))
        return np.array([[len(text or "") ** self.power] for text in items.text or ()], dtype=np.float64)


@pytest.fixture(autouse=True)
def no_calls() -> None:
    CALLS.clear()


def test_the_second_time_nothing_is_computed(tmp_path: Path) -> None:
    cached = Cached(Counting(), tmp_path / "deep" / "folder")
    first = cached.fit_transform(ITEMS, TRAIN)
    assert first.tolist() == [[8.0], [7.0]]
    np.testing.assert_array_equal(cached.fit_transform(ITEMS, TRAIN), first)
    assert CALLS == [2]
    assert len(list((tmp_path / "deep" / "folder").iterdir())) == 1


def test_whatever_changes_the_result_is_computed_anew(tmp_path: Path) -> None:
    variants = [
        (Counting(), ITEMS, TRAIN),
        (Counting(power=2), ITEMS, TRAIN),
        (Counting(vectors=np.array([0.0, 2.0])), ITEMS, TRAIN),
        (Counting(), ITEMS, np.array([0])),
        (Counting(), Items(("a", "b"), text=("good day", "bad days")), TRAIN),
        (Counting(), Items(("a", "b"), text=("good da", "ybad day")), TRAIN),
        (Counting(), Items(("a", "b"), text=("good day", "")), TRAIN),
        (Counting(), Items(("a", "b"), text=("good day", None)), TRAIN),
        (Counting(), Items(("a", "b"), text=("good day", "bad day"), second_text=("", "")), TRAIN),
        (Counting(), Items(("a", "c"), text=("good day", "bad day")), TRAIN),
    ]
    keys = {content_key(featurizer, items, train) for featurizer, items, train in variants}
    assert len(keys) == len(variants)
    assert content_key(TfidfFeatures(), ITEMS, TRAIN) not in keys
    assert content_key(Counting(), ITEMS, TRAIN) in keys


def test_the_order_of_the_pool_does_not_matter(tmp_path: Path) -> None:
    cached = Cached(Counting(), tmp_path)
    cached.fit_transform(ITEMS, np.array([0, 1]))
    cached.fit_transform(ITEMS, np.array([1, 0]))
    assert CALLS == [2]


@pytest.mark.parametrize("damage", [b"", b"\0", b"x" * 200, None])
def test_a_damaged_file_is_computed_anew(tmp_path: Path, damage: bytes | None) -> None:
    cached = Cached(Counting(), tmp_path)
    first = cached.fit_transform(ITEMS, TRAIN)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if damage is None else damage)
    np.testing.assert_array_equal(cached.fit_transform(ITEMS, TRAIN), first)
    assert CALLS == [2, 2]
    assert path.read_bytes() == content


def test_a_failure_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArgumentError, match="no text"):
        Cached(TfidfFeatures(), tmp_path).fit_transform(Items(("a",)), np.array([0]))

    def full(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.warns(UserWarning, match=r"Features could not be kept in .* \(no space left on device\)"):
        vectors = Cached(Counting(), tmp_path).fit_transform(ITEMS, TRAIN)
    assert vectors.tolist() == [[8.0], [7.0]]
    assert list(tmp_path.iterdir()) == []


def test_files_count_by_content(tmp_path: Path) -> None:
    path = tmp_path / "v.npy"
    np.save(path, np.zeros((2, 1)))
    before = content_key(ArrayFeatures(path), ITEMS, TRAIN)
    np.save(path, np.ones((2, 1)))
    assert content_key(ArrayFeatures(path), ITEMS, TRAIN) != before
    items = Items(("a",), image=("x.png",))
    (tmp_path / "x.png").write_bytes(b"one")
    picture = content_key(PixelFeatures(folder=str(tmp_path)), items, np.array([0]))
    (tmp_path / "x.png").write_bytes(b"two")
    assert content_key(PixelFeatures(folder=str(tmp_path)), items, np.array([0])) != picture


def test_members_of_archives_count_by_content(tmp_path: Path) -> None:
    items = Items(("a",), image=(f"{tmp_path}/all.zip::x.png",))

    def key() -> str:
        return content_key(PixelFeatures(), items, np.array([0]))

    absent = key()
    (tmp_path / "all.zip").write_bytes(b"no archive")
    assert key() == absent, "the featurizer itself will say what is wrong"
    found = []
    for content in (b"one", b"two", b"one"):
        with ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("x.png", content)
            archive.writestr("y.png", os.urandom(4))  # a neighbour does not count
        found.append(key())
    assert found[0] == found[2] != found[1]
    assert absent not in found


def test_a_featurizer_without_readable_parameters_is_refused(tmp_path: Path) -> None:
    class Opaque:
        def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
            return np.zeros((len(items), 1))

    with pytest.raises(ArgumentError, match="Opaque is not a dataclass"):
        Cached(Opaque(), tmp_path).fit_transform(ITEMS, TRAIN)


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "features"
    Cached(Counting()).fit_transform(ITEMS, TRAIN)
    assert len(list((tmp_path / "features").iterdir())) == 1
    monkeypatch.delenv("VARIORUM_CACHE")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "variorum" / "features"
