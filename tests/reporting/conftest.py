from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reporting.browsing import SWITCHES, Seen, Visit, look
from reporting.hostile import HOSTILE


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Texts that try to become markup."""
    return HOSTILE


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on the path, and CHROMIUM is not set")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Visit]:
    """Opens one of the test module's `files` by its name."""
    contexts = []

    def go(name: str, width: int, scheme: str) -> Seen:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        return look(context.new_page(), files[name].as_uri())

    yield go
    for context in contexts:
        context.close()
