"""The study of basins on a corpus of its own, small enough for seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studies.basins.small_pictures import small_pictures
from variorum.studies.basins import material as room
from variorum.studies.basins.settings import PRESETS_OF_BASINS


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    return small_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def small(pictures, cache, monkeypatch):
    """The corpus in place of CIFAR-10H; and the quick settings."""
    monkeypatch.setenv("VARIORUM_CACHE", str(cache))
    monkeypatch.setattr(room, "open_corpus", lambda _: pictures)
    room._corpus.cache_clear()
    room.material.cache_clear()
    yield replace(PRESETS_OF_BASINS["quick"], n_outside=40)
    room._corpus.cache_clear()
    room.material.cache_clear()
