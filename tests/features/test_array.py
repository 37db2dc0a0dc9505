from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, ReadError, ShapeError
from variorum.features import ArrayFeatures

ITEMS = Items(("a", "b"))
TRAIN = np.array([0])


def test_memory_and_file_give_the_same(tmp_path: Path) -> None:
    vectors = np.array([[1, 2], [3, 4]], dtype=np.int32)
    np.save(tmp_path / "v.npy", vectors)
    ours = ArrayFeatures(tmp_path / "v.npy").fit_transform(ITEMS, TRAIN)
    assert ours.dtype == np.float64
    np.testing.assert_array_equal(ours, vectors)
    np.testing.assert_array_equal(ArrayFeatures(vectors).fit_transform(ITEMS, TRAIN), vectors)  # type: ignore[arg-type]


def test_what_comes_out_is_a_copy() -> None:
    vectors = np.zeros((2, 1))
    ArrayFeatures(vectors).fit_transform(ITEMS, TRAIN)[:] = 7
    assert vectors.tolist() == [[0.0], [0.0]]


def test_wrong_arrays() -> None:
    with pytest.raises(ShapeError, match="features has 3 rows for 2 items"):
        ArrayFeatures(np.zeros((3, 1))).fit_transform(ITEMS, TRAIN)
    with pytest.raises(ShapeError, match="it must have 2 axes"):
        ArrayFeatures(np.zeros(2)).fit_transform(ITEMS, TRAIN)
    with pytest.raises(ArgumentError, match=r"features\[1\] \(item 'b'\) holds a value that is not finite; 1 of 2"):
        ArrayFeatures(np.array([[0.0], [np.inf]])).fit_transform(ITEMS, TRAIN)
    with pytest.raises(ArgumentError, match="not real numbers"):
        ArrayFeatures(np.array([["x"], ["y"]])).fit_transform(ITEMS, TRAIN)  # type: ignore[arg-type]


def test_wrong_files(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none.npy is not there"):
        ArrayFeatures(tmp_path / "none.npy").fit_transform(ITEMS, TRAIN)
    (tmp_path / "text.npy").write_text("1,2\n3,4\n")
    with pytest.raises(ReadError, match=r"text.npy cannot be read as a .npy array"):
        ArrayFeatures(str(tmp_path / "text.npy")).fit_transform(ITEMS, TRAIN)
    (tmp_path / "empty.npy").touch()
    with pytest.raises(ReadError, match=r"empty.npy cannot be read"):
        ArrayFeatures(tmp_path / "empty.npy").fit_transform(ITEMS, TRAIN)
    np.save(tmp_path / "objects.npy", np.array([[{}], [{}]], dtype=object), allow_pickle=True)
    with pytest.raises(ReadError, match=r"objects.npy cannot be read"):
        ArrayFeatures(tmp_path / "objects.npy").fit_transform(ITEMS, TRAIN)
    with (tmp_path / "archive.npy").open("wb") as file:
        np.savez(file, a=np.zeros(2))
    with pytest.raises(ReadError, match=r"archive.npy is an .npz archive"):
        ArrayFeatures(tmp_path / "archive.npy").fit_transform(ITEMS, TRAIN)
