from __future__ import annotations

import base64
import io
import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from variorum.reporting.thumbnails import thumbnail

pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
png_info = pytest.importorskip("PIL.PngImagePlugin", reason="Pillow is not installed")


def _png(width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    pillow.new(mode, (width, height), "red").save(file, "png", **options)
    return file.getvalue()


def _decoded(uri: str) -> tuple[str, bytes]:
    head, _, body = uri.partition(";base64,")
    return head, base64.b64decode(body)


def test_a_small_picture_keeps_its_pixels_and_is_shown_larger(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_png(32, 16))
    made = thumbnail(str(tmp_path / "a.png"))
    assert made is not None
    # 128 pixels for the longer side: four times 32 by 16.
    assert (made.width, made.height, made.enlarged) == (128, 64, True)
    kind, content = _decoded(made.uri)
    assert kind == "data:image/png"
    with pillow.open(io.BytesIO(content)) as image:
        assert image.size == (32, 16)
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_large_picture_is_reduced(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_png(1200, 600))
    made = thumbnail(str(tmp_path / "a.png"))
    assert made is not None
    assert (made.width, made.height, made.enlarged) == (240, 120, False)
    assert _decoded(made.uri)[0] == "data:image/jpeg"


def test_transparency_stays(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_png(100, 100, "RGBA"))
    made = thumbnail(str(tmp_path / "a.png"))
    assert made is not None
    assert _decoded(made.uri)[0] == "data:image/png"


def test_a_picture_within_an_archive(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("in/a.png", _png(8, 8))
    assert thumbnail(f"{tmp_path / 'all.zip'}::in/a.png") is not None
    assert thumbnail(f"{tmp_path / 'all.zip'}::in/b.png") is None
    assert thumbnail(f"{tmp_path / 'none.zip'}::in/a.png") is None


def test_nothing_of_a_file_but_its_pixels_reaches_the_page(tmp_path: Path) -> None:
    words = png_info.PngInfo()
    words.add_text("Comment", "taken at 5 Elm Street")
    (tmp_path / "a.png").write_bytes(_png(20, 20, pnginfo=words))
    assert b"Elm Street" in (tmp_path / "a.png").read_bytes()
    made = thumbnail(str(tmp_path / "a.png"))
    assert made is not None
    assert b"Elm Street" not in _decoded(made.uri)[1]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", _png(40, 40)[:60], b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"],
)
def test_what_is_no_picture_is_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert thumbnail(str(tmp_path / "a.png")) is None
    (tmp_path / "a.zip").write_bytes(content)
    assert thumbnail(f"{tmp_path / 'a.zip'}::a.png") is None


def test_addresses_folders_and_hostile_names_are_not_opened(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    for path in (str(tmp_path), "https://example.org/a.png", "", "::", *hostile):
        assert thumbnail(path) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert thumbnail(str(tmp_path / "a.png")) is None


def test_a_picture_of_absurd_size_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(_png(100, 100))
    # Pillow warns above this many pixels, and refuses above twice as many.
    for most in (9_000, 4_000):
        monkeypatch.setattr(pillow, "MAX_IMAGE_PIXELS", most)
        assert thumbnail(str(tmp_path / "a.png")) is None


def test_without_the_extra_there_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(_png(8, 8))
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert thumbnail(str(tmp_path / "a.png")) is None
