from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from variorum.corpora.svhn import read_svhn
from variorum.errors import ReadError

from .miniature_images import invented, svhn


def test_miniature(tmp_path: Path) -> None:
    pictures = invented(3)
    found = read_svhn(svhn(tmp_path / "test_32x32.mat", pictures))
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, pictures)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"Y": np.zeros(3)}, r"x\.mat has no variable X, which should hold the pictures"),
        ({"X": np.zeros((32, 32, 3, 2))}, r"X holds float64 of shape \(32, 32, 3, 2\), not bytes"),
        ({"X": invented(2)}, r"X holds uint8 of shape \(2, 32, 32, 3\), not bytes of shape \(32, 32, 3, n_items\)"),
        ({"X": "text"}, "X holds <U4"),
    ],
)
def test_other_variables_are_errors(variables: dict[str, object], message: str, tmp_path: Path) -> None:
    savemat(tmp_path / "x.mat", variables)
    with pytest.raises(ReadError, match=message):
        read_svhn(tmp_path / "x.mat")


@pytest.mark.parametrize("kept", [0, 100, 200, 5000])
def test_a_damaged_file_is_an_error(kept: int, tmp_path: Path) -> None:
    path = svhn(tmp_path / "x.mat", invented(3))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ReadError, match=r"x\.mat (cannot be read as a MATLAB file|has no variable X)"):
        read_svhn(path)
    with pytest.raises(ReadError, match="cannot be read"):
        read_svhn(tmp_path / "none.mat")
