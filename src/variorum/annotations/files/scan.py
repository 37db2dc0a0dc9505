"""A first look at a file: is it there, is it text, and of which format?"""

from __future__ import annotations

import codecs
import difflib
from pathlib import Path
from typing import Literal

from variorum.errors import MissingFileError, ReadError

__all__ = ["FileFormat", "check_text", "file_format"]

FileFormat = Literal["delimited", "json", "parquet"]

_CHUNK = 1 << 20
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_COMPRESSED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd"}
_WIDE = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def file_format(path: Path) -> FileFormat:
    """Tell the format of a file: Parquet by its first bytes, JSON by its suffix, delimited text otherwise.

    Raises:
        MissingFileError: If there is no such file.
        ReadError: If it is a folder, cannot be opened or is empty.
    """
    if not path.exists():
        names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else " Check the path."
        raise MissingFileError(f"{path}: there is no such file.{hint}")
    if path.is_dir():
        raise ReadError(f"{path}: this is a folder. Read a corpus folder with variorum.read_corpus.")
    if not path.is_file():
        raise ReadError(f"{path}: this is a pipe or a device, and a file is read more than once. Save it as a file.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ReadError(f"{path}: the file cannot be opened ({error.strerror}).") from None
    if not head.removeprefix(codecs.BOM_UTF8).strip() and path.stat().st_size <= len(head):
        raise ReadError(f"{path.name}: the file is empty. It needs a header row and one row an annotation.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if path.suffix.lower() in (".parquet", ".pq"):
        raise ReadError(
            f"{path.name}: this is not a Parquet file, whatever its name says. Give the file its own suffix."
        )
    return "json" if path.suffix.lower() in _JSON_SUFFIXES else "delimited"


def check_text(path: Path) -> None:
    """Reject files that are not UTF-8 text.

    Raises:
        ReadError: For compressed and binary files, NUL bytes, UTF-16 and other encodings, naming the first line.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, nuls, first_nul = 1, 0, 0
    with path.open("rb") as file:
        _check_head(path, file.read(4096))
        file.seek(0)
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                first_nul = first_nul or line + chunk.count(b"\n", 0, chunk.index(b"\0"))
                nuls += chunk.count(b"\0")
            pending = decoder.getstate()[0]
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                at = max(error.start - len(pending), 0)
                raise ReadError(_wrong_encoding(path, line + chunk.count(b"\n", 0, at), chunk[at : at + 1])) from None
            line += chunk.count(b"\n")
    if decoder.getstate()[0]:
        raise ReadError(_wrong_encoding(path, line, decoder.getstate()[0][:1]))
    if nuls:
        raise ReadError(
            f"{path.name}, line {first_nul}: the file holds {nuls} NUL bytes (\\0), which no text has. "
            "It is a binary file, UTF-16, or was damaged; export it again as UTF-8 text."
        )


def _check_head(path: Path, head: bytes) -> None:
    if path.suffix.lower() in _SPREADSHEETS:
        raise ReadError(f"{path.name}: this is a spreadsheet. Save its table as CSV (UTF-8), and read that.")
    for magic, name in _COMPRESSED.items():
        if head.startswith(magic):
            raise ReadError(f"{path.name}: this is a binary file compressed with {name}. Decompress it first.")
    for mark, name in _WIDE:
        if head.startswith(mark):
            raise ReadError(f"{path.name}, line 1: the file is encoded in {name}. Save it as UTF-8.")


def _wrong_encoding(path: Path, line: int, byte: bytes) -> str:
    affected = _undecodable_lines(path)
    return (
        f"{path.name}, line {line}: byte 0x{byte.hex()} is not valid UTF-8; {affected} lines are affected. "
        "The file is binary, or in another encoding such as latin-1 (Windows-1252); save it as UTF-8."
    )


def _undecodable_lines(path: Path) -> int:
    affected = 0
    with path.open("rb") as file:
        for raw in file:
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                affected += 1
    return affected
