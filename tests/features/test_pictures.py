from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, ReadError
from variorum.features import picture_array, read_pictures

pytest.importorskip("PIL.Image", reason="the extra 'images' (pillow) is not installed")
from PIL import Image


@pytest.fixture
def pictures(tmp_path: Path) -> np.ndarray:
    """Three pictures of noise, saved without loss."""
    values = np.random.default_rng(0).integers(0, 256, (3, 5, 5, 3), dtype=np.uint8)
    for name, value in zip("abc", values, strict=True):
        Image.fromarray(value).save(tmp_path / f"{name}.png")
    return values


ITEMS = Items(("a", "b", "c"), image=("a.png", "b.png", "c.png"))


def test_pictures_of_the_size_asked_for_are_left_as_they_are(pictures: np.ndarray, tmp_path: Path) -> None:
    found = read_pictures(ITEMS, 5, tmp_path)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, pictures)


def test_other_pictures_are_scaled_to_a_square(tmp_path: Path) -> None:
    halves = np.zeros((4, 2, 3), np.uint8)
    halves[2:] = [10, 20, 30]
    Image.fromarray(halves).save(tmp_path / "halves.png")
    small = read_pictures(Items(("a",), image=("halves.png",)), 2, tmp_path)
    assert small[0, 0].tolist() == [[0, 0, 0]] * 2
    assert small[0, 1].tolist() == [[10, 20, 30]] * 2


def test_networks_get_channels_first(pictures: np.ndarray, tmp_path: Path) -> None:
    found = picture_array(ITEMS, 5, tmp_path)
    assert found.shape == (3, 3, 5, 5)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found[1, 2], pictures[1, :, :, 2])  # the blue of the second


def test_members_of_an_archive_are_read(pictures: np.ndarray, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in "abc":
            archive.write(tmp_path / f"{name}.png", f"folder/{name}.png")
    zipped = Items(ITEMS.ids, image=tuple(f"all.zip::folder/{name}.png" for name in "abc"))
    np.testing.assert_array_equal(read_pictures(zipped, 5, tmp_path), pictures)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    with pytest.raises(ReadError, match=r"The image of item 'a' cannot be read: .*broken\.zip::x\.png"):
        picture_array(Items(("a",), image=("broken.zip::x.png",)), folder=tmp_path)
    with pytest.raises(ReadError, match=r"The image of item 'a' is not there: .*none\.png"):
        picture_array(Items(("a",), image=("none.png",)), folder=tmp_path)
    with pytest.raises(ArgumentError, match=r"items have no image\. Give items an image column"):
        read_pictures(Items(("a",)), 5)
    with pytest.raises(ArgumentError, match="size must be at least 1, not 0"):
        read_pictures(ITEMS, 0)
