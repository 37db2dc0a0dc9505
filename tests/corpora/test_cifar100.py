from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.corpora.cifar100 import read_cifar100
from variorum.errors import ReadError

from .miniature_images import cifar100, invented, python_2_pickle


def test_a_pickle_of_python_2_is_read(tmp_path: Path) -> None:
    pictures = invented(4)
    content = python_2_pickle(pictures)
    # The hand-written pickle says what was meant, by the standard library's own account.
    whole = pickle.loads(content.replace(b"numpy.core.", b"numpy._core."), encoding="bytes")
    assert whole[b"fine_labels"] == [19] * 4
    assert whole[b"data"].shape == (4, 3072)
    found = read_cifar100(cifar100(tmp_path / "c.tar.gz", content))
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, pictures)
    found[0] = 0  # a copy that can be written to


def test_the_three_colours_follow_each_other(tmp_path: Path) -> None:
    row = np.repeat(np.array([10, 20, 30], np.uint8), 1024)
    row[1] = 99  # the red of the second pixel of the first line
    content = pickle.dumps({b"data": row[None]}, protocol=3)
    found = read_cifar100(cifar100(tmp_path / "c.tar.gz", content))
    assert found[0, 0, 1].tolist() == [99, 20, 30]
    assert found[0, 31, 31].tolist() == [10, 20, 30]


class Call:
    """Pickled, a call of something."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call


@pytest.mark.parametrize("function", [eval, exec, print, np.load, Path, getattr, bytearray])
def test_a_pickle_that_calls_anything_is_refused_before_it_does(function: Any, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    content = pickle.dumps({b"data": Call(function, f"open({str(trace)!r}, 'w')")}, protocol=3)
    path = cifar100(tmp_path / "c.tar.gz", content)
    with pytest.raises(ReadError, match=rf"it wants .*{function.__name__}, and only arrays are read"):
        read_cifar100(path)
    assert not trace.exists()
    if function is eval:  # the same bytes do harm where nothing is refused
        pickle.loads(content)[b"data"].close()
        assert trace.exists()


@pytest.mark.parametrize(
    "batch",
    [
        {b"data": np.zeros((2, 3071), np.uint8)},
        {b"data": np.zeros((2, 3072), np.float32)},
        {b"data": np.zeros(3072, np.uint8)},
        {b"data": [[0] * 3072]},
        {"other": np.zeros((2, 3072), np.uint8)},
        [np.zeros((2, 3072), np.uint8)],
    ],
)
def test_other_content_is_an_error(batch: Any, tmp_path: Path) -> None:
    path = cifar100(tmp_path / "c.tar.gz", pickle.dumps(batch, protocol=3))
    with pytest.raises(ReadError, match=r"member 'cifar-100-python/test', holds no bytes of shape \(n_items, 3072\)"):
        read_cifar100(path)


def test_an_archive_without_the_part_is_an_error(tmp_path: Path) -> None:
    path = cifar100(tmp_path / "c.tar.gz", b"", member="cifar-100-python/train")
    with pytest.raises(ReadError, match=r"c\.tar\.gz, member 'cifar-100-python/test', is not there"):
        read_cifar100(path)
    with pytest.raises(ReadError, match="member 'cifar-100-python', is not there"):
        read_cifar100(path, "cifar-100-python")  # a folder


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_damaged_archive_or_pickle_is_an_error(share: float, tmp_path: Path) -> None:
    content = python_2_pickle(invented(3))
    whole = cifar100(tmp_path / "c.tar.gz", content).read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ReadError, match=r"cut\.tar\.gz, .* cannot be read"):
        read_cifar100(tmp_path / "cut.tar.gz")
    with pytest.raises(ReadError, match="cannot be read"):
        read_cifar100(cifar100(tmp_path / "d.tar.gz", content[: int(share * len(content))]))
    with pytest.raises(ReadError, match="cannot be read"):
        read_cifar100(tmp_path / "none.tar.gz")
