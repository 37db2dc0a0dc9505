"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of the real corpora, for golden tests on real files."""
    where = os.environ.get("VARIORUM_DATA")
    if not where:
        pytest.skip("VARIORUM_DATA is not set, so the real files are not at hand")
    return Path(where)
