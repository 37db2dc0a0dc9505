"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Time depends on who else uses the machine, so no deadline; CI replays the same examples, so a red run is reproducible.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of the real corpora, for golden tests on real files."""
    where = os.environ.get("VARIORUM_DATA")
    if not where:
        pytest.skip("VARIORUM_DATA is not set, so the real files are not at hand")
    return Path(where)
