from __future__ import annotations

import pytest

from reporting.hostile import HOSTILE


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Texts that try to become markup."""
    return HOSTILE
