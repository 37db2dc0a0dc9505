from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, ReadError
from variorum.features import PixelFeatures

pytest.importorskip("PIL.Image", reason="the extra 'images' (pillow) is not installed")
from PIL import Image

COLOURS = {"red": (255, 0, 0), "dark red": (120, 0, 0), "blue": (0, 0, 255), "dark blue": (0, 0, 120)}


@pytest.fixture
def items(tmp_path: Path) -> Items:
    for name, colour in COLOURS.items():
        Image.new("RGB", (12, 7), colour).save(tmp_path / f"{name}.png")
    return Items(tuple(COLOURS), image=tuple(f"{name}.png" for name in COLOURS))


def test_pixels_are_colours_between_zero_and_one(items: Items, tmp_path: Path) -> None:
    vectors = PixelFeatures(2, None, str(tmp_path)).fit_transform(items, np.arange(4))
    assert vectors.shape == (4, 2 * 2 * 3)
    np.testing.assert_allclose(vectors[0], [1, 0, 0] * 4)
    np.testing.assert_allclose(vectors[3], [0, 0, 120 / 255] * 4)


def test_scaling_averages_blocks(tmp_path: Path) -> None:
    picture = np.zeros((4, 4, 3), dtype=np.uint8)
    picture[:2, :2, 0] = [[200, 100], [100, 0]]  # mean 100
    Image.fromarray(picture).save(tmp_path / "x.png")
    vectors = PixelFeatures(2, None, str(tmp_path)).fit_transform(Items(("x",), image=("x.png",)), np.array([0]))
    assert vectors[0, :6].tolist() == pytest.approx([100 / 255, 0, 0, 0, 0, 0])


def test_axes_come_from_the_training_pool_alone(items: Items, tmp_path: Path) -> None:
    features = PixelFeatures(4, 2, str(tmp_path))
    before = features.fit_transform(items, np.array([0, 2]))
    assert before.shape == (4, 1)  # two pictures span one axis
    Image.new("RGB", (12, 7), (9, 250, 9)).save(tmp_path / "dark blue.png")
    np.testing.assert_array_equal(features.fit_transform(items, np.array([0, 2]))[:3], before[:3])


def test_grey_and_transparent_pictures_are_read(tmp_path: Path) -> None:
    Image.new("L", (3, 3), 51).save(tmp_path / "g.png")
    Image.new("RGBA", (3, 3), (51, 51, 51, 128)).save(tmp_path / "t.png")
    items = Items(("g", "t"), image=("g.png", "t.png"))
    vectors = PixelFeatures(1, None, str(tmp_path)).fit_transform(items, np.array([0]))
    np.testing.assert_allclose(vectors, 0.2)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    with pytest.raises(ReadError, match=r"The image of item 'a' cannot be read: .*broken.jpg"):
        PixelFeatures(folder=str(tmp_path)).fit_transform(Items(("a",), image=("broken.jpg",)), np.array([0]))
    with pytest.raises(ReadError, match=r"The image of item 'a' is not there: .*none.jpg"):
        PixelFeatures(folder=str(tmp_path)).fit_transform(Items(("a",), image=("none.jpg",)), np.array([0]))
    with pytest.raises(ReadError, match="cannot be read"):
        PixelFeatures(folder=str(tmp_path)).fit_transform(Items(("a",), image=("nul\0.jpg",)), np.array([0]))
    with pytest.raises(ArgumentError, match="item 'b' has no image; 1 of 2"):
        PixelFeatures().fit_transform(Items(("a", "b"), image=("x", None)), np.array([0]))
    with pytest.raises(ArgumentError, match="size must be at least 1"):
        PixelFeatures(size=0)


def test_members_of_an_archive_are_the_files_themselves(items: Items, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in COLOURS:
            archive.write(tmp_path / f"{name}.png", f"{name}.png")
    zipped = Items(items.ids, image=tuple(f"{tmp_path}/all.zip::{name}.png" for name in COLOURS))
    plain = PixelFeatures(2, None, str(tmp_path)).fit_transform(items, np.arange(4))
    np.testing.assert_array_equal(PixelFeatures(2, None).fit_transform(zipped, np.arange(4)), plain)
    with pytest.raises(ReadError, match=r"is not there: .*all.zip::green.png"):
        PixelFeatures().fit_transform(Items(("a",), image=(f"{tmp_path}/all.zip::green.png",)), np.array([0]))
