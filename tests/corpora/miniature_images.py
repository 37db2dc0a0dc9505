"""Miniatures of invented pictures in the formats of SVHN and CIFAR-100."""

from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path

import numpy as np
from scipy.io import savemat


def invented(n_items: int, seed: int = 0) -> np.ndarray:
    """Pictures of noise, shape (n_items, 32, 32, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (n_items, 32, 32, 3), dtype=np.uint8)


def svhn(path: Path, pictures: np.ndarray) -> Path:
    """As the publishers did: pictures on the last axis, labels from 1 to 10 beside them, compressed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = np.full((len(pictures), 1), 10, np.uint8)
    savemat(path, {"X": pictures.transpose(1, 2, 3, 0), "y": labels}, do_compression=True)
    return path


def cifar100(path: Path, content: bytes, member: str = "cifar-100-python/test") -> Path:
    """An archive with one part, beside a folder and a part that nobody asks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo("cifar-100-python")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, held in (("cifar-100-python/meta", b"not looked at"), (member, content)):
            entry = tarfile.TarInfo(name)
            entry.size = len(held)
            archive.addfile(entry, io.BytesIO(held))
    return path


def python_2_pickle(pictures: np.ndarray) -> bytes:
    """The bytes that Python 2 and its NumPy wrote for {"data": rows, "fine_labels": [...]}, protocol 2.

    Written by hand, opcode by opcode (see pickletools): Python 3 writes neither byte strings as keys nor the old
    name of NumPy's module.
    """
    rows = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1)

    def text(value: bytes) -> bytes:  # SHORT_BINSTRING
        return b"U" + bytes([len(value)]) + value

    def number(value: int) -> bytes:  # BININT
        return b"J" + struct.pack("<i", value)

    array = b"".join(
        [
            b"cnumpy.core.multiarray\n_reconstruct\n" + b"cnumpy\nndarray\n",
            number(0) + b"\x85" + text(b"b") + b"\x87R",  # _reconstruct(ndarray, (0,), "b")
            b"(" + number(1) + number(len(rows)) + number(rows.shape[1]) + b"\x86",  # its state: version, shape,
            b"cnumpy\ndtype\n" + text(b"u1") + number(0) + number(1) + b"\x87R",  # dtype("u1", 0, 1)
            b"(" + number(3) + text(b"|") + b"NNN" + number(-1) + number(-1) + number(0) + b"tb",
            b"\x89" + b"T" + struct.pack("<i", rows.nbytes) + rows.tobytes() + b"tb",  # not Fortran, the bytes
        ]
    )
    labels = b"](" + number(19) * len(rows) + b"e"
    return b"\x80\x02}(" + text(b"data") + array + text(b"fine_labels") + labels + b"u."
