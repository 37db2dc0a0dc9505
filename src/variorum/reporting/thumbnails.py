"""Pictures of items, small enough to be part of a page."""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from variorum.checks import need_extra
from variorum.errors import MissingExtraError

__all__ = ["Thumbnail", "thumbnail"]

_SIDE = 240
_TINY = 64
_MOST_BYTES = 30_000_000


@dataclass(frozen=True)
class Thumbnail:
    """A picture as part of a page.

    Attributes:
        uri: The picture as a ``data:`` address; it needs no request.
        width: Width on the page in pixels.
        height: Height on the page in pixels.
        enlarged: Whether it is shown larger than it is.
    """

    uri: str
    width: int
    height: int
    enlarged: bool


def thumbnail(path: str) -> Thumbnail | None:
    """Make a picture small enough for a page.

    The picture is always encoded anew, so that nothing of the file but its pixels reaches the page.

    Args:
        path: An image file; ``pictures.zip::cat.jpg`` is a file within an archive.

    Returns:
        The picture; ``None`` where the extra ``images`` is not installed, the file is not there or cannot be read.

    Example:
        >>> thumbnail("no-such-picture.png") is None
        True
    """
    try:
        pillow: Any = need_extra("images", "PIL.Image")
    except MissingExtraError:
        return None
    try:
        # A picture of absurd size is a warning first and an error later; both mean that it is not shown.
        with warnings.catch_warnings(action="error"), pillow.open(io.BytesIO(_content(path))) as image:
            return _encoded(image, pillow)
    except (
        OSError,
        KeyError,
        ValueError,
        SyntaxError,
        RuntimeError,
        Warning,
        BadZipFile,
        pillow.DecompressionBombError,
    ):
        return None


def _content(path: str) -> bytes:
    archive, inside, member = path.rpartition("::")
    file = Path(archive if inside else path)
    # Devices and pipes can be opened and never end.
    if not file.is_file():
        raise FileNotFoundError(path)
    if not inside:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError(path)
        return file.read_bytes()
    with ZipFile(file) as opened:
        if opened.getinfo(member).file_size > _MOST_BYTES:
            raise ValueError(path)
        return opened.read(member)


def _encoded(image: Any, pillow: Any) -> Thumbnail:
    small = image.convert("RGBA" if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA") else "RGB")
    small.thumbnail((_SIDE, _SIDE), pillow.Resampling.LANCZOS)
    exact = max(small.size) <= _TINY or small.mode == "RGBA"
    kind, options = ("png", {"optimize": True}) if exact else ("jpeg", {"quality": 80, "optimize": True})
    file = io.BytesIO()
    small.save(file, kind, **options)
    uri = f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"
    times = max(1, 2 * _TINY // max(small.size))
    return Thumbnail(uri, small.width * times, small.height * times, times > 1)
