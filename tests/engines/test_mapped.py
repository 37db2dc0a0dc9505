from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.engines import mapped
from variorum.engines.mapped import MappedRows


@given(st.integers(0, 40), st.integers(1, 5), st.sampled_from(["float32", "float64"]), st.integers(1, 9))
def test_keeps_what_is_written_to_its_slices(tmp_path_factory, n_rows, n_columns, dtype, step):
    rows = MappedRows(tmp_path_factory.mktemp("rows") / "rows", (n_rows, n_columns), dtype)
    expected = np.random.default_rng(0).random((n_rows, n_columns)).astype(dtype)
    assert (rows[:] == 0).all()
    for first in range(0, n_rows, step):
        block = rows[first : first + step]
        assert block.dtype == rows.dtype == np.dtype(dtype)
        block[:] = expected[first : first + step]
    np.testing.assert_array_equal(rows[0:n_rows], expected)
    np.testing.assert_array_equal(rows[2:3], expected[2:3])
    assert rows[n_rows:].shape == (0, n_columns)


@pytest.mark.parametrize("size", [0, 3, 100])
def test_takes_its_space_at_once_where_the_system_cannot_reserve(tmp_path, monkeypatch, size):
    monkeypatch.delattr(mapped.os, "posix_fallocate", raising=False)
    monkeypatch.setattr(mapped, "_ZEROS", 64)
    rows = MappedRows(tmp_path / "rows", (size, 2), "float64")
    assert (tmp_path / "rows").stat().st_size == size * 16
    assert (rows[:] == 0).all()
