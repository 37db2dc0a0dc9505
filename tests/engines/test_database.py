from __future__ import annotations

import shutil

import numpy as np
import pytest

from variorum.engines import database as module
from variorum.engines.database import Database, need_space, reading
from variorum.errors import DiskFullError, EngineError, ReadError, VariorumError


def test_arrays_are_lent_and_taken_back(database):
    with database.lent("numbers", {"n": np.arange(3)}):
        assert database.one("SELECT sum(n)::INTEGER FROM numbers") == 3
        assert database.arrays("SELECT n FROM numbers ORDER BY n DESC")["n"].tolist() == [2, 1, 0]
    with pytest.raises(ReadError, match=r"v\.csv: the rows cannot be read \(Catalog Error"), reading("v.csv"):
        database.rows("SELECT * FROM numbers")


def test_too_little_memory_is_said_so(database):
    database.rest()
    with pytest.raises(
        EngineError, match=r"memory = 0\.5 GiB is too little for this file .* Raise it with memory=\.\.\.\."
    ):
        database.rows("SELECT list(i) FROM range(100_000_000) t(i)")
    # The database is none the worse for it.
    assert database.one("SELECT 1") == 1


def test_no_room_for_what_memory_cannot_hold(tmp_path):
    with Database(tmp_path, module.LEAST_MEMORY) as database:
        database.rows("SET max_temp_directory_size = '1MB'")
        with pytest.raises(DiskFullError, match=r"the disk of .* is full .* with work="):
            database.rows("CREATE TABLE t AS SELECT hash(i) AS h, i FROM range(12_000_000) t(i) ORDER BY h")


def test_space_is_asked_for_beforehand(tmp_path, monkeypatch):
    need_space(tmp_path, 1, "one byte")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 2**30))
    with pytest.raises(
        DiskFullError, match=r"the posterior needs 2\.0 GiB on the disk of .*, where 1\.0 GiB are free\."
    ):
        need_space(tmp_path, 2**31, "the posterior")


def test_disk_errors_are_what_a_stranger_would_catch():
    assert issubclass(DiskFullError, OSError)
    assert issubclass(DiskFullError, VariorumError)
